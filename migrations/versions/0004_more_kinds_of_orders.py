"""Offers of every kind instead of data packs alone; what orders prove and hand out."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_FIGURES = ("price_fen", "points", "data_mb", "credit_fen", "mbps", "days")


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "offer",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in _FIGURES),
    )
    op.execute(
        "insert into offer (code, kind, name, price_fen, data_mb)"
        " select code, 'buy_data_pack', name, price_fen, data_mb from data_pack"
    )
    op.drop_table("data_pack")
    op.create_table(
        "sim_card",
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), primary_key=True),
        sa.Column("puk", sa.String(8), nullable=False),
    )
    op.create_table(
        "call_detail",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("customer_id", sa.Integer(), sa.ForeignKey("customer.id"), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("peer", sa.String(20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("fee_fen", sa.Integer(), nullable=False),
    )
    op.create_index("calls_of_customer", "call_detail", ["customer_id", "at"])
    op.create_table(
        "resident_id",
        sa.Column("customer_id", sa.Integer(), primary_key=True),
        sa.Column("hash", sa.String(128), nullable=False),
    )
    op.add_column("customer", sa.Column("closes_on", sa.Date()))
    op.add_column("broadband", sa.Column("paid_until", sa.Date()))
    op.add_column("change_order", sa.Column("points", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("change_order", sa.Column("id_proved_at", Moment(timezone=True)))
    op.add_column("change_order", sa.Column("id_attempts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("change_order", sa.Column("port_code", sa.String(8)))
    # Nothing points to the ledger, so SQLite may make it anew.
    with op.batch_alter_table("change_order") as table:
        table.alter_column("target", type_=sa.String(200), existing_nullable=False)
        table.alter_column("subject", type_=sa.String(200), existing_nullable=False)


def downgrade() -> None:
    """Go down: offers other than data packs are lost, and what orders proved."""
    for name in ("port_code", "id_attempts", "id_proved_at", "points"):
        op.drop_column("change_order", name)
    op.drop_column("broadband", "paid_until")
    op.drop_column("customer", "closes_on")
    for table in ("resident_id", "call_detail", "sim_card"):
        op.drop_table(table)
    op.create_table(
        "data_pack",
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("data_mb", sa.Integer(), nullable=False),
    )
    op.execute(
        "insert into data_pack (code, name, price_fen, data_mb)"
        " select code, name, price_fen, data_mb from offer where kind = 'buy_data_pack'"
    )
    op.drop_table("offer")
