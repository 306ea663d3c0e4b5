"""What agents do with one another: who looks at a conversation, who is asked for advice, drafts, appeals."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def _ref(name: str, to: str, **rest: object) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey(f"{to}.id"), **rest)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Go up."""
    for name in ("viewing", "draft"):
        text = [sa.Column("text", sa.Text, nullable=False)] if name == "draft" else []
        op.create_table(
            name,
            _ref("staff_id", "staff", primary_key=True),
            _ref("conversation_id", "conversation", primary_key=True),
            *text,
            _moment("at"),
        )
    op.create_index("viewing_of_conversation", "viewing", ["conversation_id"])
    op.create_table(
        "consult",
        sa.Column("id", sa.Integer, primary_key=True),
        _ref("conversation_id", "conversation", nullable=False),
        _ref("staff_id", "staff", nullable=False),
        _ref("by", "staff", nullable=False),
        _moment("at"),
        _moment("ended_at", nullable=True),
    )
    op.create_index("consults_of_conversation", "consult", ["conversation_id"])
    op.create_index("consults_of_staff", "consult", ["staff_id", "ended_at"])
    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer, primary_key=True),
        _ref("conversation_id", "conversation", nullable=False),
        _ref("staff_id", "staff", nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(300), nullable=False),
        sa.Column("why", sa.String(300), nullable=False),
        _moment("at"),
        sa.Column("state", sa.String(8), nullable=False),
        _ref("decided_by", "staff"),
        sa.Column("answer", sa.String(300)),
        _moment("decided_at", nullable=True),
    )
    op.create_index("appeals_by_state", "appeal", ["state", "id"])
    op.add_column("conversation", sa.Column("told_at", sa.DateTime(timezone=True)))
    op.add_column("conversation", sa.Column("repeated", sa.Boolean))


def downgrade() -> None:
    """Go down: drafts and appeals are lost."""
    op.drop_column("conversation", "repeated")
    op.drop_column("conversation", "told_at")
    for name in ("appeal", "consult", "draft", "viewing"):
        op.drop_table(name)
