"""What a customer in the queue is told, and may wish (G2): read without the language engine."""

import re
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.dialogue.state import read
from compliance import scripts
from conversation.queue import calls
from conversation.queue.rules import Service
from core.call_back import WHEN
from core.clock import SHANGHAI
from core.dates import day_in_words
from core.identifiers import identifiers
from core.language import PAUSE
from core.routing import expected_wait, in_order
from core.wording import CHINESE, named, words
from storage import presence, queue
from storage.callbacks import CallBack
from storage.conversations import Conversation

_END = r"[吧了啊呀呢吗嘛么。.!！?？~～]*"
_LEAVES = re.compile(
    rf"(?:我|那|算了|[，, ])*(?:问你吧|你来(?:办|说)?|还是你来|不等|"
    rf"不排队|取消排队|不用人工|不要人工|不转|不找人工|(?:找|用|回到|继续问)智能客服|退出排队){_END}"
)
_CALL = re.compile(
    rf"(?:请|那|就|你们|在|等)*{WHEN}(?:请|再)?(?:给我)?(?:回电|回个?电话|打电话给我|给我打个?电话|预约回电|打我电话|打给我)(?:给我|吧|话)?{_END}"
)
_NO_CALL = re.compile(rf"(?:那|算了|先)*(?:不用|别|不要|不必|甭)(?:给我)?(?:再)?(?:打|回)(?:电话|电|过来)?{_END}")
_HOW_LONG = re.compile(
    r"(?:还|要|得|大概)*.{0,3}(?:多久|多长时间|几分钟|什么时候|啥时候|何时).{0,8}|.{0,4}(?:前面|排).{0,4}(?:几|多少).{0,4}"
    rf"|(?:有)?人(?:呢|在吗|在不在|去哪|哪去).{{0,3}}|(?:客服|人工)(?:呢|在吗|人呢|怎么还不来|还没来).{{0,2}}|在吗{_END}"
    rf"|怎么(?:还)?(?:没人|不理|没有人|不回).{{0,4}}|还没(?:到|轮到|好|来){_END}|轮到我了{_END}|喂+{_END}"
)
_CALLED = re.compile(r"打|回电|回给|回到|拨|联系")
# The same in English, of a whole message in small letters.
_IN_ENGLISH = {
    "leave": r"(?:i (?:don't|do not) want to wait|stop waiting|leave (?:the )?queue|cancel(?: the queue)?|never ?mind"
    r"|back to (?:the )?(?:bot|assistant)|i'll use the (?:bot|assistant))",
    "no_call": r"(?:(?:please )?(?:don't|do not) (?:call|phone)(?: me)?(?: back)?|no (?:need to )?call(?: back)?)",
    "call": r"(?:can you |please )*(?:call|phone|ring)(?: me)?(?: back)?|give me a call|call ?back",
    "how_long": r"how (?:much longer|long)(?: .{0,30})?|(?:is )?any(?:one|body) there|hello+|where is the agent"
    r"|how many (?:people )?.{0,20}(?:before|ahead).{0,10}",
}
_MOST = 30
_LEAST_REQUEST = 2


class Wish(StrEnum):
    """What a customer in the queue may wish instead of waiting, or want to know."""

    LEAVE = "leave"
    CALL = "call"
    CALL_NUMBER = "call_number"
    NO_CALL = "no_call"
    HOW_LONG = "how_long"
    TELL = "tell"


def wish(text: str, calls: bool = False) -> Wish | None:
    """Return the wish of somebody who waits, or None: then it is something for the agent to read.

    calls  a call is wanted already: then a number alone is where to

    >>> wish("不等了"), wish("给我回电话吧"), wish("我等了很久了")
    (<Wish.LEAVE: 'leave'>, <Wish.CALL: 'call'>, None)
    >>> str(wish("回电，下午五点以后打")), str(wish("下午五点以后给我打电话"))
    ('call', 'call')
    >>> str(wish("还有多久")), str(wish("人呢？")), str(wish("不用打了")), str(wish("打139 0000 1111这个"))
    ('how_long', 'how_long', 'no_call', 'call_number')
    >>> str(wish("Stop waiting")), str(wish("call me back please")), str(wish("How long?")), wish("my phone is broken")
    ('leave', 'call', 'how_long', None)
    """
    said = text.strip()
    if pause := PAUSE.search(said):  # 回电，下午五点以后: what stands beside it is for the agent to read
        begun = wish(said[: pause.start()], calls)
        if begun in (Wish.LEAVE, Wish.CALL):
            return begun
    if len(said) > _MOST:
        return None
    small = said.lower().replace("’", "'").rstrip(" .!?")
    for wished, pattern in _IN_ENGLISH.items():
        if re.fullmatch(rf"(?:ok |no |then )*(?:{pattern})(?: please| then| thanks)*", small):
            return Wish(wished)
    if _LEAVES.fullmatch(said):
        return Wish.LEAVE
    if _NO_CALL.fullmatch(said):
        return Wish.NO_CALL
    if _CALL.fullmatch(said):
        return Wish.CALL
    numbers = [each for each in identifiers(said) if each.kind in ("phone", "landline")]
    if numbers and (_CALLED.search(said) or (calls and len(said) <= numbers[0].end - numbers[0].start + 2)):
        return Wish.CALL_NUMBER
    return Wish.HOW_LONG if _HOW_LONG.fullmatch(said) else None


