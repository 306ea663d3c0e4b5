"""All actions, ready for Rasa's action protocol."""

from rasa_sdk.executor import ActionExecutor

from actions.account import (
    CheckBalance,
    CheckBill,
    CheckPlan,
    CheckPoints,
    CheckPromotions,
    CheckRecharges,
    CheckServices,
    CheckUsage,
)
from actions.change import AskChangeCode, AskChangeConsent, AskChangeTarget, FinishChange, ReadChange
from actions.complaint import AskComplaintFacts, OpenComplaint, ReadComplaint, TakePraise
from actions.halls import CheckHalls
from actions.recharge import Recharge
from actions.repair import AskFaultAddress, AskFaultVisit, OpenRepair, ReadFaultReport
from actions.talk import FollowUp, NotUnderstood, NotYet, ServicePassword
from actions.tickets import (
    AskTicketNumber,
    AskTicketText,
    BookRepair,
    CheckTickets,
    DoTicketWish,
    ReadTicketWish,
    UrgeTickets,
)
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.halls.port import Halls
from backends.orders.port import Orders
from backends.payment.port import Payments
from backends.repair.port import Repairs
from core.evidence import Evidence
from core.notices import Notices


def executor(
    accounts: Accounts,
    repairs: Repairs,
    complaints: Complaints,
    orders: Orders,
    payments: Payments,
    halls: Halls,
    evidence: Evidence,
    notices: Notices,
    site: str,
) -> ActionExecutor:
    """Return an executor that knows every action of domain.yml; our pages are at the address `site`."""
    answers = (
        CheckBalance(accounts),
        CheckBill(accounts),
        CheckUsage(accounts),
        CheckPlan(accounts),
        CheckServices(accounts),
        CheckRecharges(accounts),
        CheckPoints(accounts),
        CheckPromotions(accounts),
        CheckTickets(accounts, repairs, complaints),
        Recharge(accounts, payments, site),
    )
    check_halls = CheckHalls(halls)
    together = ActionExecutor()
    for action in (
        *answers,
        check_halls,
        FollowUp(answers, check_halls),
        NotYet(),
        ServicePassword(site),
        NotUnderstood(),
        ReadFaultReport(accounts, repairs),
        AskFaultAddress(accounts),
        AskFaultVisit(repairs),
        OpenRepair(repairs),
        UrgeTickets(accounts, repairs, complaints),
        BookRepair(accounts, repairs),
        ReadTicketWish(repairs, complaints),
        AskTicketNumber(repairs, complaints),
        AskTicketText(repairs),
        DoTicketWish(repairs, complaints),
        ReadComplaint(),
        AskComplaintFacts(),
        TakePraise(complaints),
        OpenComplaint(accounts, complaints, evidence),
        ReadChange(accounts, orders),
        AskChangeTarget(orders),
        AskChangeConsent(orders),
        AskChangeCode(accounts, orders, notices),
        FinishChange(accounts, orders, repairs, notices),
    ):
        together.register_action(action)
    return together
