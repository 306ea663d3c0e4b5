"""Cases of suspected breaches, and what was done about contacts that only disturb."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    long = sa.String() if op.get_bind().dialect.name == "postgresql" else sa.String(128)
    op.create_table(
        "nuisance",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", long, nullable=False),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("step", sa.String(8), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reviewed_by", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("reviewed_at", Moment),
    )
    op.create_index("nuisance_of_address", "nuisance", ["channel", "address", "at"])
    short = sa.String() if op.get_bind().dialect.name == "postgresql" else sa.String(16)
    op.create_table(
        "breach",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("prohibition", sa.Integer, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("concerned", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("reporter", short),
        sa.Column("at", Moment, nullable=False),
        sa.Column("degree", sa.String(16)),
        sa.Column("responsibility", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("decided_at", Moment),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("breach")
    op.drop_index("nuisance_of_address", "nuisance")
    op.drop_table("nuisance")
