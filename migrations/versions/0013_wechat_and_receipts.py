"""Which way a message went and its receipt; what a WeChat account may be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("outbox", sa.Column("way", sa.String(16)))
    op.add_column("outbox", sa.Column("platform_id", sa.String(80)))
    op.add_column("outbox", sa.Column("receipt", sa.String(12)))
    op.create_index("outbox_receipt", "outbox", ["channel", "platform_id"])
    op.create_table(
        "wechat_window",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("openid", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("opened_by", sa.String(260), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("allowed", sa.Integer, nullable=False),
        sa.Column("spent", sa.Integer, nullable=False),
    )
    op.create_index("windows_of_account", "wechat_window", ["openid", "until"])


def downgrade() -> None:
    """Go down: ways, receipts and windows are lost."""
    op.drop_table("wechat_window")
    op.drop_index("outbox_receipt", "outbox")
    op.drop_column("outbox", "receipt")
    op.drop_column("outbox", "platform_id")
    op.drop_column("outbox", "way")
