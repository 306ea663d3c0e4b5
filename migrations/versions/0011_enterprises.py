"""The class of the enterprise that a subscriber speaks for, and that a repair was reported for."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("customer", sa.Column("enterprise", sa.String(1)))
    op.add_column("repair_ticket", sa.Column("enterprise", sa.String(1)))


def downgrade() -> None:
    """Go down: who speaks for an enterprise is lost."""
    op.drop_column("repair_ticket", "enterprise")
    op.drop_column("customer", "enterprise")
