"""A plan changed after it was made: edits, stopped doctors, candidates for a session."""
