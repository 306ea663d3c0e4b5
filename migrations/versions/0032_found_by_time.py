"""Old pictures, and what was done of one kind within some days, are found without reading all."""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_index("pictures_by_time", "picture", ["at"])
    op.create_index("audit_of_action", "audit", ["action", "at"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("audit_of_action", "audit")
    op.drop_index("pictures_by_time", "picture")
