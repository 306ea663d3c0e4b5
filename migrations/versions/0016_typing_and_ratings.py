"""Who is writing, how customers rate a conversation, and a customer's conversations over all channels."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "typing",
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("side", sa.String(8), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_table(
        "rating",
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(128), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer),
        sa.Column("rated_at", sa.DateTime(timezone=True)),
    )
    op.create_index("conversation_customer", "conversation", ["customer_id", "id"])
    op.create_index("rating_of_address", "rating", ["channel", "address", "asked_at"])


def downgrade() -> None:
    """Go down: ratings are lost."""
    op.drop_index("conversation_customer", "conversation")
    op.drop_table("rating")
    op.drop_table("typing")
