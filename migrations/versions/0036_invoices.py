"""Invoices: whom they are made out to and what for; links to papers."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Sealed

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up. Earlier orders have nothing on paper: for their months an invoice may be asked for anew."""
    op.add_column("change_order", sa.Column("title", Sealed(100, "change_order.title"), nullable=True))
    op.add_column("change_order", sa.Column("tax_number", Sealed(18, "change_order.tax_number"), nullable=True))
    op.add_column("change_order", sa.Column("billed", sa.JSON(), nullable=True))
    op.create_table(
        "paper_link",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(20), nullable=False),
        sa.Column("until", Moment(timezone=True), nullable=False),
    )


def downgrade() -> None:
    """Go down: nobody can open an invoice any more."""
    op.drop_table("paper_link")
    op.drop_column("change_order", "billed")
    op.drop_column("change_order", "tax_number")
    op.drop_column("change_order", "title")
