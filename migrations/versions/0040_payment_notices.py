"""Notices of the payment provider that were taken: the same one again is refused."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "payment_notice",
        sa.Column("signature", sa.String(64), primary_key=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Go down: a notice that was taken may come again; the money is on the account once all the same."""
    op.drop_table("payment_notice")
