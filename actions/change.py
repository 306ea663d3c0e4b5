"""A change of the account: which one, read back, agreed to, proved, done once (C4 to C8, B3).

The steps of the form are its slots, in this order: target, stay (who wants to leave is asked once, N5), consent,
identity (the ID number, where much hangs on it), code.
"""

import re

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, BackedAction, Events
from actions.change_words import CHOSEN, OF_A_MONTH, chosen, in_words, kind_of, month_in_words, price_of
from actions.forms import agrees, ask, breaks_off, interrupts
from backends.account.port import Accounts
from backends.identity.documents import id_number_of
from backends.identity.port import Verdict
from backends.orders.port import (
    LEAVING,
    NEEDS_ID_NUMBER,
    READINGS,
    Change,
    ChangeRefused,
    Kind,
    Order,
    Orders,
    Refusal,
)
from backends.repair.port import FaultReport, Repairs
from compliance import scripts
from compliance.masking import ID_NUMBER, mask
from core.address import read_address
from core.chinese_time import Month, names_a_month, read_month
from core.clock import SHANGHAI
from core.money import yuan
from core.notices import Notices

SLOTS = (
    "cancelled",
    "change_kind",
    "change_target",
    "change_order",
    "change_stay",
    "change_consent",
    "change_identity",
    "change_code",
    "change_note",
)
# Notes of the form: the code is on its way, was wrong, or another is needed; ENDED says that all was said.
SENT, WRONG, ENDED = "sent", "wrong", "ended"
# What a step holds that this kind of change does not need.
_NOT_NEEDED = "not_needed"
_CALLS_SHOWN = 10
# Reasons that lie in what is wanted, and not in the account.
_OF_THE_THING = {Refusal.ALREADY, Refusal.NOT_ON, Refusal.NOT_FOR_YOU, Refusal.NO_SUCH_THING}
_REACHED_BY_PHONE = "待安装师傅联系确认"

_MOVED_TO = re.compile(r"^.*(?:移到|移机到|搬到|搬去|迁到|改到|是到|是去)")
_ORDER = re.compile(r"DD\d{14}", re.IGNORECASE)
_NO = re.compile(r"^(?:不|否|取消|算了|别|先不|再想想|再考虑|no)")
_BARE_NO = re.compile(r"(?:取消|退出|算了|不要了?|不办了?)[吧了啊。！!]*")
_STAYS = re.compile(r"考虑|想想|先不|算了|留下|不[转销]了|取消")
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_AGAIN = re.compile(r"重新发|再发|重发|没收到|收不到|没有收到|过期")


