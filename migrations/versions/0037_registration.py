"""Becoming a customer: applications, and the sealed resident ID by which an owner's numbers are counted."""

import sqlalchemy as sa
from alembic import op

from database.handle import Moment
from database.sealed import Findable, Sealed

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up. Of who is registered already only the hash is known: those numbers are not counted."""
    op.add_column("resident_id", sa.Column("number", Findable(18, "resident_id.number"), nullable=True))
    op.create_index("ix_resident_id_number", "resident_id", ["number"])
    op.create_table(
        "registration",
        sa.Column("identifier", sa.String(20), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("name", Sealed(64, "registration.name"), nullable=False),
        sa.Column("id_number", Findable(18, "registration.id_number"), nullable=False),
        sa.Column("phone", Sealed(11, "registration.phone"), nullable=False),
        sa.Column("number", Sealed(11, "registration.number"), nullable=False),
        sa.Column("plan_code", sa.String(32), nullable=False),
        sa.Column("terms", sa.String(16), nullable=False),
        sa.Column("agreed_at", Moment(timezone=True), nullable=False),
        sa.Column("held_until", Moment(timezone=True), nullable=False),
        sa.Column("over_limit", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_registration_id_number", "registration", ["id_number"])
    op.create_index("ix_registration_agreed_at", "registration", ["agreed_at"])


def downgrade() -> None:
    """Go down: applications are lost."""
    op.drop_table("registration")
    op.drop_index("ix_resident_id_number", "resident_id")
    op.drop_column("resident_id", "number")
