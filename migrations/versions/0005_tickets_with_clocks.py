"""Complaints and repairs with clocks, ranks and histories; engineers, their visits, and known outages."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _of_complaints() -> list[sa.Column[object]]:
    return [
    sa.Column("priority", sa.Integer(), nullable=False, server_default="3"),
    sa.Column("rank", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("begun_at", Moment(timezone=True)),
    sa.Column("replied_at", Moment(timezone=True)),
    sa.Column("answered_at", Moment(timezone=True)),
    sa.Column("answer", sa.Text(), nullable=False, server_default=""),
    sa.Column("urged", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("score", sa.Integer()),
    ]


def _of_repairs() -> list[sa.Column[object]]:
    return [
    sa.Column("begun_at", Moment(timezone=True)),
    sa.Column("finished_at", Moment(timezone=True)),
    sa.Column("engineer_id", sa.Integer()),
    sa.Column("urged", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("waiver_drafted_at", Moment(timezone=True)),
    sa.Column("record", sa.Text(), nullable=False, server_default=""),
    sa.Column("score", sa.Integer()),
    ]


def upgrade() -> None:
    """Go up."""
    for table, columns in (("complaint_ticket", _of_complaints()), ("repair_ticket", _of_repairs())):
        for column in columns:
            op.add_column(table, column)
    op.create_index("ix_repair_ticket_engineer_id", "repair_ticket", ["engineer_id"])
    for name in ("complaint", "repair"):
        op.create_table(
            f"{name}_event",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("key", sa.String(128), nullable=False, unique=True),
            sa.Column("number", sa.String(24), sa.ForeignKey(f"{name}_ticket.number"), nullable=False),
            sa.Column("at", Moment(timezone=True), nullable=False),
            sa.Column("by", sa.String(64), nullable=False),
            sa.Column("deed", sa.String(16), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
        )
        op.create_index(f"ix_{name}_event_number", f"{name}_event", ["number"])
    op.create_table(
        "engineer",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("staff_id", sa.Integer(), nullable=False, unique=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("skill", sa.String(16), nullable=False),
    )
    op.create_table(
        "visit",
        sa.Column("number", sa.String(24), sa.ForeignKey("repair_ticket.number"), primary_key=True),
        sa.Column("engineer_id", sa.Integer(), sa.ForeignKey("engineer.id"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(8), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.UniqueConstraint("engineer_id", "day", "part", "seat", name="one_visit_a_seat"),
    )
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("told", sa.String(200), nullable=False),
        sa.Column("expected_at", Moment(timezone=True), nullable=False),
        sa.Column("ended_at", Moment(timezone=True)),
    )


def downgrade() -> None:
    """Go down: histories, visits and outages are lost."""
    for table in ("outage", "visit", "engineer", "repair_event", "complaint_event"):
        op.drop_table(table)
    op.drop_index("ix_repair_ticket_engineer_id", "repair_ticket")
    for table, columns in (("complaint_ticket", _of_complaints()), ("repair_ticket", _of_repairs())):
        for column in columns:
            op.drop_column(table, column.name)
