"""Errors that say whether to try again, what happened and what to do next."""


class KefuError(Exception):
    """The base of our errors.

    code       a short fixed name for logs and clients
    retryable  whether the same call may succeed later
    mend       what the reader can do about it: in English, or in Chinese where a customer or an agent reads it
    """

    code = "error"
    retryable = False
    mend = ""

    def __init__(self, message: str = "", mend: str = "") -> None:
        """Carry `message`; it must never hold what identifies a person."""
        super().__init__(message or self.code)
        self.mend = mend or self.mend


class EngineDown(KefuError):
    """The language engine does not answer."""

    code = "engine_down"
    retryable = True
    mend = "see /healthz and the engine's log; a supervised engine is started again by itself"


class NotOwner(KefuError):
    """Somebody else owns the conversation by now, or its ownership token has risen."""

    code = "not_owner"
    mend = "load the conversation again: it was taken, transferred, handed back or closed meanwhile"


class Overtaken(KefuError):
    """The conversation's state was changed while its turn was played; nothing of the turn is stored."""

    code = "overtaken"
    retryable = True
    mend = "the turn is played again by itself, on the state as it is now"


class NoRoom(KefuError):
    """The agent who is to have a conversation is not there, or has as many as there is room for."""

    code = "no_room"
    mend = "这位同事不在线，或者会话已满，请您选择其他同事。"


class StepRefused(KefuError):
    """The conversation is in no state from which this step may be taken."""

    code = "step_refused"
    mend = "load the conversation again and choose one of the steps that it offers"


class GateRefused(KefuError):
    """The gate lets this text not out; `rule` names why and `reason` says it in Chinese."""

    code = "gate_refused"

    def __init__(self, rule: str, reason: str) -> None:
        """Carry the rule's id and its reason."""
        super().__init__(rule, mend=reason)
        self.rule, self.reason = rule, reason


class BackendDown(KefuError):
    """A system of the carrier's does not answer, or not sensibly."""

    code = "backend_down"
    retryable = True
    mend = "look at the backend and at the way to it; it is tried again by itself after ten seconds"


class Flooded(KefuError):
    """Too much has come from one sender or address; nothing of this message was kept."""

    code = "too_fast"
    retryable = True
    mend = "您发送得太快了，请您稍等片刻再发。"

    def __init__(self, seconds: int) -> None:
        """Say after how many seconds it may be tried again."""
        super().__init__()
        self.seconds = seconds


class Busy(KefuError):
    """Too much of one kind is under way at this moment; nothing of this was done."""

    code = "busy"
    retryable = True
    mend = "现在办理的人较多，请您稍后再试。"
