"""What the platform posts: messages and events of a follower."""

from dataclasses import dataclass
from datetime import datetime

from wechatpy import parse_message
from wechatpy.messages import BaseMessage

from channels.wechat import CAN, NAME
from channels.wechat.quota import Kind
from core.message import Incoming

GREETING = "你好"


@dataclass(frozen=True)
class Received:
    """What a call brings.

    incoming  the customer's message, or None for an event that asks for nothing
    openid    who
    account   the account's own id, from which an answer comes
    opens     the window that this step opens, or None
    media_id  of the picture that came with it, or None
    left      whether the follower has left
    """

    incoming: Incoming | None
    openid: str
    account: str
    opens: Kind | None = None
    media_id: str | None = None
    left: bool = False


def receive(xml: str, at: datetime) -> Received:
    """Return what a message or event says. Raises ValueError for what is none.

    What has no words (a voice message that the platform did not recognise) is a message without text, which is
    answered with a request for words. A menu's key is the words that it stands for.
    """
    try:
        read = parse_message(xml)
        openid, account, created = str(read.source), str(read.target), read.create_time
    except Exception as error:  # expat, missing and odd fields: whatever the parser makes of nonsense
        raise ValueError("this is no message of WeChat's") from error
    if not openid or len(openid) > 64 or created is None:
        raise ValueError("a message has FromUserName and CreateTime")
    if read.type == "event" or hasattr(read, "event"):
        return _event(read, openid, account, at)
    text, opens, media_id = "", Kind.MESSAGE, None
    match read.type:
        case "text":
            text = read.content or ""
        case "voice":
            text = read.recognition or ""
        case "image":
            media_id = str(read.media_id)
        case "location":
            text = f"我的位置：{read.label}" if read.label else ""
        case "link":
            text = " ".join(part for part in (read.title, read.url) if part)
        case "video" | "shortvideo":
            pass
        case _:
            return Received(None, openid, account)
    if read._data.get("bizmsgmenuid"):
        opens = Kind.MENU
    if not read.id:
        raise ValueError("a message has a MsgId")
    return Received(_incoming(openid, str(read.id), text, at), openid, account, opens, media_id)


def _event(read: BaseMessage, openid: str, account: str, at: datetime) -> Received:
    # Events have no id of their own: who, when and what are the same when one comes again.
    key = str(read._data.get("EventKey") or "")[:100]
    external_id = f"{openid}:{int(read._data['CreateTime'])}:{read.event}:{key}"
    match read.event:
        case "subscribe" | "subscribe_scan":
            return Received(_incoming(openid, external_id, GREETING, at), openid, account, Kind.FOLLOW)
        case "scan":
            return Received(_incoming(openid, external_id, GREETING, at), openid, account, Kind.SCAN)
        case "click":
            return Received(_incoming(openid, external_id, key, at), openid, account, Kind.MENU)
        case "unsubscribe":
            return Received(None, openid, account, left=True)
    return Received(None, openid, account)


def _incoming(openid: str, external_id: str, text: str, at: datetime) -> Incoming:
    return Incoming(NAME, openid, external_id, text[: CAN.longest + 1], at, acts_as=NAME)
