"""Examinations that patients wait for: the list week by week as a distribution, and the sessions that shorten it."""
