"""The audit log only grows, and each entry is a link of a chain (K6)."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None
_KEPT = ("audit", "audit_seal")


def upgrade() -> None:
    """Go up; entries of before are sealed at the first start, in the order of their ids."""
    op.create_table(
        "audit_seal",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("audit_id", sa.Integer, nullable=False, unique=True),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "create function only_grows() returns trigger language plpgsql as "
            "$$ begin raise exception 'the audit log only grows'; end $$"
        )
    for table in _KEPT:
        for deed in ("update", "delete"):
            op.execute(_guard(table, deed))


def _guard(table: str, deed: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        return (
            f"create trigger {table}_no_{deed} before {deed} on {table} for each statement execute function only_grows()"
        )
    return (
        f"create trigger {table}_no_{deed} before {deed} on {table} "
        "begin select raise(abort, 'the audit log only grows'); end"
    )


def downgrade() -> None:
    """Go down."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in _KEPT:
        for deed in ("update", "delete"):
            op.execute(f"drop trigger {table}_no_{deed}" + (f" on {table}" if postgresql else ""))
    if postgresql:
        op.execute("drop function only_grows")
    op.drop_table("audit_seal")
