"""Who may ask the systems behind us for what (M1, K3, K4): whatever is not listed is refused.

A call is "port.method" of backends/ports.py. Who calls stands before the first colon of `by`: bot, agent:3, partner:7.
"""

import re
from collections.abc import Mapping
from typing import Any

from compliance.gate import Decision

_CUSTOMERS_OWN = frozenset({"bot", "keyword", "agent", "partner"})
_TICKETS = frozenset({"bot", "agent"})
_STAFF = frozenset({"agent"})
# What changes something, or hands out what only its owner may see, and who may ask for it.
WRITES: Mapping[str, frozenset[str]] = {
    "orders.propose": _CUSTOMERS_OWN,
    "orders.issue_code": _CUSTOMERS_OWN,
    "orders.confirm": _CUSTOMERS_OWN,
    "orders.prove_id_number": _TICKETS,
    "orders.prove_password": frozenset({"bot"}),
    "orders.stop": frozenset({"bot"}),
    "orders.stop_lost": frozenset({"bot"}),
    "orders.may_port": frozenset({"bot"}),
    "orders.port_code": frozenset({"bot"}),
    "orders.handed_out": frozenset({"bot"}),
    "orders.refund": frozenset({"agent"}),
    "payment.start": frozenset({"bot", "agent"}),
    "payment.paid": frozenset({"cashier"}),
    "registration.register": frozenset({"page"}),
    "complaint.open": _TICKETS,
    "complaint.do": _TICKETS,
    "complaint.raise_overdue": frozenset({"clock"}),
    "repair.open": _TICKETS,
    "repair.do": _TICKETS,
    "repair.reschedule": _TICKETS,
    "repair.work": frozenset({"engineer"}),
    "repair.draft_waivers": frozenset({"clock"}),
    "repair.waiver_told": frozenset({"clock"}),
    "outages.report": _TICKETS,
    "outages.enter": _STAFF,
    "outages.change": _STAFF,
    "outages.end": _STAFF,
    "outages.dismiss": _STAFF,
}
# What is read, and in the audit log of who answers.
READS = frozenset(
    {
        "account.by_phone",
        "account.customer",
        "account.balance",
        "account.plan",
        "account.waiting_plan",
        "account.contract_ends",
        "account.usage",
        "account.bill",
        "account.charged_use",
        "account.bill_months",
        "account.services",
        "account.recharges",
        "account.points",
        "account.promotions",
        "account.broadband",
        "account.living_in",
        "orders.price_list",
        "orders.options",
        "orders.find",
        "orders.recent",
        "orders.invoices",
        "payment.find",
        "registration.on_sale",
        "complaint.find",
        "complaint.search",
        "complaint.unfinished",
        "complaint.handled",
        "complaint.history",
        "repair.find",
        "repair.read",
        "repair.history",
        "repair.unfinished",
        "repair.visits",
        "repair.of_engineer",
        "repair.late",
        "repair.figures",
        "outages.at",
        "outages.read",
        "outages.changed_since",
        "outages.versions",
        "outages.reporters",
    }
)
# Of these a partner may be told, once the subscriber has allowed it (K4).
PARTNERS_READ = frozenset({"account.customer", "account.balance", "account.plan", "account.services"})
# A partner may propose what costs a subscriber no more than money and is undone as easily (C8).
PARTNERS_PROPOSE = frozenset({"open_service", "buy_data_pack", "change_plan"})
_CODE = re.compile(r"\d{6}")


def before_calling(call: str, by: str, given: Mapping[str, Any]) -> Decision:
    """Judge a call of `by` with the arguments `given`: may this caller ask for it, and is a change confirmed?

    Whether a code is the right one the ledger says; without any a change does not get as far.
    """
    caller = re.split("[:.]", by, maxsplit=1)[0]
    if call not in WRITES and call not in READS:
        return _refused("call.unlisted", "系统没有登记这个操作，不能执行。")
    if not caller:
        return _refused("call.nobody", "没有说明由谁操作，不能执行。")
    if call in READS:
        if caller == "partner" and call not in PARTNERS_READ:
            return _refused("privacy.partner", "合作方不能查询这项客户信息。")
        return Decision(True, "")
    if caller not in WRITES[call]:
        return _refused("change.not_by_you", "您没有办理这项业务的权限。")
    if call == "orders.propose" and caller == "partner" and str(given["change"].kind) not in PARTNERS_PROPOSE:
        return _refused("change.not_by_partner", "合作方不能申请这项业务，请客户本人办理。")
    if call == "orders.confirm" and not _CODE.fullmatch(str(given.get("code") or "")):
        return _refused("change.unconfirmed", "没有客户本人的验证码，不能办理。")
    return Decision(True, "")


def _refused(rule: str, reason: str) -> Decision:
    return Decision(False, "", rule, reason)
