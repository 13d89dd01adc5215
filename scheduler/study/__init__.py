"""Variants of a week planned side by side and put into one table."""
