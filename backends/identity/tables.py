"""Tables of what proves who somebody is: codes, passwords, ID numbers, bound addresses."""

from sqlalchemy import Column, Integer, MetaData, String, Table

from database.handle import Moment
from database.sealed import Findable

metadata = MetaData()

# The resident ID that a number is registered to, as argon2 has it, by which it is compared; and sealed, by which an
# owner's numbers are found and counted. It is told to nobody.
resident_id = Table(
    "resident_id",
    metadata,
    Column("customer_id", Integer, primary_key=True),
    Column("hash", String(128), nullable=False),
    Column("number", Findable(18, "resident_id.number"), nullable=True, index=True),
)

service_password = Table(
    "service_password",
    metadata,
    Column("customer_id", Integer, primary_key=True),
    Column("hash", String(128), nullable=False),
)

# Passwords that were tried, by the name that was given with them, whether it is anybody's or not.
password_attempt = Table(
    "password_attempt",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("name", Findable(128, "password_attempt.name"), primary_key=True),
    # Wrong ones in a row.
    Column("failures", Integer, nullable=False),
    Column("locked_until", Moment),
    Column("at", Moment, nullable=False, index=True),
)

one_time_code = Table(
    "one_time_code",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phone", Findable(11, "one_time_code.phone"), nullable=False, index=True),
    # What it proves: "sign_in", or the number of the order that it confirms. It serves for nothing else.
    Column("purpose", String(20), nullable=False, server_default="sign_in"),
    Column("salt", String(32), nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("issued_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("used_at", Moment),
)

binding = Table(
    "binding",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("address", Findable(128, "binding.address"), primary_key=True),
    Column("customer_id", Integer, nullable=False, index=True),
    Column("bound_at", Moment, nullable=False),
    Column("key", String(64), nullable=False),
)

# An address that waits for the code of a number; the newest counts.
binding_attempt = Table(
    "binding_attempt",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("address", Findable(128, "binding_attempt.address"), primary_key=True),
    Column("phone", Findable(11, "binding_attempt.phone"), nullable=False),
    Column("asked_at", Moment, nullable=False),
)
