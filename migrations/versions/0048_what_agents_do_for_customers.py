"""What an agent would do for a customer waits for the customer's own yes."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Sealed

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "act",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("customer_id", sa.Integer, nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("wish", Sealed(None, "act.wish"), nullable=False),
        sa.Column("terms", Sealed(None, "act.terms"), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("number", sa.String(24), server_default="", nullable=False),
        sa.Column("why", sa.String(64), server_default="", nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("until", Moment(timezone=True), nullable=False),
    )
    op.create_index("act_of_conversation", "act", ["conversation_id", "id"])
    op.create_index("act_of_customer", "act", ["customer_id", "state"])


def downgrade() -> None:
    """Go down: what waits for a yes is not done."""
    op.drop_table("act")
