"""Staff who leave or must change a password; rosters, leave, bulletins, training."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def _staff(name: str = "staff_id", **rest: object) -> sa.Column:
    return sa.Column(name, sa.Integer, sa.ForeignKey("staff.id"), **rest)


def _moment(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    """Go up."""
    op.add_column("staff", sa.Column("active", sa.Boolean, nullable=False, server_default="1"))
    op.add_column("staff", sa.Column("must_change", sa.Boolean, nullable=False, server_default="0"))
    op.create_table(
        "shift",
        sa.Column("id", sa.Integer, primary_key=True),
        _staff(nullable=False),
        _moment("starts_at"),
        _moment("ends_at"),
    )
    op.create_index("shifts_of_staff", "shift", ["staff_id", "starts_at"])
    op.create_table(
        "leave",
        sa.Column("id", sa.Integer, primary_key=True),
        _staff(nullable=False),
        sa.Column("starts_on", sa.Date, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        _staff("decided_by"),
        _moment("at"),
    )
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        _moment("meets_at", nullable=True),
        _staff("by", nullable=False),
        _moment("at"),
    )
    op.create_table(
        "bulletin_read",
        sa.Column("bulletin_id", sa.Integer, sa.ForeignKey("bulletin.id"), primary_key=True),
        _staff(primary_key=True),
        _moment("at"),
    )
    op.create_table(
        "course",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("title", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("questions", sa.JSON, nullable=False),
        _staff("by", nullable=False),
        _moment("at"),
    )
    op.create_table(
        "course_result",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("course_id", sa.Integer, sa.ForeignKey("course.id"), nullable=False),
        _staff(nullable=False),
        sa.Column("score", sa.Integer, nullable=False),
        _moment("at"),
    )
    op.create_index("results_of_staff", "course_result", ["staff_id", "course_id"])


def downgrade() -> None:
    """Go down: rosters, bulletins and training are lost."""
    for name in ("course_result", "course", "bulletin_read", "bulletin", "leave", "shift"):
        op.drop_table(name)
    op.drop_column("staff", "must_change")
    op.drop_column("staff", "active")
