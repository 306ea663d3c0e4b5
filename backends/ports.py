"""The ports of the three systems, and their contracts as documents."""

import json
import sys
from pathlib import Path

from backends.account.port import Accounts
from backends.complaint import port as complaint
from backends.orders.port import ChangeRefused, Orders
from backends.outages.port import OutageChangeRefused, Outages
from backends.payment.port import AmountRefused, PaymentRefused, Payments
from backends.registration.port import RegistrationRefused, Registrations
from backends.remote import Port, contract_app
from backends.repair import port as repair

ACCOUNTS = Port("account", Accounts)
ORDERS = Port("orders", Orders, (ChangeRefused,))
PAYMENTS = Port("payment", Payments, (AmountRefused, PaymentRefused))
REGISTRATIONS = Port("registration", Registrations, (RegistrationRefused,))
COMPLAINTS = Port("complaint", complaint.Complaints, (complaint.TicketActionRefused,))
REPAIRS = Port("repair", repair.Repairs, (repair.TicketActionRefused, repair.NoFreeVisit))
OUTAGES = Port("outages", Outages, (OutageChangeRefused,))

# A system is one far end: what is bought on an account and paid into it is where the account is, and where it begins.
SYSTEMS = {
    "account": (ACCOUNTS, ORDERS, PAYMENTS, REGISTRATIONS),
    "complaint": (COMPLAINTS,),
    "repair": (REPAIRS, OUTAGES),
}


class _Nobody:
    """An implementation of everything that is never asked: enough to describe the contract."""

    def __getattr__(self, name: str) -> object:
        return _Nobody()


def document(system: str) -> str:
    """Return the OpenAPI document of a system's contract."""
    app = contract_app(f"kefu: {system} system", {port: _Nobody() for port in SYSTEMS[system]}, "")
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name in SYSTEMS:
        Path(sys.argv[1], f"{name}.json").write_text(document(name), encoding="utf-8")
