"""A change of the account: which one, read back, agreed to, proved by a code, done once (C4, C5, C8)."""

import logging
import re
from collections.abc import Sequence
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.base import BY, Asked, Events
from actions.forms import breaks_off, interrupts
from backends.account.port import Accounts
from backends.identity.port import Verdict
from backends.orders.port import Change, ChangeRefused, Kind, Option, Order, Orders, Refusal
from compliance import scripts
from core.clock import SHANGHAI
from core.money import yuan
from core.notices import Notices

log = logging.getLogger(__name__)

SLOTS = ("cancelled", "change_kind", "change_target", "change_order", "change_consent", "change_code", "change_note")
# Notes of the form: the code is on its way, was wrong, or another is needed; ENDED says that all was said.
SENT, WRONG, ENDED = "sent", "wrong", "ended"

_BY_INTENT = {
    "change_plan": Kind.CHANGE_PLAN,
    "buy_data_pack": Kind.BUY_PACK,
    "open_service": Kind.OPEN_SERVICE,
    "cancel_service": Kind.CLOSE_SERVICE,
}
_ORDER = re.compile(r"DD\d{14}", re.IGNORECASE)
_UNDO = re.compile(r"撤销|撤回|撤了|反悔")
_RESUME = re.compile(r"复机|开机|恢复|复通|找到|找回|解挂|取消挂失|重新开|开一下|开开|解除")
_LOST = re.compile(r"停机保号|挂失|丢了|掉了|被偷|偷了|报停")
_SUSPEND = re.compile(r"暂停|先停|停了先|停掉|停一|办停机|给我停机|要停机|想停机|申请停机|^停机$")
_WHY = re.compile(r"为什么|为啥|怎么|咋|原因|还是|还停")
_YES = re.compile(
    r"^(?:是的?|好的?|对的?|行|可以|确认|确定|同意|嗯+|要|办|办吧|没问题|ok|OK|yes|确认办理)[，,。!！吧的呀啊]*"
)
_NO = re.compile(r"^(?:不|否|取消|算了|别|先不|再想想|再考虑|no)")
_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_AGAIN = re.compile(r"重新发|再发|重发|没收到|收不到|没有收到|过期")
_SIZE = re.compile(r"(\d+)\s*个?\s*[gG]")
_PRICE = re.compile(r"(\d+)\s*(?:块|元)")
_NUMBER = re.compile(r"(?<!\d)(\d{2,3})(?!\d|\s*个?\s*[gG]|\s*块|\s*元)")
_CHEAPEST, _DEAREST = re.compile(r"最(?:便宜|低|小|少)"), re.compile(r"最(?:贵|高|大|多|好)")
_REFUSALS = {refusal: f"utter_change_refused_{refusal.value}" for refusal in Refusal}


def kind_of(asked: Asked) -> Kind | None:
    """Return what the customer wants changed, or None where it is a question ("why is my number stopped")."""
    if _UNDO.search(asked.text):
        return Kind.UNDO
    if asked.intent == "suspend_or_resume":
        asks = _WHY.search(asked.text)
        if _RESUME.search(asked.text) and not asks:
            return Kind.RESUME
        return Kind.SUSPEND if _LOST.search(asked.text) or (_SUSPEND.search(asked.text) and not asks) else None
    return _BY_INTENT.get(asked.intent)


def chosen(text: str, options: Sequence[Option]) -> list[Option]:
    """Return the options (the cheapest first) that `text` names.

    By name, by a part of it (彩铃), by size (10个G), by price (10块钱的), by number (129的), or as the cheapest.
    An exact name leaves out what only shares a part of it, a price what only has the same number in its name.
    """
    exact = [option for option in options if option.name in text]
    prices = {int(price) * 100 for price in _PRICE.findall(text)}
    priced = [option for option in options if option.fee_fen in prices]
    if exact or priced:
        return exact or priced
    possible = [option for option in options if option.refusal is None]
    if _CHEAPEST.search(text):
        return possible[:1]
    if _DEAREST.search(text):
        return possible[-1:]
    sizes, numbers = set(_SIZE.findall(text)), set(_NUMBER.findall(text))
    return [option for option in options if _named(option.name, text, sizes, numbers)]


