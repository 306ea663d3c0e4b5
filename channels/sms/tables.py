"""The channel's own tables."""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table

from database.handle import Moment
from database.sealed import Findable

metadata = MetaData()

# Parts of long short messages, until all of them are there.
sms_part = Table(
    "sms_part",
    metadata,
    Column("phone", Findable(32, "sms_part.phone"), primary_key=True),
    Column("ref", Integer, primary_key=True),
    Column("total", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("coding", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("at", Moment, nullable=False),
)

# Of messages that were joined lately: that a part came, and a digest of what it said.
sms_part_read = Table(
    "sms_part_read",
    metadata,
    Column("phone", Findable(32, "sms_part_read.phone"), primary_key=True),
    Column("ref", Integer, primary_key=True),
    Column("total", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)
