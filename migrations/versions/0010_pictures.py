"""Pictures of conversations."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "picture",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("conversation_id", sa.Integer(), sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("customer_id", sa.Integer()),
        sa.Column("ticket", sa.String(24)),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
    )
    op.create_index("ix_picture_ticket", "picture", ["ticket"])
    op.create_index("pictures_of_customer", "picture", ["customer_id", "at"])
    op.add_column("inbox", sa.Column("picture", sa.String(32)))


def downgrade() -> None:
    """Go down: pictures are lost."""
    op.drop_column("inbox", "picture")
    op.drop_table("picture")
