"""Migrations of the ticket ledger's tables, one file a version."""
