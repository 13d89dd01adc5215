"""The steps that make the service's tables."""
