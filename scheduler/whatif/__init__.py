"""What-if: a base week, named changes, and one table to decide from."""
