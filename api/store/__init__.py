"""What the service keeps: scenarios, rosters with their files and versions, keys; beside the ticket ledger's tables."""
