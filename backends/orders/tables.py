"""Table of the confirmation ledger."""

from sqlalchemy import JSON, Column, Date, Index, Integer, MetaData, String, Table, text

from database.handle import Moment
from database.sealed import Findable, Sealed

metadata = MetaData()

change_order = Table(
    "change_order",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("target", String(200), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("once_fen", Integer, nullable=False),
    Column("monthly_fen", Integer, nullable=False),
    Column("points", Integer, nullable=False, server_default="0"),
    Column("effective_on", Date, nullable=False),
    Column("undo_until", Moment),
    Column("lasts_on", Date),
    Column("state", String(16), nullable=False),
    Column("proposed_by", String(64), nullable=False),
    Column("proposed_at", Moment, nullable=False),
    Column("done_at", Moment),
    Column("id_proved_at", Moment),
    Column("id_attempts", Integer, nullable=False, server_default="0"),
    # Of an invoice: whom it is made out to, and what for: [[name, fen], ...].
    Column("title", Sealed(100, "change_order.title"), nullable=True),
    Column("tax_number", Sealed(18, "change_order.tax_number"), nullable=True),
    Column("billed", JSON(none_as_null=True), nullable=True),
    # Of a porting order: the code that the new carrier asks for.
    Column("port_code", String(8)),
    # A subscriber has one question open at a time.
    Index(
        "one_proposal",
        "customer_id",
        unique=True,
        sqlite_where=text("state = 'proposed'"),
        postgresql_where=text("state = 'proposed'"),
    ),
)

# Attempts to stop a lost phone without signing in; they are kept as long as they count.
stop_attempt = Table(
    "stop_attempt",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("phone", Findable(11, "stop_attempt.phone"), nullable=False, index=True),
    # A digest of who asks.
    Column("asker", String(64), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)
