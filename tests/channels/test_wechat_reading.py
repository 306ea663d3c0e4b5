"""What WeChat posts is read however it is written, shown as what it is, and answered so that every parser takes it."""

import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from channels.wechat.markup import characters, fields, text_answer
from channels.wechat.receive import receive
from storage.tables import conversation, message
from tests.channels.runner import settled, texts
from tests.channels.wechat.platform import opened, sealed
from tests.fakes.wechat_platform import WeChatPlatform
from tests.turn.conftest import InProcess

PAYLOADS = Path(__file__).parent / "wechat/payloads"
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
WITHOUT_WORDS = "没有看到文字内容"


def posted(inside: str, sender: str = "oH4invented") -> str:
    return (
        f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>1795644221</CreateTime>{inside}</xml>"
    )


def text(content: str) -> str:
    return posted(f"<MsgType><![CDATA[text]]></MsgType><Content>{content}</Content><MsgId>1</MsgId>")


async def post(house: InProcess, body: bytes) -> httpx.Response:
    call = sealed(body)
    return await house.client.post(call.url, content=call.body)


async def answer(house: InProcess, body: bytes) -> str:
    """Post a message and return the words of the answer within the call; it has to be XML."""
    came = await post(house, body)
    assert came.status_code == 200
    return opened(came.content).findtext("Content") or ""


async def thread(house: InProcess) -> list[tuple[str, str]]:
    """Return who has written what, as the desk shows it."""
    query = select(message.c.author, message.c.body).where(message.c.audience == "everyone").order_by(message.c.id)
    async with house.parts.database.read() as db:
        return [(row.author, row.body.get("text", "")) for row in await db.execute(query)]


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ("<![CDATA[\x1d查话费]]>", "查话费"),
        ("<![CDATA[查\x00话\x0b费\x7f]]>", "查话费\x7f"),
        ("查话费&#29;&#x1F;", "查话费"),
        ("<![CDATA[印着\ufffe查话费\uffff]]>", "印着查话费"),
        ("小票上印着]]&gt;看不懂", "小票上印着]]>看不懂"),
        ("<![CDATA[小票上印着]]>看不懂]]>", "小票上印着]]>看不懂"),
        ("<![CDATA[小票上印着]]]]><![CDATA[>看不懂]]>", "小票上印着]]>看不懂"),
        ("<![CDATA[\x01小票上印着]]]]><![CDATA[>看不懂]]>", "小票上印着]]>看不懂"),
        ("话费&nbsp;多少 &amp; 流量&hellip;", "话费\xa0多少 & 流量…"),
        ("话费 & 流量 < 10", "话费 & 流量 < 10"),
        ("话费<b>多少</b>", "话费<b>多少</b>"),
        ("<![CDATA[&lt;查话费&gt; &unknown;]]>", "&lt;查话费&gt; &unknown;"),
        ("查话费 &unknown;", "查话费 &unknown;"),
        ("<![CDATA[查话费", "查话费"),
        ("", ""),
    ],
)
def test_words_are_read_however_they_are_written(content: str, read: str) -> None:
    incoming = receive(text(content), NOW).incoming
    assert incoming is not None
    assert incoming.text == read


def test_a_message_that_was_cut_off_is_read_as_far_as_it_came() -> None:
    incoming = receive(text("<![CDATA[我要查话费]]>").partition("话费")[0], NOW).incoming
    assert incoming is not None
    assert (incoming.address, incoming.text) == ("oH4invented", "我要查")


@pytest.mark.parametrize("broken", ["", "\x1d", "]]>", "&nbsp"])
def test_nobody_passes_for_another_sender_or_another_message(broken: str) -> None:
    forged = f"]]></Content><FromUserName>oVictim</FromUserName><MsgId>7</MsgId><Content><![CDATA[{broken}"
    received = receive(text(f"<![CDATA[{broken}{forged}]]>"), NOW)
    assert received.incoming is not None
    assert (received.openid, received.incoming.external_id) == ("oH4invented", "1")


@pytest.mark.parametrize("missing", ["ToUserName", "CreateTime", "MsgType", "Content", "MsgId"])
async def test_a_message_that_lacks_a_field_is_kept_and_answered_once(
    house: InProcess, wechat_api: WeChatPlatform, missing: str
) -> None:
    body = re.sub(f"<{missing}>.*?</{missing}>", "", text("查话费"))
    for _ in range(3):
        assert (await post(house, body.encode())).status_code == 200
    assert await settled(house) == ["sent"]
    assert await texts(house) == (["查话费"] if missing != "Content" else [""])
    assert len(wechat_api.said()) == (1 if missing == "ToUserName" else 0)  # whose account an answer in the call is of


async def test_a_message_without_a_sender_is_acknowledged_or_it_would_come_again(house: InProcess) -> None:
    for sender in ("", "o" * 200):
        came = await post(house, posted("<MsgType>text</MsgType><Content>在吗</Content>", sender).encode())
        assert (came.status_code, came.text) == (200, "success")
    assert await texts(house) == []


