"""How variants are solved: on this machine or a cluster, kept as they end."""
