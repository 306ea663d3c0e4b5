"""The confirmation ledger: orders, data packs, contracts, and codes that serve for one purpose."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("plan", sa.Column("enterprise", sa.Boolean(), nullable=False, server_default="0"))
    # No batch: SQLite would make the table anew, and other tables point to it.
    op.add_column("customer", sa.Column("next_plan_code", sa.String(32)))
    op.add_column("customer", sa.Column("next_plan_from", sa.Date()))
    op.add_column(
        "one_time_code", sa.Column("purpose", sa.String(20), nullable=False, server_default="sign_in")
    )
    op.create_table(
        "contract",
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("floor_fen", sa.Integer(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
    )
    op.create_table(
        "data_pack",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("data_mb", sa.Integer(), nullable=False),
    )
    op.create_table(
        "bought_pack",
        sa.Column("order_number", sa.String(20), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("data_mb", sa.Integer(), nullable=False),
    )
    op.create_index("ix_bought_pack_customer_id", "bought_pack", ["customer_id"])
    op.create_table(
        "change_order",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.String(20), nullable=False, unique=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("target", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("once_fen", sa.Integer(), nullable=False),
        sa.Column("monthly_fen", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("undo_until", Moment(timezone=True)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("proposed_by", sa.String(64), nullable=False),
        sa.Column("proposed_at", Moment(timezone=True), nullable=False),
        sa.Column("done_at", Moment(timezone=True)),
    )
    op.create_index(
        "one_proposal",
        "change_order",
        ["customer_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    """Go down: the orders are lost."""
    for table in ("change_order", "bought_pack", "data_pack", "contract"):
        op.drop_table(table)
    op.drop_column("one_time_code", "purpose")
    op.drop_column("customer", "next_plan_from")
    op.drop_column("customer", "next_plan_code")
    op.drop_column("plan", "enterprise")
