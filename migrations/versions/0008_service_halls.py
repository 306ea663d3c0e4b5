"""Service halls."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "hall",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("hours", sa.String(64), nullable=False),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("hall")
