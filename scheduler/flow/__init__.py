"""What patients meet in a planned week: when they come, where they queue, how long they wait, how full the halls are."""
