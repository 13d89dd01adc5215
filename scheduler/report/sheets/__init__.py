"""The sheets of roster.xlsx, one file each: they draw on a sheet and decide nothing."""