def _named(name: str, text: str, sizes: set[str], numbers: set[str]) -> bool:
    if sizes and sizes & set(_SIZE.findall(name)):
        return True
    if numbers and numbers & set(re.findall(r"\d+", name)):
        return True
    # The two last characters of a name are what people call it: 视频彩铃, 来电显示; 套餐 and 量包 say nothing.
    word = name[-2:]
    return (word not in ("套餐", "量包", "会员") and word in text) or (name.endswith("会员") and name[:2] in text)


class ReadChange(Action):
    """Takes the customer through the change: finds out what, proposes it, hears yes or no, takes the code."""

    def __init__(self, accounts: Accounts, orders: Orders) -> None:
        """Propose and confirm in `orders`."""
        self._accounts, self._orders = accounts, orders

    def name(self) -> str:
        """Its name in the domain."""
        return "validate_change_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Return what the message settles; nothing at all lets Rasa treat it as an interruption."""
        asked = Asked.by(tracker)
        if asked.customer_id is None:
            return [SlotSet("cancelled", True), SlotSet("requested_slot", None)]
        try:
            return await self._read(dispatcher, tracker, asked, asked.customer_id)
        except ChangeRefused as refused:
            _say_refusal(dispatcher, refused)
        except Exception as error:  # the customer is told, and nothing was changed
            log.error("action %s: the backend failed with %s", self.name(), type(error).__name__)
            dispatcher.utter_message(response="utter_backend_down")
        return _ended()

    async def _read(self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked, customer_id: int) -> Events:
        if asked.requested is None:
            kind = kind_of(asked)
            if kind is None:
                await self._say_state(dispatcher, customer_id)
                return _ended()
            return [SlotSet("change_kind", kind.value), *await self._target(dispatcher, asked, customer_id, kind)]
        kind = Kind(tracker.get_slot("change_kind"))
        if asked.requested == "change_target":
            return await self._target(dispatcher, asked, customer_id, kind)
        if asked.requested == "change_consent":
            return await self._consent(dispatcher, tracker, asked, customer_id, kind)
        return await self._code(tracker, asked, customer_id)

    async def _target(self, dispatcher: CollectingDispatcher, asked: Asked, customer_id: int, kind: Kind) -> Events:
        if kind in (Kind.SUSPEND, Kind.RESUME):
            return await self._propose(asked, customer_id, Change(kind))
        if kind is Kind.UNDO:
            number = _ORDER.search(asked.text)
            if number is None:
                dispatcher.utter_message(response="utter_change_undo_what")
                return _ended()
            return await self._propose(asked, customer_id, Change(kind, number[0].upper()))
        options = await self._orders.options(customer_id, kind, BY)
        found = chosen(asked.text, options)
        if len(found) == 1:
            return await self._propose(asked, customer_id, Change(kind, found[0].code))
        if not any(option.refusal is None for option in options):
            dispatcher.utter_message(response=f"utter_change_nothing_{kind.value}")
            return _ended()
        if asked.requested is not None:
            if breaks_off(asked) or _NO.search(asked.text):
                return _cancelled()
            if interrupts(asked):
                return []
            dispatcher.utter_message(response="utter_change_no_such_choice")
        return _ask("change_target")

    async def _propose(self, asked: Asked, customer_id: int, change: Change) -> Events:
        order = await self._orders.propose(customer_id, change, f"change:{asked.message_id}", BY)
        return [
            SlotSet("change_target", change.target or change.kind.value),
            SlotSet("change_order", order.number),
            SlotSet("requested_slot", "change_consent"),
        ]

    async def _consent(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, asked: Asked, customer_id: int, kind: Kind
    ) -> Events:
        if breaks_off(asked) or asked.intent == "deny" or _NO.search(asked.text):
            # "不对，要129的" is a correction, and what is corrected is proposed anew.
            if again := await self._corrected(tracker, asked, customer_id, kind):
                return again
            return _cancelled()
        if again := await self._corrected(tracker, asked, customer_id, kind):
            return again
        if asked.intent == "affirm" or _YES.search(asked.text):
            return [SlotSet("change_consent", True), SlotSet("requested_slot", "change_code")]
        if interrupts(asked):
            return []
        dispatcher.utter_message(response="utter_change_yes_or_no")
        return _ask("change_consent")

    async def _corrected(self, tracker: Tracker, asked: Asked, customer_id: int, kind: Kind) -> Events | None:
        if interrupts(asked):
            return None
        found = chosen(asked.text, await self._orders.options(customer_id, kind, BY))
        if len(found) != 1 or found[0].code == tracker.get_slot("change_target"):
            return None
        return await self._propose(asked, customer_id, Change(kind, found[0].code))

    async def _code(self, tracker: Tracker, asked: Asked, customer_id: int) -> Events:
        code = _CODE.search(asked.text)
        if code is None:
            if breaks_off(asked) or _NO.search(asked.text):
                return _cancelled()
            if _AGAIN.search(asked.text):
                return [SlotSet("change_note", None), SlotSet("requested_slot", "change_code")]
            return [] if interrupts(asked) else _ask("change_code")
        done = await self._orders.confirm(customer_id, tracker.get_slot("change_order"), code[0], BY)
        if isinstance(done, Order):
            return [SlotSet("change_code", "proved"), SlotSet("requested_slot", None)]
        note = WRONG if done is Verdict.WRONG else done.value
        return [SlotSet("change_note", note), SlotSet("requested_slot", "change_code")]

    async def _say_state(self, dispatcher: CollectingDispatcher, customer_id: int) -> None:
        balance = await self._accounts.balance(customer_id, BY)
        dispatcher.utter_message(response=f"utter_state_{balance.state}", arrears=yuan(balance.arrears_fen))