class ReadChange(BackedAction):
    """Takes the customer through the change: finds out what, proposes it, hears yes or no, takes the proofs."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Propose and confirm in `orders`."""
        self._accounts, self._orders = accounts, orders

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_change_form"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Return what the message settles; nothing at all lets Rasa treat it as an interruption."""
        if asked.customer_id is None:
            return _cancelled()
        try:
            return await self._read(dispatcher, tracker, asked, asked.customer_id)
        except ChangeRefused as refused:
            _say_refusal(dispatcher, refused)
            return _ended()

    def after_failure(self) -> Events:
        """End the form: nothing was changed."""
        return _ended()

    async def _read(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked, customer_id: int) -> Events:
        if asked.requested is None:
            if _BARE_NO.fullmatch(asked.text):  # "取消" of nothing is no wish to close a service
                dispatcher.utter_message(response="utter_deny")
                return _ended()
            kind = kind_of(asked)
            if kind is None:
                await self._say_state(dispatcher, asked, customer_id)
                return _ended()
            return [SlotSet("change_kind", kind.value), *await self._target(dispatcher, asked, customer_id, kind)]
        kind = Kind(tracker.get_slot("change_kind"))
        match asked.requested:
            case "change_target":
                return await self._target(dispatcher, asked, customer_id, kind)
            case "change_stay":
                return _stay(asked)
            case "change_consent":
                return await self._consent(dispatcher, tracker, asked, customer_id, kind)
            case "change_identity":
                return await self._identity(dispatcher, tracker, asked, customer_id)
        return await self._code(tracker, asked, customer_id)

    async def _target(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int, kind: Kind) -> Events:
        if kind in CHOSEN:
            return await self._choice(dispatcher, asked, customer_id, kind)
        target: str | None = ""
        if kind in OF_A_MONTH:
            target = _month(asked, kind)
        elif kind is Kind.MOVE_BROADBAND:
            target = _new_address(asked.text)
        elif kind is Kind.UNDO:
            number = _ORDER.search(asked.text)
            if number is None:
                dispatcher.utter_message(response="utter_change_undo_what")
                return _ended()
            target = number[0].upper()
        if target is None:
            return _not_yet_known(asked)
        return await self._propose(asked, customer_id, Change(kind, target))

    async def _choice(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int, kind: Kind) -> Events:
        options = await self._orders.options(customer_id, kind, BY)
        found = chosen(asked.text, options)
        if len(found) == 1:
            return await self._propose(asked, customer_id, Change(kind, found[0].code))
        if not any(option.refusal is None for option in options):
            reasons = {option.refusal for option in options}
            if len(reasons) == 1 and not reasons & _OF_THE_THING:
                # Nothing is possible because of the account: the ledger says it of the cheapest, with its figures.
                return await self._propose(asked, customer_id, Change(kind, options[0].code))
            dispatcher.utter_message(response=f"utter_change_nothing_{kind.value}")
            return _ended()
        if asked.requested is not None and not (breaks_off(asked) or _NO.search(asked.text) or interrupts(asked)):
            dispatcher.utter_message(response="utter_change_no_such_choice")
        return _not_yet_known(asked)

    async def _propose(self, asked: Asked, customer_id: int, change: Change) -> Events:
        order = await self._orders.propose(customer_id, change, f"change:{asked.message_id}", BY)
        needs_id, leaving, reading = (change.kind in kinds for kinds in (NEEDS_ID_NUMBER, LEAVING, READINGS))
        following = "change_stay" if leaving else "change_code" if reading else "change_consent"
        return [
            SlotSet("change_target", change.target or change.kind.value),
            SlotSet("change_order", order.number),
            SlotSet("change_stay", None if leaving else _NOT_NEEDED),
            SlotSet("change_consent", True if reading else None),
            SlotSet("change_identity", None if needs_id else _NOT_NEEDED),
            SlotSet("requested_slot", following),
        ]

    async def _consent(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked, customer_id: int, kind: Kind
    ) -> Events:
        # "不对，要129的" is a correction, and what is corrected is proposed anew.
        if again := await self._corrected(tracker, asked, customer_id, kind):
            return again
        if breaks_off(asked) or asked.intent == "deny" or _NO.search(asked.text):
            return _cancelled()
        if agrees(asked):
            following = "change_code" if tracker.get_slot("change_identity") == _NOT_NEEDED else "change_identity"
            return [SlotSet("change_consent", True), SlotSet("requested_slot", following)]
        if interrupts(asked):
            return []
        dispatcher.utter_message(response="utter_change_yes_or_no")
        return ask("change_consent")

    async def _corrected(self, tracker: Tracker, asked: Asked, customer_id: int, kind: Kind) -> Events | None:
        if interrupts(asked):
            return None
        present, target = tracker.get_slot("change_target"), None
        if kind in CHOSEN:
            found = chosen(asked.text, await self._orders.options(customer_id, kind, BY))
            target = found[0].code if len(found) == 1 else None
        elif kind in OF_A_MONTH and (month := read_month(asked.text, asked.at.date())):
            target = str(month)
        elif kind is Kind.MOVE_BROADBAND:
            target = _new_address(asked.text)
        if target is None or target == present:
            return None
        return await self._propose(asked, customer_id, Change(kind, target))

    async def _identity(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked, customer_id: int
    ) -> Events:
        written = ID_NUMBER.search(asked.text)
        if written is None:
            if breaks_off(asked) or _NO.search(asked.text):
                return _cancelled()
            return [] if interrupts(asked) else ask("change_identity")
        number = id_number_of(written[0])
        if number is None:
            dispatcher.utter_message(response="utter_change_id_number_odd")
            return ask("change_identity")
        if await self._orders.prove_id_number(customer_id, tracker.get_slot("change_order"), number, BY):
            return [SlotSet("change_identity", "proved"), SlotSet("requested_slot", "change_code")]
        dispatcher.utter_message(response="utter_change_id_number_wrong")
        return ask("change_identity")

    async def _code(self, tracker: Tracker, asked: Asked, customer_id: int) -> Events:
        code = _CODE.search(asked.text)
        if code is None:
            if breaks_off(asked) or _NO.search(asked.text):
                return _cancelled()
            if _AGAIN.search(asked.text):
                return [SlotSet("change_note", None), SlotSet("requested_slot", "change_code")]
            return [] if interrupts(asked) else ask("change_code")
        done = await self._orders.confirm(customer_id, tracker.get_slot("change_order"), code[0], BY)
        if isinstance(done, Order):
            return [SlotSet("change_code", "proved"), SlotSet("requested_slot", None)]
        note = WRONG if done is Verdict.WRONG else done.value
        return [SlotSet("change_note", note), SlotSet("requested_slot", "change_code")]

    async def _say_state(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int) -> None:
        if asked.intent == "realname":
            dispatcher.utter_message(response="utter_realname")
            return
        balance = await self._accounts.balance(customer_id, BY)
        dispatcher.utter_message(response=f"utter_state_{balance.state}", arrears=yuan(balance.arrears_fen))


