"""Tables of the embedded account system."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table

from database.handle import Moment
from database.sealed import Blind, Sealed

metadata = MetaData()


def _own_phone(context: Any) -> str:
    return str(context.get_current_parameters()["phone"])


plan = Table(
    "plan",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("monthly_fee_fen", Integer, nullable=False),
    Column("data_mb", Integer, nullable=False),
    Column("voice_minutes", Integer, nullable=False),
    Column("sms", Integer, nullable=False),
    Column("enterprise", Boolean, nullable=False, server_default="0"),
)

customer = Table(
    "customer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("phone", Sealed(11, "customer.phone"), nullable=False, unique=True),
    # By which a subscriber is found by number.
    Column("phone_index", Blind(64, "customer.phone"), nullable=False, server_default="", default=_own_phone),
    Column("name", Sealed(64, "customer.name"), nullable=False),
    Column("level", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("plan_code", String(32), ForeignKey("plan.code"), nullable=False),
    Column("balance_fen", Integer, nullable=False),
    # How far the balance may fall below nothing before the number is stopped.
    Column("credit_fen", Integer, nullable=False, server_default="0"),
    # The class of the enterprise that the subscriber speaks for: A, B, C.
    Column("enterprise", String(1)),
    # By the real-name registration.
    Column("born_on", Date),
    # A plan that was ordered begins on the first of a month; from then on it is the plan.
    Column("next_plan_code", String(32)),
    Column("next_plan_from", Date),
    # The day from which the number is given up.
    Column("closes_on", Date),
    Index("customer_phone", "phone_index", unique=True),
)

recharge = Table(
    "recharge",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Integer, ForeignKey("customer.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("amount_fen", Integer, nullable=False),
    Column("way", String(32), nullable=False),
    Index("recharges_of_customer", "customer_id", "at"),
)

points = Table(
    "points",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    # The year in which they were earned: they are valid until the end of the next one.
    Column("year", Integer, primary_key=True),
    Column("points", Integer, nullable=False),
)

contract = Table(
    "contract",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("floor_fen", Integer, nullable=False),
    Column("ends_on", Date, nullable=False),
)

# What is bought once (see backends.orders.rules.Offer).
offer = Table(
    "offer",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(64), nullable=False),
    Column("price_fen", Integer, nullable=False, server_default="0"),
    Column("points", Integer, nullable=False, server_default="0"),
    Column("data_mb", Integer, nullable=False, server_default="0"),
    Column("credit_fen", Integer, nullable=False, server_default="0"),
    Column("mbps", Integer, nullable=False, server_default="0"),
    Column("days", Integer, nullable=False, server_default="0"),
)

# Who may take it: see backends.account.port.Promotion.
promotion = Table(
    "promotion",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("title", String(64), nullable=False),
    Column("told", String(200), nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("least_level", String(16), nullable=False),
    Column("least_fee_fen", Integer, nullable=False),
    # What is had by taking it.
    Column("gives", String(100), nullable=False, server_default=""),
    Column("price_fen", Integer, nullable=False, server_default="0"),
    Column("data_mb", Integer, nullable=False, server_default="0"),
    Column("months", Integer, nullable=False, server_default="0"),
    Column("mbps", Integer, nullable=False, server_default="0"),
    Column("credit_fen", Integer, nullable=False, server_default="0"),
    Column("in_birth_month", Boolean, nullable=False, server_default="0"),
)

# Numbers that may be chosen, by a subscriber as a second one (`held_by`) or by who becomes a customer (then by nobody);
# whoever did fetches the card until `held_until`.
free_number = Table(
    "free_number",
    metadata,
    Column("number", String(11), primary_key=True),
    Column("held_by", Integer, ForeignKey("customer.id"), index=True),
    Column("held_until", Moment),
)

sim_card = Table(
    "sim_card",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("puk", Sealed(8, "sim_card.puk"), nullable=False),
)

call_detail = Table(
    "call_detail",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", Integer, ForeignKey("customer.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("peer", Sealed(20, "call_detail.peer"), nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("fee_fen", Integer, nullable=False),
    Index("calls_of_customer", "customer_id", "at"),
    Index("calls_by_time", "at"),  # for erasing
)

bought_pack = Table(
    "bought_pack",
    metadata,
    Column("order_number", String(20), primary_key=True),
    Column("customer_id", Integer, ForeignKey("customer.id"), nullable=False, index=True),
    Column("month", String(7), nullable=False),
    # The last month in which there is so much again; without one it is for `month` alone.
    Column("last_month", String(7)),
    Column("data_mb", Integer, nullable=False),
)

usage = Table(
    "usage",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("data_mb", Integer, nullable=False),
    Column("voice_minutes", Integer, nullable=False),
    Column("sms", Integer, nullable=False),
)

bill_item = Table(
    "bill_item",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("amount_fen", Integer, nullable=False),
)

# The days behind what was charged beyond the plan: of each item of a bill they add up to its amount.
charged_use = Table(
    "charged_use",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("charge", String(64), primary_key=True),
    Column("on", Date, primary_key=True),
    Column("amount_fen", Integer, nullable=False),
    Column("data_mb", Integer, nullable=False, server_default="0"),
    Column("minutes", Integer, nullable=False, server_default="0"),
    Column("sms", Integer, nullable=False, server_default="0"),
)

service = Table(
    "service",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("monthly_fee_fen", Integer, nullable=False),
)

customer_service = Table(
    "customer_service",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("service_code", String(32), ForeignKey("service.code"), primary_key=True),
)

broadband = Table(
    "broadband",
    metadata,
    Column("customer_id", Integer, ForeignKey("customer.id"), primary_key=True),
    Column("account", String(32), nullable=False, unique=True),
    Column("speed_mbps", Integer, nullable=False),
    Column("address", Sealed(200, "broadband.address"), nullable=False),
    # The last day that is paid for; without one the line is part of the plan.
    Column("paid_until", Date),
    # The speed that a promotion gives, and its last day.
    Column("faster_mbps", Integer),
    Column("faster_until", Date),
)
