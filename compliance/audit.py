"""What the audit log takes down: who did what to whom and why (K6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class AuditEntry:
    """One line of the log. It holds ids, never names, numbers or texts.

    actor    "bot", "agent:3", "system", "api"
    action   "account.balance.read", "gate.refused", "conversation.taken"
    subject  "customer:12", "conversation:7"
    """

    actor: str
    action: str
    subject: str
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class AuditLog(Protocol):
    """A log that can only grow."""

    async def record(self, entry: AuditEntry) -> None:
        """Keep `entry` durably before returning."""
        ...