class AskChangeTarget(BackedAction):
    """Asks which plan, pack, service, month or address, with the possible ones as choices."""

    def __init__(self, orders: Orders) -> None:
        """Offer what `orders` has for this subscriber."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_change_target"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Ask."""
        kind = Kind(tracker.get_slot("change_kind"))
        options = await self._orders.options(asked.customer_id or 0, kind, BY) if kind in CHOSEN else ()
        buttons = [
            {"title": f"{option.name}（{price_of(option)}）", "payload": option.name}
            for option in options
            if option.refusal is None
        ]
        dispatcher.utter_message(response=f"utter_ask_change_target_{kind.value}", buttons=buttons)
        return []


class AskChangeConsent(BackedAction):
    """Reads back what will change, its price and from when on, and asks for a clear yes (C8)."""

    def __init__(self, orders: Orders) -> None:
        """Read the proposal from `orders`."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_change_consent"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Read back."""
        order = await _order(self._orders, tracker, asked)
        choices = [{"title": "确认办理", "payload": "确认"}, {"title": "不办理", "payload": "取消"}]
        dispatcher.utter_message(response="utter_change_read_back", terms=in_words(order), buttons=choices)
        return []


class AskChangeCode(BackedAction):
    """Sends the order's one-time code and asks for it; a wrong one is asked for again without another SMS."""

    def __init__(self, accounts: Accounts, orders: Orders, notices: Notices) -> None:
        """Issue in `orders`, send by `notices` to the number that `accounts` has."""
        self._accounts, self._orders, self._notices = accounts, orders, notices

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_change_code"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Send and ask."""
        note = tracker.get_slot("change_note")
        if note in (SENT, WRONG):
            dispatcher.utter_message(response=f"utter_change_code_{note}")
            return [SlotSet("change_note", SENT)]
        customer_id = asked.customer_id or 0
        try:
            issued = await self._orders.issue_code(customer_id, tracker.get_slot("change_order"), BY)
        except ChangeRefused as refused:
            _say_refusal(dispatcher, refused)
            return []
        phone = (await self._accounts.customer(customer_id, BY)).phone
        if issued.code is None:
            dispatcher.utter_message(response="utter_change_code_wait", seconds=str(issued.wait_seconds))
            return [SlotSet("change_note", SENT)]
        key = f"code:{tracker.get_slot('change_order')}:{asked.message_id}"
        await self._notices.sms(key, phone, scripts.CHANGE_CODE_BY_SMS.format(code=issued.code), secret=True)
        dispatcher.utter_message(response=f"utter_change_code_{note or 'first'}", tail=phone[-4:])
        return [SlotSet("change_note", SENT)]


