"""Promotions may be taken: what each gives, for how long, and what of it is there."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

_GIVES = ("price_fen", "data_mb", "months", "mbps", "credit_fen")


def upgrade() -> None:
    """Go up."""
    op.add_column("promotion", sa.Column("gives", sa.String(100), nullable=False, server_default=""))
    for name in _GIVES:
        op.add_column("promotion", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("promotion", sa.Column("in_birth_month", sa.Boolean(), nullable=False, server_default="0"))
    op.add_column("bought_pack", sa.Column("last_month", sa.String(7), nullable=True))
    op.add_column("broadband", sa.Column("faster_mbps", sa.Integer(), nullable=True))
    op.add_column("broadband", sa.Column("faster_until", sa.Date(), nullable=True))
    op.add_column("change_order", sa.Column("lasts_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Go down."""
    op.drop_column("change_order", "lasts_on")
    op.drop_column("broadband", "faster_until")
    op.drop_column("broadband", "faster_mbps")
    op.drop_column("bought_pack", "last_month")
    for name in ("in_birth_month", *reversed(_GIVES), "gives"):
        op.drop_column("promotion", name)