async def test_bytes_that_are_no_text_cost_no_more_than_themselves(house: InProcess) -> None:
    body = text("<![CDATA[查话费?]]>").encode().replace(b"?", b"\xff\xc3")
    assert "查话费" in await answer(house, body)


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("<MsgType>file</MsgType><Title>账单.pdf</Title>", "［文件：账单.pdf］"),
        ("<MsgType>miniprogrampage</MsgType><Title>网上营业厅</Title>", "［小程序卡片：网上营业厅］"),
        ("<MsgType>text</MsgType><Content>【收到不支持的消息类型，暂无法显示】</Content>",
         "［表情或微信未转发的消息］"),
        ("<MsgType>text</MsgType><Content>[收到不支持的消息类型,暂时无法显示]</Content>", "［表情或微信未转发的消息］"),
        ("<MsgType>text</MsgType><Content>[Unsupported Message]</Content>", "［表情或微信未转发的消息］"),
        ("<MsgType>text</MsgType><Content>/:strong/::)</Content>", "［表情：/:strong/::)］"),
        ("<MsgType>text</MsgType><Content> </Content>", "［空白消息］"),
        ("<MsgType>voice</MsgType><MediaId>m</MediaId>", "［语音］"),
        ("<MsgType>video</MsgType><MediaId>m</MediaId>", "［视频］"),
        ("<MsgType>shortvideo</MsgType><MediaId>m</MediaId>", "［小视频］"),
        ("<MsgType>image</MsgType>", "［图片］"),
        ("<PicUrl>http://example.com/p</PicUrl><MediaId>m</MediaId>", "［图片］"),
        ("<MsgType>location</MsgType><Location_X>30.2674</Location_X><Location_Y>120.1528</Location_Y>",
         "［位置：北纬30.267，东经120.153］"),
        ("<MsgType>location</MsgType><Location_X>x</Location_X>", "［位置］"),
        ("<MsgType>link</MsgType>", "［链接］"),
        ("<MsgType>hologram</MsgType><Title>新东西</Title>", "［其他消息：hologram 新东西］"),
        ("<Whatever>1</Whatever>", "［其他消息］"),
    ],
)  # fmt: skip
def test_what_has_no_words_is_shown_as_what_it_is(inside: str, shown: str) -> None:
    incoming = receive(posted(inside), NOW).incoming
    assert incoming is not None
    assert (incoming.text.strip(), incoming.label) == ("", shown)


@pytest.mark.parametrize(
    "words", ["谢谢/:rose", "收到不支持的消息类型是什么意思", "[转人工]", "https://example.com/:a", "【宽带】坏了"]
)
def test_words_beside_a_face_or_about_such_a_message_are_words(words: str) -> None:
    incoming = receive(text(words), NOW).incoming
    assert incoming is not None
    assert incoming.text == words


@pytest.mark.parametrize(
    ("payload", "shown"),
    [
        ("file", "［文件：账单.pdf］"),
        ("sticker", "［表情或微信未转发的消息］"),
        ("mini_program", "［小程序卡片：网上营业厅］"),
        ("unlisted", "［其他消息：hologram］"),
    ],
)
async def test_what_has_no_words_is_in_the_thread_answered_once_and_the_bot_stays(
    house: InProcess, payload: str, shown: str
) -> None:
    assert WITHOUT_WORDS in await answer(house, (PAYLOADS / f"{payload}.xml").read_bytes())
    await settled(house)
    (asked, said) = await thread(house)
    assert asked == ("customer", shown)
    assert said[0] == "bot" and WITHOUT_WORDS in said[1]
    async with house.parts.database.read() as db:
        assert (await db.execute(select(conversation.c.owner))).scalars().all() == ["bot"]


@pytest.mark.parametrize("payload", ["control_character", "end_of_cdata"])
async def test_what_a_customer_wrote_is_quoted_in_a_well_formed_answer(house: InProcess, payload: str) -> None:
    (kept,) = ({"control_character": "查话费", "end_of_cdata": "营业员小票上印着]]>看不懂"}[payload],)
    assert await answer(house, (PAYLOADS / f"{payload}.xml").read_bytes()) == f"听到：{kept}"


@pytest.mark.parametrize(
    "number", ["+86 138 0013 8003", "１３８-００１３-８００３", "008613800138003", "13800138003\u200b"]
)
@pytest.mark.parametrize("form", ["{0} {1}", "验证码是{0}{1}"])
async def test_a_number_and_its_code_are_understood_in_every_spelling(house: InProcess, number: str, form: str) -> None:
    assert "6位验证码" in await answer(house, posted(_text(number, 1)).encode())
    await settled(house)
    messages = (await house.client.get("/sandbox/messages", params={"to": "13800138003"})).json()
    (code,) = re.findall(r"\d{6}", messages[0]["text"])
    told = await answer(house, posted(_text(form.format(code[:3], code[3:]), 2)).encode())
    assert "已为您绑定138****8003" in told


def _text(words: str, number: int) -> str:
    return f"<MsgType>text</MsgType><Content>{words}</Content><MsgId>{number}</MsgId>"


@given(st.text(), st.text(), st.text())
def test_an_answer_is_well_formed_whatever_it_quotes(account: str, openid: str, quoted: str) -> None:
    said = ET.fromstring(text_answer(account, openid, quoted, 1))
    # An XML parser reads every end of a line as one.
    assert said.findtext("Content") == characters(quoted).replace("\r\n", "\n").replace("\r", "\n")
    assert said.findtext("ToUserName") == characters(openid).replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(alphabet=st.sampled_from(list("<>[]!/&;CDATAContentMsgIdxml\x1d查")), max_size=200))
def test_no_words_reach_another_field(words: str) -> None:
    read = fields(text(f"<![CDATA[{words}]]>"))
    assert read["FromUserName"] == "oH4invented"
    assert read["MsgType"] == "text"
