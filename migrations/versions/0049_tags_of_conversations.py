"""Agents put tags on conversations, to find and to count them."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "conversation_tag",
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("tag", sa.String(32), primary_key=True),
    )
    op.create_index("conversation_tag_of_tag", "conversation_tag", ["tag", "conversation_id"])


def downgrade() -> None:
    """Go down: tags are forgotten."""
    op.drop_table("conversation_tag")
