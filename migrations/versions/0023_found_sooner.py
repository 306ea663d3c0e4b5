"""The audit log by whom it is about (a customer may ask who looked), and conversations by their agent."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_index("audit_of_subject", "audit", ["subject", "id"])
    op.create_index("conversation_staff", "conversation", ["staff_id", "owner"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("conversation_staff", "conversation")
    op.drop_index("audit_of_subject", "audit")
