"""What a patch does to a scenario: rows, people, rooms."""
