"""A bulk export is of conversations or of the audit log; shifts are planned by templates."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("bulk_export", sa.Column("kind", sa.String(16), nullable=False, server_default="conversations"))
    op.create_table(
        "shift_template",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False, unique=True),
        sa.Column("starts", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
    )
    op.bulk_insert(
        sa.table("shift_template", sa.column("name"), sa.column("starts"), sa.column("ends")),
        [
            {"name": "早班", "starts": "08:00", "ends": "16:00"},
            {"name": "中班", "starts": "12:00", "ends": "20:00"},
            {"name": "晚班", "starts": "16:00", "ends": "00:00"},
        ],
    )


def downgrade() -> None:
    """Go down: wishes for the log are gone."""
    op.drop_table("shift_template")
    op.execute("delete from bulk_export where kind <> 'conversations'")
    op.drop_column("bulk_export", "kind")
