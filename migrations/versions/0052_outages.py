"""Outages with versions, the reports that raise them, and who was told; a visit that a customer put off."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from database.handle import Moment

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_BEFORE = sa.table(
    "outage_before",
    sa.column("area", sa.String),
    sa.column("kind", sa.String),
    sa.column("told", sa.String),
    sa.column("expected_at", Moment(timezone=True)),
    sa.column("ended_at", Moment(timezone=True)),
)


def _said() -> list[sa.Column[object]]:
    return [
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("technology", sa.String(16), nullable=False),
        sa.Column("told", sa.String(200), nullable=False),
        sa.Column("begins_at", Moment(timezone=True), nullable=False),
        sa.Column("expected_at", Moment(timezone=True)),
        sa.Column("state", sa.String(16), nullable=False),
    ]


def upgrade() -> None:
    """Go up; outages that were known before stay known, and nobody can say when they began."""
    op.rename_table("outage", "outage_before")
    if op.get_bind().dialect.name == "postgresql":  # a renamed table keeps the name of its key
        op.execute("ALTER INDEX outage_pkey RENAME TO outage_before_pkey")
        op.execute("ALTER SEQUENCE outage_id_seq RENAME TO outage_before_id_seq")
    outage = op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(128), nullable=False, unique=True),
        *_said(),
        sa.Column("planned", sa.Boolean(), nullable=False, server_default="0"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", Moment(timezone=True), nullable=False),
    )
    op.create_index("ix_outage_state", "outage", ["state"])
    op.create_table(
        "outage_version",
        sa.Column("outage_id", sa.Integer(), sa.ForeignKey("outage.id"), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        *_said(),
        sa.Column("planned", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "outage_report",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(128), nullable=False, unique=True),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("technology", sa.String(16), nullable=False),
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("at", Moment(timezone=True), nullable=False),
        sa.Column("outage_id", sa.Integer(), sa.ForeignKey("outage.id")),
        sa.Column("heard", sa.Integer(), nullable=False, server_default="0"),
    )
    op.create_index("outage_reports_of_area", "outage_report", ["area", "technology", "at"])
    op.create_index("outage_reports_of_outage", "outage_report", ["outage_id", "customer_id"])
    op.create_table(
        "outage_telling",
        sa.Column("outage", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
    )
    op.create_table(
        "outage_told",
        sa.Column("outage", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("customer_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
    )
    op.add_column("repair_ticket", sa.Column("put_off_to", Moment(timezone=True)))
    op.add_column("repair_ticket", sa.Column("waiver_told_at", Moment(timezone=True)))
    op.execute("UPDATE repair_ticket SET waiver_told_at = waiver_drafted_at")  # of old ones nobody is told now
    _carry_over(outage)
    op.drop_table("outage_before")


def _carry_over(outage: sa.Table) -> None:
    now = datetime.now(UTC)
    rows = [
        {
            "key": f"before:{number}",
            "area": row.area,
            "technology": "tv" if row.kind == "other" else row.kind,
            "told": row.told,
            "begins_at": row.ended_at or now,
            "expected_at": row.ended_at or row.expected_at,
            "state": "ended" if row.ended_at else "known",
            "planned": False,
            "version": 1,
            "changed_at": row.ended_at or now,
        }
        for number, row in enumerate(op.get_bind().execute(sa.select(_BEFORE)).all(), start=1)
    ]
    if rows:
        op.bulk_insert(outage, rows)


def downgrade() -> None:
    """Go down: reports, versions and who was told are lost, and what was suspected with them."""
    op.drop_column("repair_ticket", "waiver_told_at")
    op.drop_column("repair_ticket", "put_off_to")
    for table in ("outage_told", "outage_telling", "outage_report", "outage_version", "outage"):
        op.drop_table(table)
    op.create_table(
        "outage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("area", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("told", sa.String(200), nullable=False),
        sa.Column("expected_at", Moment(timezone=True), nullable=False),
        sa.Column("ended_at", Moment(timezone=True)),
    )
