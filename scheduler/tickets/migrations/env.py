"""What Alembic runs: the ledger's migrations, on the connection that the schema hands over."""

from scheduler.tickets.schema import LEDGER

LEDGER.run_migrations()
