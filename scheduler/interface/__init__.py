"""The library for notebooks and scripts: functions, and results with data frames."""
