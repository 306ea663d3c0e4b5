"""Recharges and points."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "recharge",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(32), nullable=False),
    )
    op.create_index("recharges_of_customer", "recharge", ["customer_id", "at"])
    op.create_table(
        "points",
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("year", sa.Integer(), primary_key=True),
        sa.Column("points", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("points")
    op.drop_table("recharge")
