"""A roster as tables, written and read."""
