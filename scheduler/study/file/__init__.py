"""The study file: what may stand in it, and the variants that it spells out."""
