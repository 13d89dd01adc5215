"""What Alembic runs: the service's migrations, on the connection that the schema hands over."""

from api.store.database import SERVICE

SERVICE.run_migrations()
