"""The days of use behind what a bill charges beyond the plan."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up. Bills that are there already have no days; the demo's are filled in at its next start."""
    op.create_table(
        "charged_use",
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("charge", sa.String(64), primary_key=True),
        sa.Column("on", sa.Date(), primary_key=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("data_mb", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("sms", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("charged_use")
