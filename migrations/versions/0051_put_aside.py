"""An agent puts an own conversation aside until a time."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("conversation", sa.Column("aside_until", Moment(timezone=True)))


def downgrade() -> None:
    """Go down: what was put aside is at hand."""
    op.drop_column("conversation", "aside_until")
