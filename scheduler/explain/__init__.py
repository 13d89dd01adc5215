"""What a plan could be and why it is not: the price of a limit, and why a doctor cannot come."""
