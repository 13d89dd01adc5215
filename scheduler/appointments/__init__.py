"""Start times of tickets, computed from the pace of a doctor: what is best for patients, doctor and closing time."""
