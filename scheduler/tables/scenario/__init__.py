"""A scenario as tables and settings, read and written."""
