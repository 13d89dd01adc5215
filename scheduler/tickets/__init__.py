"""The ticket ledger: published weeks, who claimed which ticket, and a chained record of all of it."""
