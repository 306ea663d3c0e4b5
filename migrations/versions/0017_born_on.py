"""The day of birth, by which a customer of 65 and over comes straight to a person."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("customer", sa.Column("born_on", sa.Date))


def downgrade() -> None:
    """Go down: days of birth are lost."""
    op.drop_column("customer", "born_on")
