"""The queue's own times, skills of agents, and who of the staff is there."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def _new() -> tuple[sa.Column, ...]:
    return (
        sa.Column("queued_at", sa.DateTime(timezone=True)),
        sa.Column("skill", sa.String(16)),
        sa.Column("level", sa.String(16)),
        sa.Column("call_back", sa.Boolean, nullable=False, server_default="0"),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("replied_at", sa.DateTime(timezone=True)),
        sa.Column("closed_for", sa.String(32)),
    )


def upgrade() -> None:
    """Go up."""
    for column in _new():
        op.add_column("conversation", column)
    op.create_index("conversation_queued", "conversation", ["queued_at"])
    op.add_column("staff", sa.Column("skills", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("staff", sa.Column("capacity", sa.Integer, nullable=False, server_default="5"))
    op.create_table(
        "presence",
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Go down: the queue's times are lost."""
    op.drop_table("presence")
    op.drop_column("staff", "capacity")
    op.drop_column("staff", "skills")
    op.drop_index("conversation_queued", "conversation")
    for column in _new():
        op.drop_column("conversation", column.name)
