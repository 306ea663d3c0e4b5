"""Number portability by the regulator's own messages (R8): CXXZ#name#ID number asks, SQXZ#name#ID number has the code.

Nobody is asked to stay on this way, and nothing of it needs the language engine.
"""

import re
import unicodedata

from actions.base import BY, FlowAction
from actions.change import id_number_in
from actions.confirmation import Confirmation
from actions.refusals import tell
from backends.identity.port import Verdict
from backends.orders.port import STOP_LOCKED_FOR, Change, ChangeRefused, Kind
from core.dialogue import A_PERSON, Call, Outcome, ended

# What parts the fields of a message, as people type it.
_PARTED = re.compile(r"[#,，、;；:：/|\s]+")
_NAME = re.compile(r"[^\W\d_][\w·•.]*")


def owner_in(text: str) -> tuple[str, str] | None:
    """Return the name and the resident ID number of a message CXXZ#…#… or SQXZ#…#…, None where one is missing.

    >>> owner_in("CXXZ#张三#11010519491231002X"), owner_in("sqxz＃买买提·艾力＃11010519491231002ｘ 谢谢")
    (('张三', '11010519491231002X'), ('买买提·艾力', '11010519491231002X'))
    >>> owner_in("CXXZ#张三"), owner_in("CXXZ")
    (None, None)
    """
    plain = unicodedata.normalize("NFKC", text)
    _, _, given = re.split(r"((?:CX|SQ)XZ)", plain, maxsplit=1, flags=re.IGNORECASE)
    names = [found[0] for field in _PARTED.split(given) if (found := _NAME.match(field.strip("“”\"'「」【】()（）")))]
    number = id_number_in(given)
    return (names[0], number) if names and number else None


class _Porting(FlowAction):
    """What both messages have in common: who the owner is, and why it can't be."""

    changes = True  # attempts are counted

    def __init__(self, confirmation: Confirmation) -> None:
        """Ask the ledger of `confirmation`."""
        self._confirmation = confirmation

    async def act(self, call: Call) -> Outcome:
        """Judge the owner, and do it."""
        if (owner := owner_in(call.text)) is None:
            return ended("utter_port_form")
        try:
            judged = await self.judge(call, *owner)
        except ChangeRefused as refused:
            return await tell(self._confirmation.orders, call, Change(Kind.PORT_OUT), refused)
        if isinstance(judged, Outcome):
            return judged
        if judged is Verdict.LOCKED:
            minutes = str(round(STOP_LOCKED_FOR.total_seconds() / 60))
            return ended("utter_port_locked", minutes=minutes, choices=(A_PERSON,))
        return ended("utter_port_wrong_owner")

    async def judge(self, call: Call, name: str, id_number: str) -> Outcome | Verdict:
        """Return what is told to the owner, or how who is not was judged. Raises ChangeRefused."""
        raise NotImplementedError


class MayPort(_Porting):
    """CXXZ: whether the number may be ported out."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_may_port"

    async def judge(self, call: Call, name: str, id_number: str) -> Outcome | Verdict:
        """Ask the ledger; nothing is ordered."""
        key = f"may_port:{call.key}"
        judged = await self._confirmation.orders.may_port(call.subscriber, name, id_number, key, BY)
        return ended("utter_port_may") if judged is Verdict.RIGHT else judged


class PortCode(_Porting):
    """SQXZ: the porting code, which goes to the number by SMS alone."""

    def name(self) -> str:
        """Its name in the domain."""
        return "action_port_code"

    async def judge(self, call: Call, name: str, id_number: str) -> Outcome | Verdict:
        """Order it, and send it."""
        key = f"port_code:{call.key}"
        done = await self._confirmation.orders.port_code(call.subscriber, name, id_number, key, BY)
        if isinstance(done, Verdict):
            return done
        await self._confirmation.receipt(done, BY, call.language)
        return ended("utter_port_code_sent", number=done.number)
