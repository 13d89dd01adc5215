"""Menzhen: outpatient clinic rosters that keep every rule and move the fewest sessions."""
