"""A complaint has who handles it, and those who have it open at the same time see each other."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up; who has begun a complaint handles it."""
    op.add_column("complaint_ticket", sa.Column("handler", sa.String(64), server_default="", nullable=False))
    op.execute(
        "update complaint_ticket set handler = coalesce((select e.by from complaint_event e "
        "where e.number = complaint_ticket.number and e.deed in ('take', 'reply', 'answer') "
        "order by e.id limit 1), '')"
    )
    op.create_index("ix_complaint_ticket_opened_at", "complaint_ticket", ["opened_at"])
    op.create_table(
        "ticket_viewing",
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), primary_key=True),
        sa.Column("number", sa.String(24), primary_key=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("writes", sa.Boolean, server_default=sa.false(), nullable=False),
    )
    op.create_index("ticket_viewing_of_ticket", "ticket_viewing", ["number"])


def downgrade() -> None:
    """Go down: nobody is known to handle any."""
    op.drop_table("ticket_viewing")
    op.drop_index("ix_complaint_ticket_opened_at", "complaint_ticket")
    op.drop_column("complaint_ticket", "handler")
