"""All actions, by the names under which domain.yml and the flows know them."""

from collections.abc import Callable, Mapping

from rasa_sdk import Action
from rasa_sdk.executor import ActionExecutor

from actions.account import (
    CheckBalance,
    CheckBill,
    CheckBroadband,
    CheckPlan,
    CheckPoints,
    CheckRecharges,
    CheckServices,
    CheckState,
    CheckUsage,
)
from actions.base import FlowAction
from actions.best_plan import BestPlan
from actions.change import (
    ConfirmOrder,
    MayChange,
    OfferChange,
    OfferUndo,
    ProposeChange,
    ProveIdNumber,
    SendCode,
)
from actions.charge import ExplainCharge
from actions.complaint import BeginComplaint, OpenComplaint, SumUpComplaint, TakePraise
from actions.confirmation import Confirmation
from actions.guided import HearCheck, NextCheck, OfferStates, OfferSymptoms
from actions.halls import CheckHalls
from actions.lost import LostState, ProposeLost, StopLost, StopLostOfVisitor
from actions.outages import CheckOutages, KnownFault, OutagePlace
from actions.pages import OwnData, Register
from actions.porting import MayPort, PortCode
from actions.promotions import CheckPromotions
from actions.provider import TellProvider
from actions.recharge import OfferAmounts, PaymentState, Recharge
from actions.repair import (
    BeginFault,
    CheckVisit,
    OfferAddress,
    OfferVisits,
    OpenRepair,
    SumUpRepair,
)
from actions.running import CheckRunning
from actions.talk import NotYet, ServicePassword, TellAbout
from actions.tariff_answers import AskTariffs, TariffAnswers
from actions.tickets import BeginAddition, CheckTickets, DoTicketWish, OfferTickets, SumUpTicketWish, UrgeTickets
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.halls.port import Halls
from backends.knowledge.port import Article
from backends.orders.port import Orders
from backends.outages.port import Outages
from backends.payment.port import Payments
from backends.providers.port import Directory
from backends.repair.port import Repairs
from core.evidence import Evidence
from core.guided_check import checks

Actions = Mapping[str, FlowAction]


def actions(
    accounts: Accounts,
    repairs: Repairs,
    outages: Outages,
    complaints: Complaints,
    confirmation: Confirmation,
    payments: Payments,
    halls: Halls,
    providers: Directory,
    evidence: Evidence,
    article: Callable[[str], Article | None],
    site: str,
) -> Actions:
    """Return every action by its name; `article` has articles by their names, our pages are at the address `site`."""
    orders = confirmation.orders
    answers = TariffAnswers(orders, accounts, site)
    every = (
        *_looked_up(accounts, orders, halls),
        TellProvider(providers, accounts),
        TellAbout(orders, accounts, answers, article),
        AskTariffs(answers),
        *_pages_and_payments(accounts, payments, site),
        *_of_tickets(accounts, repairs, complaints, evidence),
        *_of_faults(accounts, repairs, outages),
        *_of_orders(accounts, repairs, confirmation, answers),
    )
    return {action.name(): action for action in every}


def _looked_up(accounts: Accounts, orders: Orders, halls: Halls) -> tuple[FlowAction, ...]:
    """Return what is looked up for a subscriber."""
    return (
        CheckBalance(accounts),
        CheckBill(accounts),
        CheckUsage(accounts),
        CheckPlan(accounts),
        CheckBroadband(accounts),
        CheckServices(accounts, orders),
        CheckRecharges(accounts),
        CheckPoints(accounts),
        CheckPromotions(accounts, orders),
        CheckState(accounts),
        BestPlan(accounts, orders),
        ExplainCharge(accounts, orders),
        CheckRunning(accounts, orders),
        CheckHalls(halls),
    )


def _pages_and_payments(accounts: Accounts, payments: Payments, site: str) -> tuple[FlowAction, ...]:
    """Return what ends on a page of ours, and what is said of payments."""
    return (
        OfferAmounts(),
        Recharge(payments, accounts, site),
        PaymentState(payments, site),
        ServicePassword(site),
        OwnData(site),
        Register(site),
        NotYet(),
    )


def _of_faults(accounts: Accounts, repairs: Repairs, outages: Outages) -> tuple[FlowAction, ...]:
    """Return what is known of a fault, and how its cause is looked for."""
    table = checks()
    return (
        KnownFault(repairs, outages),
        OutagePlace(accounts),
        CheckOutages(outages),
        OfferSymptoms(table),
        NextCheck(table, accounts, repairs, outages),
        OfferStates(table),
        HearCheck(),
    )


def _of_tickets(
    accounts: Accounts, repairs: Repairs, complaints: Complaints, evidence: Evidence
) -> tuple[FlowAction, ...]:
    """Return what is done with complaints and repairs."""
    return (
        BeginFault(accounts),
        OfferAddress(accounts),
        OfferVisits(repairs),
        CheckVisit(repairs),
        SumUpRepair(repairs),
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
    )


def _of_orders(
    accounts: Accounts, repairs: Repairs, confirmation: Confirmation, answers: TariffAnswers
) -> tuple[FlowAction, ...]:
    """Return what changes something, by the ledger of orders."""
    orders = confirmation.orders
    return (
        OfferChange(orders, answers),
        OfferUndo(orders),
        MayChange(confirmation),
        ProposeChange(confirmation),
        ProveIdNumber(orders),
        SendCode(confirmation),
        ConfirmOrder(confirmation, repairs),
        MayPort(confirmation),
        PortCode(confirmation),
        StopLost(confirmation),
        ProposeLost(),
        StopLostOfVisitor(confirmation),
        LostState(accounts),
    )


def served(every: Actions, *more: Action) -> ActionExecutor:
    """Return what answers Rasa's action protocol with these actions."""
    executor = ActionExecutor()
    for action in (*every.values(), *more):
        executor.register_action(action)
    return executor
