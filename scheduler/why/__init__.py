"""Why a doctor is not there, or is: the week solved again otherwise, and what that costs, proved."""
