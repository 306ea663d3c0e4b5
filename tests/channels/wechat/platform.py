"""WeChat as it calls: signed and encrypted by the library that its documentation's examples use."""

import time
import uuid
import xml.etree.ElementTree as ET

from wechatpy.crypto import WeChatCrypto

from channels.wechat.envelope import signed
from tests.channels.runner import Call, Case, Platform

TOKEN, APP_ID = "wechat-token", "wx-test"
AES_KEY = "k" * 42 + "g"
PATH = "/webhooks/wechat?"


def query(**parameters: str) -> str:
    """Return the path with a query."""
    return PATH + "&".join(f"{name}={value}" for name, value in parameters.items())


def sealed(body: bytes, token: str = TOKEN, app_id: str = APP_ID, at: float | None = None) -> Call:
    """Return the call with `body` encrypted for the account."""
    stamp, nonce = str(int(at or time.time())), uuid.uuid4().hex[:10]
    xml = WeChatCrypto(token, AES_KEY, app_id).encrypt_message(body.decode(errors="replace"), nonce, stamp)
    given = signed(token, stamp, nonce) | {
        "encrypt_type": "aes",
        "msg_signature": ET.fromstring(xml).findtext("MsgSignature") or "",
    }
    return Call(query(**given), xml.encode())


def opened(body: bytes) -> ET.Element:
    """Return the answer to a call, decrypted."""
    inside = ET.fromstring(body)
    stamp = [inside.findtext(name) or "" for name in ("MsgSignature", "TimeStamp", "Nonce")]
    return ET.fromstring(WeChatCrypto(TOKEN, AES_KEY, APP_ID).decrypt_message(body.decode(), *stamp))


WECHAT = Platform(
    "wechat",
    "wechat",
    call=sealed,
    forged=lambda body: sealed(body, "guessed"),
    refusal=403,
    cases=(
        Case("text", "查话费，我的电话是13911112222，身份证110***********002X"),
        Case("voice", "查一下我的话费"),
        Case("voice_not_recognised", ""),
        Case("image", ""),
        Case("location", "我的位置：滨江区江南大道88号"),
        Case("link", "话费说明 https://example.com/help"),
        Case("video", ""),
        Case("file", ""),
        Case("mini_program", ""),
        Case("sticker", ""),
        Case("unlisted", ""),
        Case("control_character", "查话费"),
        Case("end_of_cdata", "营业员小票上印着]]>看不懂"),
        Case("click", "查话费"),
        Case("subscribe", "你好"),
        Case("subscribe_scan", "你好"),
        Case("scan", "你好"),
        Case("unsubscribe", None),
        Case("location_report", None),
        Case("view", None),
        Case("template_sent", None),
        Case("unknown_event", None),
    ),
)
