"""What an agent said beside what the agent is, and the last deed; of a customer whose agent was lost, who was told."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up: of who was away nobody knows what they were, so they take nothing before they say so."""
    with op.batch_alter_table("presence") as table:
        table.add_column(sa.Column("said", sa.String(8), nullable=False, server_default="busy"))
        table.add_column(sa.Column("acted_at", Moment(timezone=True)))
        table.add_column(sa.Column("silent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.execute("update presence set said = state where state != 'away'")
    op.execute("update presence set acted_at = seen_at")
    with op.batch_alter_table("presence") as table:
        table.alter_column("said", server_default=None)
        table.alter_column("acted_at", nullable=False)
        table.alter_column("silent", server_default=None)
    op.add_column("conversation", sa.Column("lost_at", Moment(timezone=True)))
    op.add_column("conversation", sa.Column("apologised", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Go down."""
    op.drop_column("conversation", "apologised")
    op.drop_column("conversation", "lost_at")
    for column in ("silent", "acted_at", "said"):
        op.drop_column("presence", column)
