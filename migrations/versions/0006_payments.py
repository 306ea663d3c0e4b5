"""Payments."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "payment",
        sa.Column("number", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened_at", Moment(timezone=True), nullable=False),
        sa.Column("paid_at", Moment(timezone=True)),
    )
    op.create_index("ix_payment_customer_id", "payment", ["customer_id"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("payment")
