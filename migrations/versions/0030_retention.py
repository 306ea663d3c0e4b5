"""How far what was said has been erased."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "retention_mark",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("up_to", sa.Integer, nullable=False),
    )
    op.create_index("calls_by_time", "call_detail", ["at"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("calls_by_time", "call_detail")
    op.drop_table("retention_mark")
