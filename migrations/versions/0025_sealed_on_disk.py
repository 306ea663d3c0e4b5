"""What identifies a person is sealed on disk (K8)."""

import sqlalchemy as sa
from alembic import op

from database.sealed import ring_of

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None
# (table, key, columns that are sealed, whether they are looked up)
_COLUMNS = [
    ("customer", ["id"], ["phone", "name"], False),
    ("sim_card", ["customer_id"], ["puk"], False),
    ("call_detail", ["id"], ["peer"], False),
    ("broadband", ["customer_id"], ["address"], False),
    ("repair_ticket", ["number"], ["address"], False),
    ("one_time_code", ["id"], ["phone"], True),
    ("binding", ["channel", "address"], ["address"], True),
    ("binding_attempt", ["channel", "address"], ["address", "phone"], True),
    ("conversation", ["id"], ["address"], True),
    ("outbox", ["id"], ["address"], True),
    ("mailbox", ["id"], ["address"], True),
    ("rating", ["conversation_id"], ["address"], True),
    ("sms_part", ["phone", "ref", "total", "number"], ["phone"], True),
    ("marketing_stop", ["channel", "address"], ["address"], True),
    ("wechat_window", ["id"], ["openid"], True),
    ("sandbox_message", ["id"], ["to"], True),
    ("session", ["token_hash"], ["address"], True),
]


def upgrade() -> None:
    """Go up: every row is sealed with the newest key."""
    db = op.get_bind()
    op.add_column("customer", sa.Column("phone_index", sa.String(64), nullable=False, server_default=""))
    if db.dialect.name == "postgresql":
        for table, _, columns, _ in _COLUMNS:
            for column in columns:
                op.alter_column(table, column, type_=sa.String())
        op.alter_column("customer", "phone_index", type_=sa.String())

    def seal(table, column, value, looked_up):
        key, place = ring_of(db.dialect).newest, f"{table}.{column}"
        return key.find(value, place) if looked_up else key.seal(value, place)

    _changed(db, seal, index=True)
    op.create_index("customer_phone", "customer", ["phone_index"], unique=True)


def downgrade() -> None:
    """Go down: every row is as it was."""
    db = op.get_bind()

    def unseal(table, column, value, looked_up):
        key, place = ring_of(db.dialect).of_value(value), f"{table}.{column}"
        return key.found(value, place) if looked_up else key.unseal(value, place)

    op.drop_index("customer_phone", "customer")
    _changed(db, unseal, index=False)
    op.drop_column("customer", "phone_index")


def _changed(db, change, index) -> None:
    for name, keys, columns, looked_up in _COLUMNS:
        table = sa.table(name, *(sa.column(each) for each in {*keys, *columns, *(["phone_index"] if index and name == "customer" else [])}))
        wanted = sa.select(*(table.c[each] for each in dict.fromkeys([*keys, *columns])))
        rows = db.execute(wanted).mappings().all()
        own = sa.and_(*(table.c[each] == sa.bindparam(f"old_{each}") for each in keys))
        put = sa.update(table).where(own)
        values = []
        for row in rows:
            new = {each: None if row[each] is None else change(name, each, row[each], looked_up) for each in columns}
            if index and name == "customer":
                new["phone_index"] = ring_of(db.dialect).newest.blind(row["phone"], "customer.phone")
            values.append({f"old_{each}": row[each] for each in keys} | {f"new_{each}": to for each, to in new.items()})
        if values:
            named = {each.removeprefix("new_"): sa.bindparam(each) for each in values[0] if each.startswith("new_")}
            db.execute(put.values(named), values)
