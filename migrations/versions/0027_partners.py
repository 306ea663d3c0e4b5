"""Partners: API clients with scopes, counted, and what subscribers have allowed them."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "partner",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("an_hour", sa.Integer, nullable=False),
        sa.Column("stopped_for", sa.String(200), nullable=False, server_default=""),
        sa.Column("since", Moment, nullable=False),
    )
    op.create_table(
        "partner_ask",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("partner_id", sa.Integer, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("asks_of_partner", "partner_ask", ["partner_id", "at"])
    op.create_table(
        "partner_grant",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("partner_id", sa.Integer, sa.ForeignKey("partner.id"), nullable=False),
        sa.Column("customer_id", sa.Integer),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("until", Moment),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("partner_grant")
    op.drop_index("asks_of_partner", "partner_ask")
    op.drop_table("partner_ask")
    op.drop_table("partner")
