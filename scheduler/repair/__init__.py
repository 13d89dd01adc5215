"""A published week put right again: stopped doctors, covers, and as little else as can be."""
