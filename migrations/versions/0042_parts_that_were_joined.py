"""Of a long message that was joined it is kept for a while that its parts came: one that comes again is no new one."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Findable

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "sms_part_read",
        sa.Column("phone", Findable(32, "sms_part_read.phone"), primary_key=True),
        sa.Column("ref", sa.Integer, primary_key=True),
        sa.Column("total", sa.Integer, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Go down: what was joined is forgotten."""
    op.drop_table("sms_part_read")