def wanted_instead(text: str) -> str:
    """Return what somebody who no longer waits wants at once of the bot, "" where they say nothing of it.

    >>> wanted_instead("不等了，帮我查下话费"), wanted_instead("不等了")
    ('帮我查下话费', '')
    """
    said = text.strip()
    pause = PAUSE.search(said)
    if pause is None or wish(said) is not Wish.LEAVE:
        return ""
    rest = said[pause.end() :]
    return rest if len(rest) >= _LEAST_REQUEST and wish(rest) is None else ""


async def answer(
    db: AsyncConnection, service: Service, current: Conversation, wished: Wish, call: CallBack | None, now: datetime
) -> str:
    """Return what is said to a wish; `call` is the one that the customer waits for by now.

    Nobody is called on a phone that was lost: another number is asked for.
    """
    state, _ = read(current.dialogue)
    language, lost = state.language, state.memory.get("lost")
    match wished:
        case Wish.LEAVE:
            left = scripts.said("left_queue_lost" if lost == "yes" else "left_queue", language)
            return left if call is None else f"{left}\n{scripts.said('call_stays', language)}"
        case Wish.CALL if call is None or call.due_at is None:
            return scripts.said("call_where_lost" if lost else "call_where", language)
        case Wish.CALL | Wish.CALL_NUMBER if call is not None:
            script = "will_call" if call.phone is None else "will_call_number"
            return scripts.said(script, language, when=calls.when_in_words(call, now, language))
        case Wish.NO_CALL:
            return scripts.said("will_not_call", language)
        case Wish.TELL:
            return scripts.said("noted", language)
    if call is not None and not await serving(db):
        return scripts.said("will_call_later", language, when=calls.when_in_words(call, now, language))
    return await told(db, service, current.id, now, language, bool(lost)) or scripts.said("next_in_queue", language)


async def serving(db: AsyncConnection) -> int:
    """Return how many serve those who wait."""
    return sum(each.state == "ready" for each in await presence.present(db))


async def told(
    db: AsyncConnection,
    service: Service,
    conversation_id: int,
    now: datetime,
    language: str = CHINESE,
    lost: bool = False,
) -> str:
    """Return what a customer in the queue is told of the own place and wait by the routing rules; "" where none.

    lost  the customer's phone is, and can't be called
    """
    if not service.hours.open(now):
        opens = service.hours.opens_at(now)
        if opens is None:
            return scripts.said("closed_for_long", language)
        here, today = opens.astimezone(SHANGHAI), now.astimezone(SHANGHAI).date()
        days = (here.date() - today).days
        day = named("明天" if days else "今天", language)
        if days > 1:
            day = words("part_on_day", language, day=day_in_words(here.date(), language, year=False))
        return scripts.said("closed", language, day=day, time=f"{here:%H:%M}")
    ready = await serving(db)
    order = [each.id for each in in_order(await queue.waiting(db), now, service.rules)]
    ahead = order.index(conversation_id) if conversation_id in order else len(order)
    if not ready:
        return scripts.said("nobody_serves_lost" if lost else "nobody_serves", language)
    if ahead < 1:
        return ""
    return scripts.said("in_queue", language, ahead=ahead, minutes=in_minutes(ahead, ready, service))


def in_minutes(ahead: int, serving: int, service: Service) -> int:
    """Return how many minutes somebody with so many ahead waits, when so many serve; one at least."""
    return max(1, round(expected_wait(ahead, serving, service.handling).total_seconds() / 60))
