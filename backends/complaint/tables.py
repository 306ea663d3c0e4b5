"""Tables of the embedded complaint system."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text

from database.handle import Moment

metadata = MetaData()

complaint_ticket = Table(
    "complaint_ticket",
    metadata,
    Column("number", String(24), primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("customer_id", Integer, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("facts", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("opened_at", Moment, nullable=False, index=True),
    Column("priority", Integer, nullable=False, server_default="3"),
    Column("rank", Integer, nullable=False, server_default="0"),
    # When its clocks began: when it was opened, or opened again.
    Column("begun_at", Moment),
    Column("replied_at", Moment),
    Column("answered_at", Moment),
    Column("answer", Text, nullable=False, server_default=""),
    Column("urged", Integer, nullable=False, server_default="0"),
    Column("score", Integer),
    Column("handler", String(64), nullable=False, server_default=""),
)

complaint_event = Table(
    "complaint_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(128), nullable=False, unique=True),
    Column("number", String(24), ForeignKey("complaint_ticket.number"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
    Column("by", String(64), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("text", Text, nullable=False),
)
