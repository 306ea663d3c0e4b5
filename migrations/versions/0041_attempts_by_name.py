"""Attempts at passwords are counted by the name that was given, whether it is anybody's or not."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Findable

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; what was counted begins anew."""
    op.create_table(
        "password_attempt",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("name", Findable(128, "password_attempt.name"), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(timezone=True)),
        sa.Column("at", Moment(timezone=True), nullable=False),
    )
    op.create_index("ix_password_attempt_at", "password_attempt", ["at"])
    for table in ("service_password", "staff"):
        op.drop_column(table, "failures")
        op.drop_column(table, "locked_until")


def downgrade() -> None:
    """Go down; what was counted begins anew."""
    for table in ("service_password", "staff"):
        op.add_column(table, sa.Column("failures", sa.Integer(), server_default="0", nullable=False))
        op.add_column(table, sa.Column("locked_until", Moment(timezone=True)))
    op.drop_table("password_attempt")