class AskChangeTarget(Action):
    """Asks which plan, pack or service, with the possible ones as choices."""

    def __init__(self, orders: Orders) -> None:
        """Offer what `orders` has for this subscriber."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_change_target"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Ask."""
        asked, kind = Asked.by(tracker), Kind(tracker.get_slot("change_kind"))
        options = await self._orders.options(asked.customer_id or 0, kind, BY)
        each = "元" if kind is Kind.BUY_PACK else "元/月"
        buttons = [
            {"title": f"{option.name}（{yuan(option.fee_fen)}{each}）", "payload": option.name}
            for option in options
            if option.refusal is None
        ]
        dispatcher.utter_message(response=f"utter_ask_change_target_{kind.value}", buttons=buttons)
        return []


class AskChangeConsent(Action):
    """Reads back what will change, its price and from when on, and asks for a clear yes (C8)."""

    def __init__(self, orders: Orders) -> None:
        """Read the proposal from `orders`."""
        self._orders = orders

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_change_consent"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Read back."""
        asked = Asked.by(tracker)
        order = await self._orders.find(asked.customer_id or 0, tracker.get_slot("change_order"), BY)
        if order is None:
            dispatcher.utter_message(response="utter_backend_down")
            return []
        choices = [{"title": "确认办理", "payload": "确认"}, {"title": "不办理", "payload": "取消"}]
        dispatcher.utter_message(response="utter_change_read_back", terms=in_words(order), buttons=choices)
        return []


