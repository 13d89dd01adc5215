"""What Alembic runs: the migrations, on the connection that `api.store.opened` hands over."""

from alembic import context

from api.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    version_table="api_schema",
    # The ledger's tables are in the same database and none of ours.
    include_name=lambda name, kind, _: kind != "table" or str(name).startswith("api_"),
)
with context.begin_transaction():
    context.run_migrations()
