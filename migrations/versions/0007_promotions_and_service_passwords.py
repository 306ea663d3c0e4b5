"""Promotions; service passwords."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "promotion",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("told", sa.String(200), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("least_level", sa.String(16), nullable=False),
        sa.Column("least_fee_fen", sa.Integer(), nullable=False),
    )
    op.create_table(
        "service_password",
        sa.Column("customer_id", sa.Integer(), primary_key=True),
        sa.Column("hash", sa.String(128), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(timezone=True)),
    )


def downgrade() -> None:
    """Go down: service passwords are lost."""
    op.drop_table("service_password")
    op.drop_table("promotion")