class AskChangeCode(Action):
    """Sends the order's one-time code and asks for it; a wrong one is asked for again without another SMS."""

    def __init__(self, accounts: Accounts, orders: Orders, notices: Notices) -> None:
        """Issue in `orders`, send by `notices` to the number that `accounts` has."""
        self._accounts, self._orders, self._notices = accounts, orders, notices

    def name(self) -> str:
        """Its name in the domain."""
        return "action_ask_change_code"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Send and ask."""
        asked, note = Asked.by(tracker), tracker.get_slot("change_note")
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


class FinishChange(Action):
    """The receipt, here and by SMS; or why there is none."""

    def __init__(self, accounts: Accounts, orders: Orders, notices: Notices) -> None:
        """Read the order from `orders`, send by `notices`."""
        self._accounts, self._orders, self._notices = accounts, orders, notices

    def name(self) -> str:
        """Its name in the domain."""
        return "action_finish_change"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Tell how it ended."""
        asked = Asked.by(tracker)
        if asked.customer_id is None:
            dispatcher.utter_message(response="utter_sign_in")
        elif tracker.get_slot("cancelled"):
            dispatcher.utter_message(response="utter_change_cancelled")
        elif tracker.get_slot("change_note") != ENDED:
            await self._receipt(dispatcher, asked.customer_id, tracker.get_slot("change_order"))
        return [SlotSet(name, None) for name in SLOTS] + [SlotSet("topic", "change")]

    async def _receipt(self, dispatcher: CollectingDispatcher, customer_id: int, number: str) -> None:
        order = await self._orders.find(customer_id, number, BY)
        if order is None:
            dispatcher.utter_message(response="utter_backend_down")
            return
        phone = (await self._accounts.customer(customer_id, BY)).phone
        text = scripts.RECEIPT_BY_SMS.format(terms=in_words(order), number=order.number)
        await self._notices.sms(f"receipt:{order.number}", phone, text)
        undo = f"如需撤销，请在{_moment(order)}前回复“撤销{order.number}”。" if order.terms.undo_until else ""
        dispatcher.utter_message(response="utter_change_done", terms=in_words(order), number=order.number, undo=undo)


def in_words(order: Order) -> str:
    """Return what an order does, its price and when, as a customer reads it."""
    terms = order.terms
    day = f"{terms.effective.month}月{terms.effective.day}日"
    match order.change.kind:
        case Kind.CHANGE_PLAN:
            more = yuan(abs(terms.monthly_fen))
            difference = f"，每月比现在{'多' if terms.monthly_fen > 0 else '少'}{more}元" if terms.monthly_fen else ""
            return f"套餐变更为“{terms.subject}”{difference}，{day}起生效，此前仍按现在的套餐计费"
        case Kind.BUY_PACK:
            return (
                f"订购“{terms.subject}”，从话费余额中一次性扣除{yuan(terms.once_fen)}元，立即生效，本月内有效，不能退订"
            )
        case Kind.OPEN_SERVICE:
            return f"开通“{terms.subject}”，每月{yuan(terms.monthly_fen)}元，立即生效"
        case Kind.CLOSE_SERVICE:
            return f"退订“{terms.subject}”，每月减少{yuan(-terms.monthly_fen)}元，立即生效"
        case Kind.SUSPEND:
            return "号码停机，立即生效；停机期间不能通话、发短信和上网，号码为您保留"
        case Kind.RESUME:
            return "号码恢复使用，立即生效"
        case Kind.UNDO:
            return f"撤销订单{order.change.target}（{terms.subject}），立即生效"


def _moment(order: Order) -> str:
    assert order.terms.undo_until is not None  # the caller has looked
    until = order.terms.undo_until.astimezone(SHANGHAI)
    return f"{until.month}月{until.day}日{until:%H:%M}"


def _say_refusal(dispatcher: CollectingDispatcher, refused: ChangeRefused) -> None:
    until = f"{refused.until.year}年{refused.until.month}月{refused.until.day}日" if refused.until else ""
    dispatcher.utter_message(response=_REFUSALS[refused.why], until=until, short=yuan(refused.short_fen))


def _ask(slot: str) -> Events:
    # Rasa takes a message that sets nothing but the requested slot for an interruption.
    return [SlotSet("cancelled", False), SlotSet("requested_slot", slot)]


def _ended() -> Events:
    return [SlotSet("change_note", ENDED), SlotSet("requested_slot", None)]


def _cancelled() -> Events:
    return [SlotSet("cancelled", True), SlotSet("requested_slot", None)]
