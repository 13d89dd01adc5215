"""The service over HTTP (not built yet: `menzhen` is a command-line tool today)."""
