"""Tables of the one-time codes."""

from sqlalchemy import Column, Integer, MetaData, String, Table

from database.handle import Moment

metadata = MetaData()

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phone", String(11), nullable=False, index=True),
    # What it proves: "sign_in", or the number of the order that it confirms. It serves for nothing else.
    Column("purpose", String(20), nullable=False, server_default="sign_in"),
    Column("salt", String(32), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("used_at", Moment),
)
