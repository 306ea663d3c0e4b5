"""The design page (demo set-up only): every component of the desk and of the customers' pages in every state.

It is put together from the very templates, styles and scripts that the pages use. Light and dark stand beside each
other: the house's two sets of colours, which otherwise follow the reader's own choice, become two classes here.
"""

import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from fastapi.templating import Jinja2Templates

from app.customer_pages.pages import TEMPLATES
from app.customer_pages.site import STATIC
from app.here import Here
from desk import words
from desk.conversations.ending import endings
from desk.conversations.view import Row
from desk.pages import HERE as DESK
from desk.session.rights import who_may
from desk.session.sessions import SignedIn
from desk.tickets.clocks import Running

HERE = Path(__file__).resolve().parent
_templates = Jinja2Templates([HERE / "templates", TEMPLATES, DESK / "templates"])
_templates.env.globals["token_names"] = re.findall(
    r"--([a-z0-9-]+): #", (STATIC / "tokens.css").read_text(encoding="utf-8").split("@media")[0]
)
# A promise so long that no timer leaves its state while one looks: an hour.
_PROMISE = 3600

routes = APIRouter(prefix="/desk/design", include_in_schema=False)


@routes.get("")
async def page(parts: Here, request: Request, _who: Annotated[SignedIn, Depends(who_may())]) -> Response:
    """Show every component."""
    now = parts.clock.now()
    since = [round((now - timedelta(seconds=_PROMISE * share)).timestamp() * 1000) for share in (0.1, 0.55, 0.85, 1.02)]
    choices = endings()
    values = {
        "brand": parts.settings.brand,
        "since": since,
        "promise": _PROMISE,
        "groups": _groups(since),
        "lines": _LINES,
        "intents": words.INTENTS,
        "moods": words.MOODS,
        "cards": _CARDS,
        "measures": _MEASURES,
        "tickets": {
            "rows": _TICKETS,
            "card": SimpleNamespace(ticket=SimpleNamespace(number="TS20261125000315")),
            "asked": SimpleNamespace(address=lambda **_: "#tickets"),
            "handler_name": lambda _number: "老陈",
        },
        "ending": {
            "groups": choices.groups,
            "tags": [(tag, number == 0) for number, tag in enumerate(choices.tags)],
            "macros": choices.macros,
            "summary": "客户问10月多扣15元，已核对并说明。",
        },
    }
    return _templates.TemplateResponse(request, "design.html", values)


@routes.get("/schemes.css")
async def schemes() -> Response:
    """Give the two sets of colours as the classes .light and .dark."""
    tokens = (STATIC / "tokens.css").read_text(encoding="utf-8")
    light, dark = re.findall(r":root,\s*:host \{(.*?)\}", tokens, re.DOTALL)
    icons = re.findall(r"^\.icon \{.*?^\}", tokens, re.DOTALL | re.MULTILINE)
    style = (
        f".light, .dark {{{light}}}\n.light {{color-scheme: light}}\n.dark {{{dark}color-scheme: dark}}\n" + icons[0]
    )
    return Response(style, media_type="text/css")


@routes.get("/design.css")
async def style() -> FileResponse:
    """Give the page's own style."""
    return FileResponse(HERE / "static" / "design.css")


@routes.get("/design.js")
async def script() -> FileResponse:
    """Give the page's own script."""
    return FileResponse(HERE / "static" / "design.js", media_type="text/javascript")


def _groups(since: list[int]) -> list[tuple[str, list[Row], str]]:
    """Return the list's groups: rows of every level, mood and wait, and an empty queue."""
    told = (
        ("赵*", "diamond", 2, "这都第三次了，太过分了", since[3], 3, "微信", "messages-square", False),
        ("李*", "gold", 1, "能快点吗", since[2], 1, "网页", "globe", False),
        ("陈*", "silver", 0, "我再等等", since[1], 0, "短信", "mail", True),
        ("访客 1207", "", 0, "附近的营业厅在哪里", since[0], 0, "Telegram", "send", False),
        ("王**", "", 0, "您：明天零点生效", 0, 0, "网页", "globe", False),
    )
    rows = [
        Row(
            id=number,
            who=who,
            visitor=who.startswith("访客"),
            level=words.GRADES.get(grade, ""),
            grade=grade,
            mood=mood,
            words=said,
            at="14:02",
            since=waits,
            promise=_PROMISE,
            unread=unread,
            skill="业务",
            channel=channel,
            icon=icon,
            call_back=call,
            agent="小林",
            reason="",
            aside="",
            back=False,
        )
        for number, (who, grade, mood, said, waits, unread, channel, icon, call) in enumerate(told, start=1)
    ]
    return [("等您回复", rows, "answer"), ("等待接入", [], "queue")]


