"""Which process works on a message or sends one, so that another frees what a dead one has left."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; what an app of before has begun is taken up when its lease is over."""
    op.create_table(
        "worker",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("host", sa.String(128), nullable=False),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("began", sa.Integer, nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
    )
    for name in ("inbox", "outbox"):
        op.add_column(name, sa.Column("worker", sa.String(32)))


def downgrade() -> None:
    """Go down."""
    for name in ("inbox", "outbox"):
        op.drop_column(name, "worker")
    op.drop_table("worker")
