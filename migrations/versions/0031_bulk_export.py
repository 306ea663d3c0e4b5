"""Wishes for bulk exports, which a second person must grant."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "bulk_export",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("why", sa.String(200), nullable=False),
        sa.Column("asked_by", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("granted", sa.Boolean),
        sa.Column("decided_by", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("decided_at", Moment),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("bulk_export")
