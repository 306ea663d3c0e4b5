"""The sandbox's WeChat (demo set-up only): as much of the platform as our channel calls, and a phone to try it with.

Both sides sign and encrypt as the platform documents it; the phone's messages come to our own webhook.
"""

import time
import uuid
from collections.abc import Mapping
from typing import Any

import httpx
import xmltodict
from fastapi import APIRouter, HTTPException, Query
from pydantic import BaseModel, Field
from wechatpy.crypto import WeChatCrypto

from channels.base import PICTURE
from channels.wechat import NAME
from channels.wechat.envelope import signed
from channels.wechat.parts import Here, WeChatParts

_ACCOUNT = "gh_demo"
_TEXT = "<MsgType>text</MsgType><Content><![CDATA[{text}]]></Content><MsgId>{id}</MsgId>"
_EVENT = "<MsgType>event</MsgType><Event>{event}</Event><EventKey></EventKey>"
_MESSAGE = (
    "<xml><ToUserName>" + _ACCOUNT + "</ToUserName><FromUserName>{openid}</FromUserName>"
    "<CreateTime>{at}</CreateTime>{what}</xml>"
)


class WeChatSaid(BaseModel):
    """What the phone's owner says or does; `event` is subscribe or unsubscribe."""

    openid: str = Field(pattern=r"^o[A-Za-z0-9_-]{5,40}$")
    # What XML can carry.
    text: str = Field(default="", max_length=2048, pattern=r"^[\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]*$")
    event: str = Field(default="", pattern="^(|subscribe|unsubscribe)$")


routes = APIRouter(prefix="/sandbox/wechat", tags=["sandbox"])
_TOKEN = "sandbox-access-token"  # noqa: S105 -- of the sandbox


@routes.post("/cgi-bin/stable_token", include_in_schema=False)
async def stable_token(here: Here, asked: dict[str, Any]) -> dict[str, Any]:
    """Give the token of the account."""
    right = (asked.get("appid"), asked.get("secret")) == (here.account.app_id, here.account.secret)
    return {"access_token": _TOKEN, "expires_in": 7200} if right else {"errcode": 40125, "errmsg": "invalid"}


@routes.post("/cgi-bin/message/custom/send", include_in_schema=False)
async def send(here: Here, message: dict[str, Any], access_token: str = Query()) -> dict[str, Any]:
    """Take a text or a picture."""
    if access_token != _TOKEN:
        return {"errcode": 40001, "errmsg": "invalid credential"}
    picture = message["msgtype"] == "image"
    await _keep(here, str(message["touser"]), PICTURE if picture else str(message["text"]["content"]))
    return {"errcode": 0, "errmsg": "ok"}


@routes.post("/cgi-bin/media/upload", include_in_schema=False)
async def upload(access_token: str = Query()) -> dict[str, Any]:
    """Take a picture that is to be sent."""
    if access_token != _TOKEN:
        return {"errcode": 40001, "errmsg": "invalid credential"}
    return {"type": "image", "media_id": uuid.uuid4().hex, "created_at": int(time.time())}


@routes.post("/cgi-bin/message/custom/typing", include_in_schema=False)
async def typing(here: Here, message: dict[str, Any], access_token: str = Query()) -> dict[str, Any]:
    """Take that an answer is being written."""
    if access_token != _TOKEN:
        return {"errcode": 40001, "errmsg": "invalid credential"}
    if not message.get("touser"):
        return {"errcode": 40003, "errmsg": "invalid openid"}
    here.house.mailboxes.writes_to(str(message["touser"]), message.get("command") == "Typing")
    return {"errcode": 0, "errmsg": "ok"}


@routes.post("/say", status_code=202)
async def say(here: Here, said: WeChatSaid) -> dict[str, int]:
    """Say or do something on the phone: it goes to the webhook as the platform would send it."""
    crypto = WeChatCrypto(here.account.token, here.account.aes_key, here.account.app_id)
    now, nonce = str(int(time.time())), uuid.uuid4().hex[:10]
    envelope = crypto.encrypt_message(_message(said, now), nonce, now)
    query = signed(here.account.token, now, nonce) | {
        "openid": said.openid,
        "encrypt_type": "aes",
        "msg_signature": _inside(envelope)["MsgSignature"],
    }
    async with httpx.AsyncClient(base_url=here.house.here) as platform:
        answer = await platform.post("/webhooks/wechat", params=query, content=envelope.encode())
    if answer.status_code != 200:
        raise HTTPException(502, f"the webhook answered {answer.status_code}")
    if answer.text != "success":
        sealed = _inside(answer.text)
        stamp = (sealed[name] for name in ("MsgSignature", "TimeStamp", "Nonce"))
        await _keep(here, said.openid, _inside(crypto.decrypt_message(answer.text, *stamp))["Content"])
    return {"status": answer.status_code}


async def _keep(here: WeChatParts, openid: str, text: str) -> None:
    await here.house.mailboxes.keep(uuid.uuid4().hex, openid, NAME, text)


def _message(said: WeChatSaid, now: str) -> str:
    """Return what the platform posts of it, before it is sealed."""
    text = said.text.replace("]]>", "]]]]><![CDATA[>")
    what = _EVENT.format(event=said.event) if said.event else _TEXT.format(text=text, id=time.time_ns())
    return _MESSAGE.format(openid=said.openid, at=now, what=what)


def _inside(xml: str) -> Mapping[str, str]:
    inside: Mapping[str, str] = xmltodict.parse(xml)["xml"]
    return inside
