"""A call that a customer was promised is a task of its own, with who tries and what came of it."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Sealed

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

# What was promised before had no time: it is due soon.
_SOON = timedelta(hours=2)


def upgrade() -> None:
    """Go up: who waits for a call by now has a task; its number is the customer's own, which the desk looks up."""
    call_back = op.create_table(
        "call_back",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("conversation_id", sa.Integer, sa.ForeignKey("conversation.id"), nullable=False),
        sa.Column("phone", Sealed(32, "call_back.phone")),
        sa.Column("asked_at", Moment(timezone=True), nullable=False),
        sa.Column("begins_at", Moment(timezone=True), nullable=False),
        sa.Column("due_at", Moment(timezone=True)),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id")),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("closed_at", Moment(timezone=True)),
    )
    op.create_index(
        "one_open_call_back",
        "call_back",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("closed_at is null"),
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_index("call_back_by_state", "call_back", ["state", "due_at"])
    op.create_index("call_back_due", "call_back", ["due_at"])
    op.create_index("call_back_of_conversation", "call_back", ["conversation_id", "id"])
    op.create_table(
        "call_back_try",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("call_back_id", sa.Integer, sa.ForeignKey("call_back.id"), nullable=False),
        sa.Column("staff_id", sa.Integer, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("key", sa.String(40), nullable=False, unique=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
    )
    op.create_index("call_back_try_of_call_back", "call_back_try", ["call_back_id", "id"])
    db, now = op.get_bind(), datetime.now(UTC)
    waiting = db.execute(sa.text("select id, staff_id from conversation where call_back and owner != 'nobody'")).all()
    for row in waiting:
        times = {"asked_at": now, "begins_at": now, "due_at": now + _SOON}
        db.execute(call_back.insert().values(conversation_id=row.id, staff_id=row.staff_id, state="open", **times))
    op.drop_column("conversation", "call_back")


def downgrade() -> None:
    """Go down: that a call is wanted is known, and no more."""
    op.add_column("conversation", sa.Column("call_back", sa.Boolean, server_default="0", nullable=False))
    op.execute(
        "update conversation set call_back = true where id in (select conversation_id from call_back "
        "where closed_at is null)"
    )
    op.drop_table("call_back_try")
    op.drop_table("call_back")
