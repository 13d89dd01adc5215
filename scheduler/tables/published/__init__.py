"""Published timetables, made into scenarios."""
