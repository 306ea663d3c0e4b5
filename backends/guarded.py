"""The gate before every call of a system (M1): app/systems.py hands nothing out that does not stand behind it."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from backends.remote import Port
from compliance.audit import AuditEntry, AuditLog
from compliance.calls import before_calling
from core.errors import GateRefused

# Who calls where a method does not say so: engineers work under their own number, and nobody's secret is read.
_UNNAMED = {"repair.work": "engineer"}


def guarded(port: Port, implementation: Any, audit: AuditLog) -> Any:
    """Return an object with the port's methods; each raises GateRefused where the gate says no, and the log has it."""
    methods = {
        name: _behind_the_gate(f"{port.name}.{name}", inspect.signature(method), getattr(implementation, name), audit)
        for name, method in vars(port.protocol).items()
        if inspect.iscoroutinefunction(method)
    }
    return type(f"Guarded{port.protocol.__name__}", (), methods)()


def _behind_the_gate(
    call: str, signature: inspect.Signature, method: Callable[..., Awaitable[Any]], audit: AuditLog
) -> Callable[..., Awaitable[Any]]:
    async def ask(_self: object, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind(_self, *args, **kwargs).arguments
        by = str(given.get("by", _UNNAMED.get(call, "system")))
        decision = before_calling(call, by, given)
        if not decision.allowed:
            subject = f"customer:{given['customer_id']}" if "customer_id" in given else call
            entry = AuditEntry(by or "nobody", "gate.refused", subject, decision.rule, {"call": call})
            await audit.record(entry)
            raise GateRefused(decision.rule, decision.reason)
        return await method(*args, **kwargs)

    return ask
