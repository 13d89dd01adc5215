"""Printed notices of a repaired week: stopped, covered and changed sessions, for departments, the hall and patients."""