class FinishChange(BackedAction):
    """The receipt, here and by SMS, and what the order hands out; or why there is none."""

    def __init__(self, accounts: Accounts, orders: Orders, repairs: Repairs, notices: Notices) -> None:
        """Read the order from `orders`, send by `notices`, let an engineer of `repairs` come where one is needed."""
        self._accounts, self._orders, self._repairs, self._notices = accounts, orders, repairs, notices

    def name(self) -> str:
        """Its name in the domain."""
        return "action_finish_change"

    async def act(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked) -> Events:
        """Tell how it ended."""
        if asked.customer_id is None:
            dispatcher.utter_message(response="utter_sign_in")
        elif tracker.get_slot("cancelled"):
            stayed = tracker.get_slot("change_stay") == "stays"
            dispatcher.utter_message(response="utter_change_stays" if stayed else "utter_change_cancelled")
        elif tracker.get_slot("change_note") != ENDED:
            await self._receipt(dispatcher, await _order(self._orders, tracker, asked))
        return self.after_failure()

    def after_failure(self) -> Events:
        """Leave nothing behind."""
        return [SlotSet(name, None) for name in SLOTS] + [SlotSet("topic", "change")]

    async def _receipt(self, dispatcher: CollectingDispatcher, order: Order) -> None:
        kind, customer_id = order.change.kind, order.customer_id
        phone = (await self._accounts.customer(customer_id, BY)).phone
        text = scripts.RECEIPT_BY_SMS.format(terms=in_words(order), number=order.number)
        await self._notices.sms(f"receipt:{order.number}", phone, text)
        if kind in READINGS:
            await self._hand_out(dispatcher, order)
            return
        if kind is Kind.PORT_OUT:
            (code,) = await self._orders.handed_out(customer_id, order.number, BY)
            text = scripts.PORT_CODE_BY_SMS.format(code=code)
            await self._notices.sms(f"port:{order.number}", phone, text, secret=True)
        more = f"如需撤销，请在{_moment(order)}前回复“撤销{order.number}”。" if order.terms.undo_until else ""
        if kind in (Kind.ORDER_BROADBAND, Kind.MOVE_BROADBAND):
            address = order.change.target if kind is Kind.MOVE_BROADBAND else _REACHED_BY_PHONE
            report = FaultReport("install", address, order.terms.subject, "")
            ticket = await self._repairs.open(customer_id, report, f"order:{order.number}", BY)
            more = f"安装工单号{ticket.number}，安装师傅会在24小时内与您联系。"
        dispatcher.utter_message(response="utter_change_done", terms=in_words(order), number=order.number, more=more)

    async def _hand_out(self, dispatcher: CollectingDispatcher, order: Order) -> None:
        found = await self._orders.handed_out(order.customer_id, order.number, BY)
        if order.change.kind is Kind.READ_PUK:
            response = "utter_puk" if found else "utter_puk_unknown"
            dispatcher.utter_message(response=response, puk="".join(found))
            return
        month = month_in_words(order.change.target)
        if not found:
            dispatcher.utter_message(response="utter_no_details", month=month)
            return
        lines = "\n".join(mask(line) for line in found[-_CALLS_SHOWN:])
        dispatcher.utter_message(response="utter_details", month=month, count=str(len(found)), lines=lines)


async def _order(orders: Orders, tracker: Tracker, asked: Asked) -> Order:
    order = await orders.find(asked.customer_id or 0, tracker.get_slot("change_order"), BY)
    if order is None:
        raise LookupError("the order of this form is not in the ledger")
    return order


def _month(asked: Asked, kind: Kind) -> str | None:
    """Return the month meant: none named is the last one for an invoice and this one for details; None if unclear."""
    today = asked.at.date()
    month = read_month(asked.text, today)
    if month is None and (names_a_month(asked.text) or asked.requested is not None):
        return None
    return str(month or (Month.of(today).before() if kind is Kind.INVOICE else Month.of(today)))


def _new_address(text: str) -> str | None:
    return read_address(_MOVED_TO.sub("", text))


def _stay(asked: Asked) -> Events:
    """Hear the answer to the one question that is asked of who wants to leave; anything but a yes to it is a no."""
    if breaks_off(asked) or _STAYS.search(asked.text):
        return [SlotSet("change_stay", "stays"), *_cancelled()]
    if interrupts(asked):
        return []
    return [SlotSet("change_stay", "leaves"), SlotSet("requested_slot", "change_consent")]


def _not_yet_known(asked: Asked) -> Events:
    if asked.requested is not None:
        if breaks_off(asked) or _NO.search(asked.text):
            return _cancelled()
        if interrupts(asked):
            return []
    return ask("change_target")


def _moment(order: Order) -> str:
    assert order.terms.undo_until is not None  # the caller has looked
    until = order.terms.undo_until.astimezone(SHANGHAI)
    return f"{until.month}月{until.day}日{until:%H:%M}"


def _say_refusal(dispatcher: CollectingDispatcher, refused: ChangeRefused) -> None:
    until = f"{refused.until.year}年{refused.until.month}月{refused.until.day}日" if refused.until else ""
    response = f"utter_change_refused_{refused.why.value}"
    dispatcher.utter_message(response=response, until=until, short=yuan(refused.short_fen))


def _ended() -> Events:
    return [SlotSet("change_note", ENDED), SlotSet("requested_slot", None)]


def _cancelled() -> Events:
    return [SlotSet("cancelled", True), SlotSet("requested_slot", None)]
