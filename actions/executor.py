"""All actions, ready for Rasa's action protocol."""

from rasa_sdk.executor import ActionExecutor

from actions.account import CheckBalance, CheckBill, CheckPlan, CheckServices, CheckUsage
from actions.complaint import AskComplaintFacts, OpenComplaint, ReadComplaint
from actions.repair import AskFaultAddress, AskFaultVisit, OpenRepair, ReadFaultReport
from actions.talk import FollowUp, NotUnderstood, NotYet
from actions.tickets import CheckTickets
from backends.account.port import Accounts
from backends.complaint.port import Complaints
from backends.repair.port import Repairs


def executor(accounts: Accounts, repairs: Repairs, complaints: Complaints) -> ActionExecutor:
    """Return an executor that knows every action of domain.yml."""
    answers = (
        CheckBalance(accounts),
        CheckBill(accounts),
        CheckUsage(accounts),
        CheckPlan(accounts),
        CheckServices(accounts),
        CheckTickets(accounts, repairs, complaints),
    )
    together = ActionExecutor()
    for action in (
        *answers,
        FollowUp(answers),
        NotYet(),
        NotUnderstood(),
        ReadFaultReport(accounts),
        AskFaultAddress(accounts),
        AskFaultVisit(),
        OpenRepair(repairs),
        ReadComplaint(),
        AskComplaintFacts(),
        OpenComplaint(complaints),
    ):
        together.register_action(action)
    return together
