"""What a message says is sealed while it waits and works: an ID number in it is on no disk."""

import sqlalchemy as sa
from alembic import op

from database.sealed import ring_of

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None
_PLACE = "inbox.text"


def upgrade() -> None:
    """Go up."""
    db = op.get_bind()
    _changed(db, lambda text: ring_of(db.dialect).newest.seal(text, _PLACE))


def downgrade() -> None:
    """Go down."""
    db = op.get_bind()
    _changed(db, lambda text: ring_of(db.dialect).of_value(text).unseal(text, _PLACE))


def _changed(db, change) -> None:
    inbox = sa.table("inbox", sa.column("id"), sa.column("text"))
    own = sa.update(inbox).where(inbox.c.id == sa.bindparam("which")).values(text=sa.bindparam("new"))
    last = 0
    while rows := db.execute(sa.select(inbox).where(inbox.c.id > last).order_by(inbox.c.id).limit(1000)).all():
        db.execute(own, [{"which": row.id, "new": change(row.text)} for row in rows])
        last = rows[-1].id
