"""The gate before the systems: every call is listed, and who may not is refused with a rule and a reason."""

import inspect
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backends.guarded import guarded
from backends.orders.port import Change, Kind, Orders
from backends.ports import ACCOUNTS, COMPLAINTS, ORDERS, OUTAGES, PAYMENTS, REGISTRATIONS, REPAIRS
from compliance.audit import AuditEntry
from compliance.calls import PARTNERS_PROPOSE, PARTNERS_READ, READS, WRITES, before_calling
from core.errors import GateRefused

PORTS = (ACCOUNTS, ORDERS, PAYMENTS, REGISTRATIONS, COMPLAINTS, REPAIRS, OUTAGES)
CALLS = {
    f"{port.name}.{name}"
    for port in PORTS
    for name, method in vars(port.protocol).items()
    if inspect.iscoroutinefunction(method)
}
CONFIRMED = {"change": Change(Kind.OPEN_SERVICE, "cl"), "code": "123456"}
callers = st.sampled_from(["bot", "agent:3", "partner:7", "keyword", "api", "system", "clock", "cashier", "web", ""])


def test_every_call_is_listed_once_and_nothing_else_is() -> None:
    assert READS | set(WRITES) == CALLS
    assert not READS & set(WRITES)
    assert PARTNERS_READ <= READS
    assert {Kind(kind) for kind in PARTNERS_PROPOSE}


@given(st.text(max_size=30), callers)
def test_what_is_not_listed_is_refused_to_everybody(call: str, by: str) -> None:
    if call not in CALLS:
        assert before_calling(call, by, CONFIRMED).rule == "call.unlisted"


@given(st.sampled_from(sorted(CALLS)), callers)
def test_a_decision_to_refuse_has_a_rule_and_a_reason_in_chinese(call: str, by: str) -> None:
    decision = before_calling(call, by, CONFIRMED)
    assert decision.allowed == (decision.rule == "pass")
    if not decision.allowed:
        assert "。" in decision.reason


@given(st.sampled_from(sorted(CALLS - PARTNERS_READ - {"orders.propose", "orders.issue_code", "orders.confirm"})))
def test_a_partner_gets_nothing_else(call: str) -> None:
    assert not before_calling(call, "partner:7", CONFIRMED).allowed


@pytest.mark.parametrize("kind", Kind)
def test_a_partner_proposes_what_is_easily_undone(kind: Kind) -> None:
    allowed = before_calling("orders.propose", "partner:7", {"change": Change(kind)}).allowed
    assert allowed == (kind in PARTNERS_PROPOSE)


@given(callers, st.text(max_size=8) | st.none())
def test_without_a_code_no_change_gets_as_far_as_the_ledger(by: str, code: str | None) -> None:
    decision = before_calling("orders.confirm", by, {"code": code})
    assert not decision.allowed or (code is not None and len(code) == 6)


class _Log:
    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    async def record(self, entry: AuditEntry) -> None:
        self.entries.append(entry)


class _Ledger:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        async def method(*_args: Any, **_kwargs: Any) -> str:
            self.asked.append(name)
            return name

        return method


async def test_who_goes_through_is_answered_and_who_does_not_is_in_the_log() -> None:
    log, ledger = _Log(), _Ledger()
    orders: Orders = guarded(ORDERS, ledger, log)
    assert await orders.find(1, "DD1", "bot") == "find"  # type: ignore[comparison-overlap]
    with pytest.raises(GateRefused, match=r"change\.not_by_you"):
        await orders.refund(1, "TS1", "2026-10", "视频彩铃", 600, by="bot")
    with pytest.raises(GateRefused, match=r"change\.unconfirmed"):
        await orders.confirm(1, "DD1", "", "bot")
    assert ledger.asked == ["find"]
    assert [(entry.action, entry.reason) for entry in log.entries] == [
        ("gate.refused", "change.not_by_you"),
        ("gate.refused", "change.unconfirmed"),
    ]
    assert log.entries[0].details == {"call": "orders.refund"}
