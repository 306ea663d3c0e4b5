"""The dialogue's state lies with its conversation, sealed; what was read in a message lies with it until it is done."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up. What was open in the engine's own dialogues is not taken over: its customers are asked anew."""
    op.add_column("conversation", sa.Column("dialogue", sa.Text(), nullable=True))
    op.add_column("conversation", sa.Column("revision", sa.Integer(), nullable=False, server_default="0"))
    op.drop_column("conversation", "engine_session")
    op.drop_column("conversation", "pending")
    op.execute("update conversation set waiting_for = null")
    op.add_column("inbox", sa.Column("reading", sa.Text(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("inbox", "reading")
    op.add_column("conversation", sa.Column("engine_session", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("conversation", sa.Column("pending", sa.JSON(), nullable=False, server_default="[]"))
    op.drop_column("conversation", "revision")
    op.drop_column("conversation", "dialogue")
