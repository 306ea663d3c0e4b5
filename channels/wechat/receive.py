"""What the platform posts: messages and events of a follower."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from channels.labels import label, place
from channels.wechat import CAN, NAME
from channels.wechat.markup import fields
from channels.wechat.quota import Kind
from core.message import Incoming

log = logging.getLogger(__name__)
GREETING = "你好"
_LONGEST_OPENID = 64
# What the thread calls a kind of message that has no words; its title stands beside it.
_CALLED = {
    "image": "图片",
    "voice": "语音",
    "video": "视频",
    "shortvideo": "小视频",
    "location": "位置",
    "link": "链接",
    "file": "文件",
    "miniprogrampage": "小程序卡片",
    "weapp": "小程序卡片",
    "music": "音乐",
    "card": "名片",
    "contact": "名片",
    "emoji": "表情",
    "emotion": "表情",
    "sticker": "表情",
    "hardware": "设备消息",
    "merged_msg": "聊天记录",
}
# What the platform writes in place of what it does not pass on: stickers, red packets, cards.
_NOT_PASSED_ON = re.compile(r"[【\[][^】\]]*(?:不支持的消息|unsupported message)[^】\]]*[】\]]", re.IGNORECASE)
# Its own little faces come as codes: /::) /:strong
_FACES = re.compile(r"(?:/:[!-.0-~]{1,8}\s*)+")


@dataclass(frozen=True)
class Received:
    """What a call brings.

    incoming  the customer's message, or None for an event that asks for nothing, or where nobody could be answered
    openid    who
    account   the account's own id, from which an answer comes; "" where the call does not say it
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

    What has no words (a file, a voice message that the platform did not recognise) is a message without text, which
    is answered with a request for words; the thread shows what it is. A menu's key is the words that it stands for.
    Of the fields only the sender has to be there: without one there is nobody to answer, and nothing is kept.
    """
    read = fields(xml)
    openid, account = read.get("FromUserName", ""), read.get("ToUserName", "")
    if not 0 < len(openid) <= _LONGEST_OPENID:
        log.warning("wechat: a message without a sender was acknowledged and not kept")
        return Received(None, "", account)
    kind = read.get("MsgType", "").lower() or _guessed(read)
    if kind == "event" or kind.startswith("device_"):
        return _event(read, openid, account, at)
    text, shown = _said(read, kind)
    opens = Kind.MENU if read.get("bizmsgmenuid") else Kind.MESSAGE
    incoming = _incoming(openid, _message_id(read, openid, at), text, at, shown)
    return Received(incoming, openid, account, opens, read.get("MediaId") or None if kind == "image" else None)


def _guessed(read: Mapping[str, str]) -> str:
    """Return of what kind a message is that does not say it."""
    return "event" if "Event" in read else "text" if "Content" in read else "image" if "PicUrl" in read else ""


def _said(read: Mapping[str, str], kind: str) -> tuple[str, str]:
    """Return the words of a message, and what it is called where it has none."""
    title = read.get("Title") or read.get("Description")
    match kind:
        case "text":
            text = read.get("Content", "")
            if _NOT_PASSED_ON.fullmatch(text.strip()):
                return "", label("表情或微信未转发的消息")
            return ("", label("表情", text)) if _FACES.fullmatch(text) else (text, label("空白消息"))
        case "voice":
            return read.get("Recognition", ""), label("语音")
        case "location":
            named = read.get("Label") or read.get("Poiname")
            return (f"我的位置：{named}" if named else ""), place(read.get("Location_X"), read.get("Location_Y"))
        case "link":
            return " ".join(part for part in (title, read.get("Url")) if part), label("链接")
        case _ if kind in _CALLED:
            return "", label(_CALLED[kind], title)
        case _:
            return "", label("其他消息", kind, title)


def _message_id(read: Mapping[str, str], openid: str, at: datetime) -> str:
    """Return what is the same when a message comes again: its number, or else who, when and what."""
    if number := read.get("MsgId"):
        return number if len(number) <= _LONGEST_OPENID else _digest(number)
    return f"{openid}:{_created(read, at)}:{_digest(repr(sorted(read.items())))}"


def _created(read: Mapping[str, str], at: datetime) -> str:
    """Return when it was sent; where that is missing this minute, within which the platform's repeats come."""
    created = read.get("CreateTime", "")
    return created if created.isdecimal() and len(created) < 20 else f"{at:%Y%m%d%H%M}"


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def _event(read: Mapping[str, str], openid: str, account: str, at: datetime) -> Received:
    event, key = read.get("Event", "").lower(), read.get("EventKey", "")[:100]
    if event == "subscribe" and key.startswith("qrscene_"):
        event, key = "subscribe_scan", key.removeprefix("qrscene_")
    # Events have no id of their own: who, when and what are the same when one comes again.
    external_id = f"{openid}:{_created(read, at)}:{event}:{key}"
    match event:
        case "subscribe" | "subscribe_scan":
            return Received(_incoming(openid, external_id, GREETING, at), openid, account, Kind.FOLLOW)
        case "scan":
            return Received(_incoming(openid, external_id, GREETING, at), openid, account, Kind.SCAN)
        case "click":
            return Received(_incoming(openid, external_id, key, at, label("菜单")), openid, account, Kind.MENU)
        case "unsubscribe":
            return Received(None, openid, account, left=True)
    return Received(None, openid, account)


def _incoming(openid: str, external_id: str, text: str, at: datetime, shown: str = "") -> Incoming:
    return Incoming(NAME, openid, external_id, text[: CAN.longest + 1], at, acts_as=NAME, label=shown)