def _line(number: int, author: str, who: str, text: str, **more: Any) -> dict[str, Any]:
    """Return a line of a thread as the desk's view gives it to its template (desk/conversations/view.py)."""
    shown = {"id": number, "author": author, "who": who, "text": text, "speaker": f"{author}:{who}", "day": "今天"}
    return shown | {"minute": f"14:{number:02}", "at": f"2026-11-25 14:{number:02}:07", "seconds": number} | more


_LINES = [
    _line(1, "customer", "李*", "我没开通过！"),
    _line(2, "customer", "李*", "连着扣了两个月"),
    {"id": 3, "understood": SimpleNamespace(intent="complaint_billing", confidence=0.93, upset=2)},
    _line(
        4,
        "bot",
        "智能客服",
        "9、10月各有一笔15.00元。",
        delivery="已送达",
        mark="check-check",
        buttons=["投诉", "不用了"],
    ),
    _line(5, "agent", "小林", "我先核对开通记录。", delivery="已发送", mark="check"),
    _line(6, "agent", "小林", "请您稍等。", delivery="发送中", mark="clock"),
    _line(7, "agent", "小林", "师傅出发前先打电话。", delivery="发送失败", mark="circle-alert", stuck=7),
    _line(8, "agent", "老陈", "按双倍返还办，共60.00元。", note=True, remark=words.NOTES[""]),
    _line(9, "system", "系统", "已转给老陈"),
]
_CARDS = [
    {"state": state, "kind": kind, "told": words.ACT_STATES[state], "terms": terms, "name": "小林", "at": "14:05"}
    | more
    for state, kind, terms, more in (
        ("asked", "变更套餐", "畅享89套餐，下月生效", {"id": 1, "open": True, "until": "14:35"}),
        ("done", "投诉单", "扣费", {"number": "TS20261125000312", "link": "#tickets"}),
        ("failed", "加流量包", "5GB，30.00元", {"why": words.CANNOT["too_little_money"]}),
        ("expired", "退订业务", "视频彩铃", {}),
    )
]
_TICKETS = [
    {
        "ticket": SimpleNamespace(number=f"TS2026112500031{number}", handler=handler),
        "kind": words.COMPLAINTS[kind],
        "facts": facts,
        "customer": "138****8004",
        "state": words.COMPLAINT_STATES[state],
        "clock": clock,
    }
    for number, kind, facts, state, handler, clock in (
        (
            2,
            "billing",
            "没有开通过视频彩铃，连着扣了两个月",
            "open",
            0,
            Running("超时 24 分", 100, 100, "11月25日 13:38"),
        ),
        (4, "network", "地下车库没有信号", "open", 0, Running("剩 6 小时", 87, 80, "11月25日 20:00")),
        (5, "service", "营业厅排队两小时", "investigating", 3, Running("剩 20 小时", 58, 50, "11月26日 10:00")),
        (6, "spam", "每天收到营销短信", "investigating", 3, Running("剩 40 小时", 16, 0, "11月27日 06:00")),
        (7, "other", "宽带发票抬头写错", "answered", 3, Running("等客户回话")),
    )
]
_MEASURES = [
    {
        "name": name,
        "title": title,
        "value": value,
        "standing": standing,
        "word": word,
        "share": share,
        "goal": goal,
        "change": change,
        "meaning": title,
    }
    for name, title, value, standing, word, share, goal, change in (
        ("in_time", "及时接入率", "86%", "good", "达标", 86, "目标 80%", "比昨天 +2"),
        ("waiting", "等待接入", "7", "near", "接近", 70, "上限 10", "比昨天 +3"),
        ("abandoned", "放弃率", "12%", "bad", "未达标", 100, "上限 5%", "比昨天 +4"),
        ("score", "满意度", "4.6", "", "", 92, "共 31 次", ""),
    )
]
