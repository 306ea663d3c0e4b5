"""Attempts to stop a lost phone without signing in: they are counted for the number and for who asks."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Findable

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "stop_attempt",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("phone", Findable(11, "stop_attempt.phone"), nullable=False),
        sa.Column("asker", sa.String(64), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
    )
    op.create_index("ix_stop_attempt_phone", "stop_attempt", ["phone"])
    op.create_index("ix_stop_attempt_asker", "stop_attempt", ["asker"])


def downgrade() -> None:
    """Go down: what was counted is forgotten."""
    op.drop_table("stop_attempt")
