"""Addresses of channels that are bound to a subscriber; choices on the sandbox's phones."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "binding",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("address", sa.String(128), primary_key=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("bound_at", Moment(timezone=True), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
    )
    op.create_index("ix_binding_customer_id", "binding", ["customer_id"])
    op.create_table(
        "binding_attempt",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("address", sa.String(128), primary_key=True),
        sa.Column("phone", sa.String(11), nullable=False),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
    )
    op.add_column("sandbox_message", sa.Column("buttons", sa.JSON()))


def downgrade() -> None:
    """Go down: everybody has to bind again."""
    op.drop_column("sandbox_message", "buttons")
    op.drop_table("binding_attempt")
    op.drop_table("binding")
