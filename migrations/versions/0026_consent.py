"""What subscribers have agreed to be sent; before, only who wanted nothing was written down."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; who wanted nothing has agreed to nothing, so that list is not needed any more."""
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("proof", sa.String(200), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("consent_of_customer", "consent", ["customer_id", "purpose", "channel", "id"])
    op.drop_table("marketing_stop")


def downgrade() -> None:
    """Go down."""
    op.create_table(
        "marketing_stop",
        sa.Column("channel", sa.String(16), primary_key=True),
        sa.Column("address", sa.String(), primary_key=True),
        sa.Column("at", Moment, nullable=False),
    )
    op.drop_index("consent_of_customer", "consent")
    op.drop_table("consent")
