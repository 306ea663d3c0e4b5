"""All actions, by the names under which domain.yml and the flows know them."""

from collections.abc import Mapping

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.account import (
    CheckBalance,
    CheckBill,
    CheckBroadband,
    CheckPlan,
    CheckPoints,
    CheckPromotions,
    CheckRecharges,
    CheckServices,
    CheckState,
    CheckUsage,
)
from actions.base import FlowAction
from actions.change import (
    ConfirmOrder,
    MayChange,
    OfferChange,
    OfferUndo,
    ProposeChange,
    ProveIdNumber,
    SendCode,
    StopLost,
)
from actions.complaint import BeginComplaint, OpenComplaint, SumUpComplaint, TakePraise
from actions.confirmation import Confirmation
from actions.halls import CheckHalls
from actions.pages import OwnData, Register
from actions.recharge import OfferAmounts, PaymentState, Recharge
from actions.repair import (
    BeginFault,
    CheckVisit,
    KnownFault,
    OfferAddress,
    OfferVisits,
    OpenRepair,
    SumUpRepair,
)
from actions.talk import NotYet, ServicePassword, TellAbout
from actions.tickets import BeginAddition, CheckTickets, DoTicketWish, OfferTickets, SumUpTicketWish, UrgeTickets
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.halls.port import Halls
from backends.payment.port import Payments
from backends.repair.port import Repairs
from core.evidence import Evidence

Actions = Mapping[str, FlowAction]


def actions(
    accounts: Accounts,
    repairs: Repairs,
    complaints: Complaints,
    confirmation: Confirmation,
    payments: Payments,
    halls: Halls,
    evidence: Evidence,
    site: str,
) -> Actions:
    """Return every action by its name; our pages are at the address `site`."""
    orders = confirmation.orders
    every: tuple[FlowAction, ...] = (
        CheckBalance(accounts),
        CheckBill(accounts),
        CheckUsage(accounts),
        CheckPlan(accounts),
        CheckBroadband(accounts),
        CheckServices(accounts),
        CheckRecharges(accounts),
        CheckPoints(accounts),
        CheckPromotions(accounts),
        CheckState(accounts),
        CheckHalls(halls),
        OfferAmounts(),
        Recharge(payments, accounts, site),
        PaymentState(payments, site),
        ServicePassword(site),
        OwnData(site),
        Register(site),
        TellAbout(orders),
        NotYet(),
        BeginFault(accounts),
        OfferAddress(accounts),
        KnownFault(repairs),
        OfferVisits(repairs),
        CheckVisit(repairs),
        SumUpRepair(),
        OpenRepair(repairs),
        CheckTickets(repairs, complaints),
        UrgeTickets(repairs, complaints),
        OfferTickets(repairs, complaints),
        BeginAddition(),
        SumUpTicketWish(repairs, complaints),
        DoTicketWish(repairs, complaints),
        BeginComplaint(complaints),
        SumUpComplaint(accounts),
        OpenComplaint(accounts, complaints, evidence),
        TakePraise(complaints),
        OfferChange(orders),
        OfferUndo(orders),
        MayChange(confirmation),
        ProposeChange(confirmation),
        ProveIdNumber(orders),
        SendCode(confirmation),
        ConfirmOrder(confirmation, repairs),
        StopLost(confirmation),
    )
    return {action.name(): action for action in every}


def served(every: Actions, *more: Action) -> ActionExecutor:
    """Return what answers Rasa's action protocol with these actions."""
    executor = ActionExecutor()
    for action in (*every.values(), *more):
        executor.register_action(action)
    return executor
