"""The command line: the only place in scheduler that prints and exits."""
