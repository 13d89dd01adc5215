"""The versions of the schema, in order of their numbers."""
