"""How far an agent has read is kept, so that unread lines are counted; the index is made anew without private data."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "reading",
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("line", sa.Integer, nullable=False),
    )
    op.create_index("reading_of_conversation", "reading", ["conversation_id"])
    op.execute("delete from line_text")
    op.execute("update search_mark set up_to = 0")


def downgrade() -> None:
    """Go down: what was read is forgotten."""
    op.drop_table("reading")
