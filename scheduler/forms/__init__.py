"""Published forms of a roster: what each one shows, and a writer for each format."""
