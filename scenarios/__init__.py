"""Bundled scenarios, the builders of the small ones, and the seeded generator of the large ones."""
