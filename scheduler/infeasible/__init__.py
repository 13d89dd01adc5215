"""Why a week cannot be planned, and what would make it possible."""
