"""Jobs: handed out to processes or a cluster, watched, and ended."""
