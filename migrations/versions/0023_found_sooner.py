"""The audit log by whom it is about (a customer may ask who looked), and the queue in its order."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_index("audit_of_subject", "audit", ["subject", "id"])
    op.create_index("conversation_in_queue", "conversation", ["owner", "queued_at", "id"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("conversation_in_queue", "conversation")
    op.drop_index("audit_of_subject", "audit")
