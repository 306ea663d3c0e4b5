"""The credit of an account, and the numbers that a subscriber may choose as a second one."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("customer", sa.Column("credit_fen", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "free_number",
        sa.Column("number", sa.String(11), primary_key=True),
        sa.Column("held_by", sa.Integer, sa.ForeignKey("customer.id"), index=True),
        sa.Column("held_until", sa.DateTime(timezone=True)),
    )


def downgrade() -> None:
    """Go down: who chose which number is lost."""
    op.drop_table("free_number")
    op.drop_column("customer", "credit_fen")
