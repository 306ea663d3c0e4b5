"""No dead ends: each refusal of each kind names its reason, its figure and a way out that the dialogue understands."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest
import yaml

from actions.change import OfferChange, OfferUndo
from actions.halls import CheckHalls
from actions.recharge import PaymentState as CheckPayment
from actions.refusals import tell
from actions.tariff_answers import TariffAnswers
from actions.tickets import OfferTickets
from backends.account.port import BillItem, Plan, Promotion, Service
from backends.complaint.port import Complaints
from backends.halls.port import Hall
from backends.orders.port import (
    NEEDS_ID_NUMBER,
    Change,
    ChangeRefused,
    Kind,
    Option,
    Order,
    Orders,
    Refusal,
    State,
    Terms,
)
from backends.orders.rules import ACTIVE, PAUSED, SUSPENDED, Account, Catalogue, Contract, Offer, refunded, terms
from backends.orders.sql import _on_sale
from backends.payment.port import Payment, Payments, payable
from backends.payment.port import State as PaymentState
from backends.repair.port import FaultReport, Repairs, RepairTicket
from backends.repair.port import State as Stage
from bot.dialogue import commands as c
from bot.dialogue.reading import commands
from bot.dialogue.rendering import render
from bot.dialogue.state import State as Dialogue
from core.clock import SHANGHAI
from core.dialogue import END, Call, Outcome
from core.language import has_chinese
from core.promise import Promise
from core.wording import ENGLISH, responses
from tests.conftest import ROOT
from tests.dialogue.table import FLOWS, said

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))["responses"]
EXAMPLES = frozenset(
    line.removeprefix("- ").strip()
    for file in (ROOT / "data" / "nlu").glob("*.yml")
    for part in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
    for line in str(part.get("examples", "")).splitlines()
)
CATALOGUE = Catalogue(
    plans={
        code: Plan(code, name, fee, 1024, 100, 10)
        for code, name, fee in (
            ("cx39", "畅享39套餐", 3900),
            ("cx59", "畅享59套餐", 5900),
            ("cx129", "畅享129套餐", 12900),
            ("qy299", "企业畅联299套餐", 29900),
        )
    },
    offers={
        offer.code: offer
        for offer in (
            Offer("ll1", Kind.BUY_PACK, "1GB流量包", price_fen=1000, data_mb=1024),
            Offer("ll10", Kind.BUY_PACK, "10GB流量包", price_fen=5000, data_mb=10240),
            Offer("my-jk", Kind.ROAMING, "日韩漫游7天包", price_fen=4000, days=7),
            Offer("kd300", Kind.ORDER_BROADBAND, "300M宽带包年", price_fen=36000, mbps=300),
            Offer("xd300", Kind.RENEW_BROADBAND, "300M宽带包年", price_fen=36000, mbps=300),
            Offer("jf-ll1", Kind.REDEEM, "1GB流量", points=800, data_mb=1024),
            Offer("jf-hf10", Kind.REDEEM, "10元话费", points=1000, credit_fen=1000),
        )
    },
    services={"cl": Service("cl", "视频彩铃", 600), "lx": Service("lx", "来电显示", 500)},
    enterprise=frozenset({"qy299"}),
    numbers=frozenset({"13800136688", "13800131314"}),
    promotions={
        each.code: each
        for each in (
            Promotion("老客户送流量", "…", date(2027, 12, 31), code="yd-ll", gives="5GB", data_mb=5120, months=3),
            Promotion("宽带提速", "…", date(2027, 12, 31), least_fee_fen=8900, code="yd-kd", gives="500M", mbps=500),
            Promotion(
                "金卡生日礼", "…", date(2027, 12, 31), "gold", code="yd-jp", in_birth_month=True, credit_fen=3000
            ),
            Promotion("付费活动", "…", date(2027, 12, 31), code="yd-ff", price_fen=20000),
            Promotion("去年的活动", "…", date(2026, 10, 31), code="yd-old"),
        )
    },
)
BILLED = {f"2026-{month}": (BillItem("月费", 5900),) for month in ("09", "10", "11")}
ACCOUNT = Account(
    ACTIVE,
    8650,
    "cx59",
    frozenset({"cl"}),
    points=900,
    billed=BILLED,
)
OWES = replace(ACCOUNT, state=SUSPENDED, balance_fen=-4208)
PAUSED_BY_WISH = replace(ACCOUNT, state=PAUSED, since={Change(Kind.SUSPEND): date(2026, 11, 20)})
LEAVES = replace(ACCOUNT, closes=date(2026, 12, 1))
POOR = replace(ACCOUNT, balance_fen=792, points=120)
BOUND = replace(ACCOUNT, plan="cx129", contract=Contract(12900, date(2027, 6, 30)))
AT_HOME = replace(ACCOUNT, address="建设路1号", mbps=300, paid_until=date(2027, 1, 31), balance_fen=50000)
FIRM = replace(ACCOUNT, plan="qy299")
NUMBER = "13800136688"
LOWER = (
    ("yd-old", ACCOUNT, Refusal.ENDED, "2026年10月31日"),
    ("yd-jp", ACCOUNT, Refusal.TOO_LOW_LEVEL, "金卡 普通"),
    ("yd-kd", replace(AT_HOME, plan="cx129", mbps=500), Refusal.NO_NEED, "500M"),
    ("yd-jp", replace(ACCOUNT, level="gold", born_on=date(1990, 12, 8)), Refusal.TOO_EARLY, "2026年12月1日"),
)
OLD = NOW - timedelta(days=40)


def order(kind: Kind, target: str, subject: str, state: State = State.DONE, until: datetime | None = OLD) -> Order:
    return Order("DD1", 1, Change(kind, target), Terms(subject, 0, 0, TODAY, until), state, OLD)


class Ledger:
    """The ledger of one subscriber in memory, by the real rules."""

    def __init__(self, account: Account, past: Sequence[Order] = (), catalogue: Catalogue = CATALOGUE) -> None:
        self.account, self.past, self.catalogue = account, past, catalogue

    def refuses(self, change: Change) -> ChangeRefused | None:
        undone = next((each for each in self.past if each.number == change.target), None)
        try:
            terms(change, self.account, self.catalogue, NOW, undone)
        except ChangeRefused as refused:
            return refused
        return None

    async def options(self, customer_id: int, kind: Kind, by: str) -> tuple[Option, ...]:
        found = []
        for option in _on_sale(kind, self.catalogue):
            refused = self.refuses(Change(kind, option.code))
            found.append(replace(option, refusal=refused.why if refused else None))
        return tuple(sorted(found, key=lambda option: (option.price, option.code)))

    async def propose(self, customer_id: int, change: Change, key: str, by: str) -> Order:
        if refused := self.refuses(change):
            raise refused
        raise AssertionError("nothing is proposed that could be had")

    async def find(self, customer_id: int, number: str, by: str) -> Order | None:
        return next((each for each in self.past if each.number == number), None)

    async def recent(self, customer_id: int, since: datetime, by: str) -> tuple[Order, ...]:
        return tuple(each for each in self.past if each.state is State.DONE)


class Paid:
    """A cashier with one payment."""

    def __init__(self, payment: Payment) -> None:
        self.payment = payment

    async def find(self, number: str) -> Payment | None:
        return self.payment


NO_NUMBERS = Ledger(ACCOUNT, (), replace(CATALOGUE, numbers=frozenset()))


def past(state: State) -> Ledger:
    return Ledger(ACCOUNT, (order(Kind.OPEN_SERVICE, "cl", "视频彩铃", state),))


@dataclass(frozen=True)
class Case:
    """A change that is refused: why, the figures that are told, and the flows that it leads to (handoff: a person)."""

    change: Change
    ledger: Ledger
    why: Refusal
    figures: tuple[str, ...]
    ways: tuple[str, ...]


def case(kind: Kind, target: str, account: Account | Ledger, why: Refusal, figures: str, ways: str) -> Case:
    ledger = account if isinstance(account, Ledger) else Ledger(account)
    return Case(Change(kind, target), ledger, why, tuple(figures.split()), tuple(ways.split()))


K, R = Kind, Refusal
# What each kind may be about, where it is about something.
TARGETS: Mapping[Kind, str] = {
    K.CHANGE_PLAN: "cx129",
    K.BUY_PACK: "ll10",
    K.OPEN_SERVICE: "lx",
    K.CLOSE_SERVICE: "cl",
    K.REDEEM: "jf-ll1",
    K.ROAMING: "my-jk",
    K.ORDER_BROADBAND: "kd300",
    K.RENEW_BROADBAND: "xd300",
    K.MOVE_BROADBAND: "文化路2号",
    K.NEW_NUMBER: NUMBER,
    K.INVOICE: "2026-10",
    K.TAKE_PROMOTION: "yd-ll",
    K.UNDO: "DD1",
}
READ_ALWAYS = {K.READ_DETAILS, K.READ_PUK}
ALL = [kind for kind in Kind if kind is not K.REFUND]
CHANGING = [kind for kind in ALL if kind not in READ_ALWAYS]
TABLE: list[Case] = [
    # Of every kind: arrears, a stop, the end of the number, and a proposal that has grown old.
    *(case(kind, TARGETS.get(kind, ""), OWES, R.IN_ARREARS, "42.08元", "recharge") for kind in CHANGING),
    *(
        case(kind, TARGETS.get(kind, ""), PAUSED_BY_WISH, R.SUSPENDED, "11月20日", "resume")
        for kind in CHANGING
        if kind not in (K.SUSPEND, K.RESUME, K.REPLACE_SIM)
    ),
    case(K.REPLACE_SIM, "", PAUSED_BY_WISH, R.SUSPENDED, "身份证", "halls"),
    *(
        case(kind, TARGETS.get(kind, ""), LEAVES, R.LEAVING, "2026年12月1日", "undo")
        for kind in CHANGING
        if kind not in (K.UNDO, K.INVOICE)
    ),
    # Plans.
    case(K.CHANGE_PLAN, "cx59", ACCOUNT, R.ALREADY, "59.00元 39.00元/月 129.00元/月", "change_plan"),
    case(K.CHANGE_PLAN, "qy299", FIRM, R.ALREADY, "299.00元", "handoff"),
    case(
        K.CHANGE_PLAN, "cx129", replace(ACCOUNT, next_plan="cx129"), R.ALREADY, "129.00元 12月1日", "undo change_plan"
    ),
    case(
        K.CHANGE_PLAN,
        "cx129",
        replace(ACCOUNT, plan="cx129", next_plan="cx129", contract=Contract(12900, date(2027, 6, 30))),
        R.ALREADY,
        "129.00元 12月1日",
        "undo",
    ),
    case(K.CHANGE_PLAN, "cx59", BOUND, R.LOCKED_IN, "2027年6月30日 129.00元 59.00元", "handoff"),
    case(
        K.CHANGE_PLAN,
        "cx39",
        replace(ACCOUNT, contract=Contract(5900, date(2027, 6, 30))),
        R.LOCKED_IN,
        "2027年6月30日 59.00元 畅享129套餐 129.00元/月",
        "change_plan handoff",
    ),
    case(K.CHANGE_PLAN, "qy299", ACCOUNT, R.NOT_FOR_YOU, "299.00元 39.00元/月", "change_plan handoff"),
    case(K.CHANGE_PLAN, "cx59", FIRM, R.NOT_FOR_YOU, "59.00元", "handoff"),
    case(K.CHANGE_PLAN, "gone", ACCOUNT, R.NO_SUCH_THING, "39.00元/月", "change_plan"),
    # What is bought.
    case(K.BUY_PACK, "ll10", POOR, R.TOO_LITTLE_MONEY, "10GB流量包 50.00元 42.08元", "recharge"),
    case(K.BUY_PACK, "ll1", replace(ACCOUNT, balance_fen=995), R.TOO_LITTLE_MONEY, "0.05元 充值1元", "recharge"),
    case(K.BUY_PACK, "gone", ACCOUNT, R.NO_SUCH_THING, "10.00元", "buy_data_pack"),
    case(K.BUY_PACK, "gone", POOR, R.NO_SUCH_THING, "", "handoff"),
    case(K.ROAMING, "my-jk", POOR, R.TOO_LITTLE_MONEY, "40.00元 32.08元", "recharge"),
    case(K.ROAMING, "gone", ACCOUNT, R.NO_SUCH_THING, "40.00元", "buy_roaming_pack"),
    case(K.ORDER_BROADBAND, "kd300", ACCOUNT, R.TOO_LITTLE_MONEY, "360.00元 273.50元", "recharge"),
    case(K.ORDER_BROADBAND, "kd300", AT_HOME, R.HAS_BROADBAND, "300M 2027年1月31日 100.00元", "renew_broadband"),
    case(K.ORDER_BROADBAND, "gone", ACCOUNT, R.NO_SUCH_THING, "", "handoff"),
    case(K.RENEW_BROADBAND, "xd300", ACCOUNT, R.NO_BROADBAND, "360.00元", "order_broadband"),
    case(
        K.RENEW_BROADBAND,
        "xd300",
        Ledger(
            ACCOUNT,
            (),
            replace(
                CATALOGUE,
                offers={code: offer for code, offer in CATALOGUE.offers.items() if offer.kind is not K.ORDER_BROADBAND},
            ),
        ),
        R.NO_BROADBAND,
        "",
        "handoff",
    ),
    case(K.RENEW_BROADBAND, "xd300", replace(AT_HOME, balance_fen=0), R.TOO_LITTLE_MONEY, "360.00元", "recharge"),
    case(K.RENEW_BROADBAND, "gone", AT_HOME, R.NO_SUCH_THING, "360.00元", "renew_broadband"),
    case(K.REDEEM, "jf-ll1", POOR, R.TOO_FEW_POINTS, "800积分 120积分 680积分", "buy_data_pack"),
    case(K.REDEEM, "jf-hf10", ACCOUNT, R.TOO_FEW_POINTS, "1000积分 900积分 100积分 800积分", "redeem_points"),
    case(K.REDEEM, "gone", ACCOUNT, R.NO_SUCH_THING, "800积分", "redeem_points"),
    # The line.
    case(K.MOVE_BROADBAND, "文化路2号", ACCOUNT, R.NO_BROADBAND, "360.00元", "order_broadband"),
    case(K.MOVE_BROADBAND, "建设路1号", AT_HOME, R.ALREADY, "100.00元", "move_broadband"),
    case(K.MOVE_BROADBAND, "文化路2号", replace(AT_HOME, balance_fen=0), R.TOO_LITTLE_MONEY, "100.00元", "recharge"),
    # Services.
    case(K.OPEN_SERVICE, "cl", ACCOUNT, R.ALREADY, "6.00元", "cancel_service"),
    case(
        K.OPEN_SERVICE,
        "cl",
        replace(ACCOUNT, since={Change(K.OPEN_SERVICE, "cl"): date(2026, 11, 2)}),
        R.ALREADY,
        "6.00元 2026年11月2日",
        "cancel_service",
    ),
    case(K.OPEN_SERVICE, "gone", ACCOUNT, R.NO_SUCH_THING, "5.00元/月", "open_service"),
    case(K.CLOSE_SERVICE, "lx", ACCOUNT, R.NOT_ON, "5.00元 6.00元/月", "cancel_service open_service"),
    case(K.CLOSE_SERVICE, "lx", replace(ACCOUNT, services=frozenset()), R.NOT_ON, "5.00元", "open_service"),
    *(
        case(
            K.CLOSE_SERVICE,
            "lx",
            replace(ACCOUNT, services=on, since={Change(K.CLOSE_SERVICE, "lx"): date(2026, 11, 2)}),
            R.NOT_ON,
            "5.00元 2026年11月2日",
            "open_service",
        )
        for on in (frozenset({"cl"}), frozenset[str]())
    ),
    case(K.CLOSE_SERVICE, "gone", ACCOUNT, R.NO_SUCH_THING, "6.00元/月", "cancel_service"),
    # The number.
    case(K.SUSPEND, "", PAUSED_BY_WISH, R.ALREADY, "11月20日", "resume replace_sim"),
    case(K.RESUME, "", ACCOUNT, R.ALREADY, "", "report_fault"),
    *(
        one
        for kind in (K.CANCEL_ACCOUNT, K.PORT_OUT, K.TRANSFER)
        for one in (
            case(kind, "", replace(ACCOUNT, balance_fen=-4208), R.IN_ARREARS, "42.08元", "recharge"),
            case(kind, "", BOUND, R.IN_CONTRACT, "2027年6月30日", "handoff"),
            case(kind, "", AT_HOME, R.HAS_BROADBAND, "300M 2027年1月31日 身份证 光猫", "halls handoff"),
        )
    ),
    case(K.NEW_NUMBER, NUMBER, replace(ACCOUNT, numbers=frozenset({NUMBER})), R.ALREADY, "10.00元", "undo halls"),
    case(
        K.NEW_NUMBER,
        NUMBER,
        replace(ACCOUNT, numbers=frozenset({NUMBER}), since={Change(K.NEW_NUMBER, NUMBER): date(2026, 11, 20)}),
        R.ALREADY,
        "2026年11月27日",
        "undo halls",
    ),
    case(K.NEW_NUMBER, "13800130000", ACCOUNT, R.NO_SUCH_THING, "138尾号6688 10.00元", "new_number"),
    case(K.NEW_NUMBER, NUMBER, NO_NUMBERS, R.NO_SUCH_THING, "", "handoff"),
    case(K.NEW_NUMBER, NUMBER, replace(ACCOUNT, balance_fen=-4208), R.IN_ARREARS, "42.08元", "recharge"),
    case(K.NEW_NUMBER, NUMBER, replace(ACCOUNT, numbers=frozenset("1234")), R.TOO_MANY, "5个", "undo halls"),
    # Months.
    case(K.INVOICE, "2026-08", ACCOUNT, R.NO_BILL, "2026年8月 2026年10月 2026年9月", "invoice"),
    case(K.INVOICE, "2026-11", ACCOUNT, R.NO_BILL, "2026年12月1日 2026年10月", "invoice"),
    case(K.INVOICE, "2026-11", replace(ACCOUNT, billed={}), R.NO_BILL, "2026年12月1日", "handoff"),
    case(K.INVOICE, "2026-08", replace(ACCOUNT, billed={}), R.NO_BILL, "2026年8月", "handoff"),
    case(K.INVOICE, "2026-10", replace(ACCOUNT, invoiced=frozenset({"2026-10"})), R.ALREADY, "2026年10月", "handoff"),
    case(
        K.INVOICE,
        "2026-10",
        replace(ACCOUNT, invoiced=frozenset({"2026-10"}), since={Change(K.INVOICE, "2026-10"): date(2026, 11, 5)}),
        R.ALREADY,
        "2026年10月 2026年11月5日",
        "handoff",
    ),
    case(K.READ_DETAILS, "2026-08", ACCOUNT, R.NO_BILL, "2026年8月 2026年11月 2026年10月", "read_details"),
    # Promotions.
    case(K.TAKE_PROMOTION, "gone", ACCOUNT, R.NO_SUCH_THING, "老客户送流量", "take_promotion"),
    case(
        K.TAKE_PROMOTION,
        "yd-ll",
        replace(ACCOUNT, taken=frozenset({"yd-ll"}), since={Change(K.TAKE_PROMOTION, "yd-ll"): date(2026, 11, 5)}),
        R.ALREADY,
        "2026年11月5日",
        "promotions",
    ),
    case(
        K.TAKE_PROMOTION,
        "yd-ff",
        replace(ACCOUNT, taken=frozenset({"yd-ff"})),
        R.ALREADY,
        "老客户送流量",
        "take_promotion",
    ),
    case(K.TAKE_PROMOTION, "yd-old", ACCOUNT, R.ENDED, "2026年10月31日 老客户送流量", "take_promotion"),
    case(K.TAKE_PROMOTION, "yd-jp", ACCOUNT, R.TOO_LOW_LEVEL, "金卡 普通 老客户送流量", "take_promotion"),
    case(K.TAKE_PROMOTION, "yd-kd", ACCOUNT, R.TOO_LOW_PLAN, "89.00元 59.00元 30.00元 129.00元/月", "change_plan"),
    case(K.TAKE_PROMOTION, "yd-kd", replace(ACCOUNT, next_plan="cx129"), R.TOO_LOW_PLAN, "89.00元 30.00元", "handoff"),
    case(K.TAKE_PROMOTION, "yd-kd", replace(ACCOUNT, plan="cx129"), R.NO_BROADBAND, "360.00元", "order_broadband"),
    case(
        K.TAKE_PROMOTION,
        "yd-kd",
        replace(AT_HOME, plan="cx129", mbps=1000),
        R.NO_NEED,
        "1000M 500M 老客户送流量",
        "take_promotion",
    ),
    case(
        K.TAKE_PROMOTION,
        "yd-jp",
        replace(ACCOUNT, level="gold", born_on=date(1990, 2, 8)),
        R.TOO_EARLY,
        "2027年2月1日 2027年12月31日",
        "take_promotion",
    ),
    case(K.TAKE_PROMOTION, "yd-jp", replace(ACCOUNT, level="gold"), R.BIRTHDAY_UNKNOWN, "2027年12月31日", "halls"),
    case(K.TAKE_PROMOTION, "yd-ff", ACCOUNT, R.TOO_LITTLE_MONEY, "200.00元 113.50元", "recharge"),
    *(
        case(
            K.TAKE_PROMOTION, code, replace(each, taken=frozenset({"yd-ll"}), balance_fen=0), why, figures, "promotions"
        )
        for code, each, why, figures in LOWER
    ),
    # Taking something back.
    case(K.UNDO, "DD1", ACCOUNT, R.NO_SUCH_ORDER, "", "services"),
    case(
        K.UNDO,
        "DD9",
        Ledger(ACCOUNT, (order(K.OPEN_SERVICE, "cl", "视频彩铃", until=NOW + timedelta(hours=1)),)),
        R.NO_SUCH_ORDER,
        "视频彩铃",
        "undo",
    ),
    case(K.UNDO, "DD1", past(State.UNDONE), R.ALREADY, "视频彩铃", "services"),
    case(K.UNDO, "DD1", past(State.REPLACED), R.NOT_ON, "视频彩铃", "services"),
    *(
        case(K.UNDO, "DD1", Ledger(ACCOUNT, (order(kind, target, subject),)), R.TOO_LATE, "2026年10月14日", ways)
        for kind, target, subject, ways in (
            (K.OPEN_SERVICE, "cl", "视频彩铃", "cancel_service handoff"),
            (K.CLOSE_SERVICE, "cl", "视频彩铃", "open_service handoff"),
            (K.CHANGE_PLAN, "cx129", "畅享129套餐", "change_plan handoff"),
            (K.NEW_NUMBER, NUMBER, "138尾号6688", "handoff"),
        )
    ),
]


def call(**slots: Any) -> Call:
    return Call(1, "", NOW.astimezone(SHANGHAI), "7.0", slots=slots)


async def outcome_of(each: Case) -> Outcome:
    refused = each.ledger.refuses(each.change)
    assert refused is not None
    assert refused.why is each.why
    return await tell(cast("Orders", each.ledger), call(), each.change, refused)


def complete(outcome: Outcome) -> str:
    """Return what is told, after a look that nothing is missing in it and that each way out can be gone."""
    assert outcome.way == END
    (told,) = outcome.says
    text = render(told, RESPONSES).text
    assert not re.search(r"[{}]|“”|：[。；，]|(?<!\d)0\.00元|None|、、", text), text
    assert told.choices
    offered = Dialogue(offered=told.choices, fresh=False)
    for choice in told.choices:
        (first, *_) = commands(offered, FLOWS, said(choice.title))
        if choice.code == "handoff":
            assert isinstance(first, c.HandOver)
        else:
            assert isinstance(first, c.Start)
            assert (first.flow, dict(choice.known).items() <= first.slots.items()) == (choice.code, True)
    for quoted in re.findall(r"说“([^”]+)”|回复“([^”]+)”", text):
        phrase = "".join(quoted)
        assert phrase in understood(outcome), phrase
    return text


def understood(outcome: Outcome) -> set[str]:
    """Return what may be said: what was offered, the titles of flows, and what the engine was taught."""
    offered = {choice.title for told in outcome.says for choice in told.choices}
    return offered | {flow.title for flow in FLOWS.by_name.values()} | EXAMPLES | {"转人工", "重新办理"}


def id_of(each: Case) -> str:
    return f"{each.change.kind.value}-{each.why.value}"


@pytest.mark.parametrize("each", TABLE, ids=id_of)
async def test_a_refusal_names_reason_figure_and_way_out(each: Case) -> None:
    outcome = await outcome_of(each)
    text = complete(outcome)
    assert [figure for figure in each.figures if figure not in text] == [], text
    assert set(each.ways) <= {choice.code for choice in outcome.says[0].choices}


# What is on sale keeps its name in English, and so does an address.
NAMES = re.compile(
    "|".join(
        sorted(
            [
                *(each.name for each in CATALOGUE.plans.values()),
                *(each.name for each in CATALOGUE.offers.values()),
                *(each.name for each in CATALOGUE.services.values()),
                *(each.title for each in CATALOGUE.promotions.values()),
                "建设路1号",
            ],
            key=len,
            reverse=True,
        )
    )
)


@pytest.mark.parametrize("each", TABLE, ids=id_of)
async def test_a_refusal_is_told_in_english_and_each_button_under_it_begins_its_flow(each: Case) -> None:
    refused = each.ledger.refuses(each.change)
    assert refused is not None
    asked = replace(call(), language=ENGLISH)
    (told,) = (await tell(cast("Orders", each.ledger), asked, each.change, refused)).says
    reply = render(told, responses(ENGLISH), ENGLISH)
    written = "\n".join((reply.text, *(button.title for button in reply.buttons)))
    assert not has_chinese(NAMES.sub("", written)), written
    assert not re.search(r"[{}]|“”|: ?[.;,]|CNY 0\.00|None|, ,|  ", written), written
    offered = Dialogue(offered=told.choices, fresh=False, language=ENGLISH)
    for button, choice in zip(reply.buttons, told.choices, strict=True):
        (first, *_) = commands(offered, FLOWS, said(button.text))
        started = first.flow if isinstance(first, c.Start) else "handoff" if isinstance(first, c.HandOver) else ""
        assert started == choice.code, button.text


def brought_by_the_rules() -> Iterator[tuple[Kind, Refusal]]:
    """Yield every refusal that the rules bring for the accounts of the table."""
    ledgers = [each.ledger for each in TABLE]
    targets = {each.change.target for each in TABLE} | set(TARGETS.values())
    for ledger in ledgers:
        for kind in ALL:
            for target in targets:
                if (refused := ledger.refuses(Change(kind, target))) is not None:
                    yield kind, refused.why


def test_the_table_has_every_refusal_that_the_rules_bring() -> None:
    walked = {(each.change.kind, each.why) for each in TABLE}
    assert set(brought_by_the_rules()) == walked
    assert len(TABLE) >= 50
    assert {why for _, why in walked} == {*Refusal} - {R.EXPIRED, R.ID_NUMBER_MISSING, R.ONLY_BY_STAFF, R.WRONG_TITLE}


async def test_a_far_ledger_that_says_no_more_than_why_is_helped_out_with_name_and_price() -> None:
    bare = ChangeRefused(R.TOO_LITTLE_MONEY, short_fen=4208)
    outcome = await tell(cast("Orders", Ledger(POOR)), call(), Change(K.BUY_PACK, "ll10"), bare)
    assert all(figure in complete(outcome) for figure in ("10GB流量包", "50.00元", "42.08元"))


async def test_what_lacked_money_is_gone_on_with_when_it_has_come() -> None:
    each = next(one for one in TABLE if one.why is R.TOO_LITTLE_MONEY)
    paid = Payment("CZ1", 1, 4208, PaymentState.PAID, NOW)
    memory = {**(await outcome_of(each)).remember, "payment": {"number": "CZ1", "fen": 4208}}
    outcome = await CheckPayment(cast("Payments", Paid(paid)), "x").act(replace(call(), memory=memory))
    (way,) = outcome.says[0].choices
    assert (way.code, way.title, way.known) == ("buy_data_pack", "继续办理10GB流量包", {"target": "ll10"})
    assert outcome.remember == {"unpaid": None}


@pytest.mark.parametrize("kind", ALL)
async def test_what_grew_old_is_begun_again_by_a_word(kind: Kind) -> None:
    change = Change(kind, TARGETS.get(kind, ""))
    outcome = await tell(cast("Orders", Ledger(ACCOUNT)), call(), change, ChangeRefused(R.EXPIRED))
    assert "30分钟" in complete(outcome)
    (way,) = outcome.says[0].choices
    assert (way.code, way.known.get("target", "")) == (kind.value, change.target)


@pytest.mark.parametrize("kind", sorted({*NEEDS_ID_NUMBER, K.SUSPEND}))
async def test_who_could_not_prove_to_be_the_owner_may_try_again_or_go_where_papers_are_seen(kind: Kind) -> None:
    change = Change(kind, TARGETS.get(kind, ""))
    outcome = await tell(cast("Orders", Ledger(ACCOUNT)), call(), change, ChangeRefused(R.ID_NUMBER_MISSING))
    complete(outcome)
    codes = [choice.code for choice in outcome.says[0].choices]
    assert codes == (["stop_lost", "handoff"] if kind is K.SUSPEND else [kind.value, "halls"])


async def test_what_only_staff_may_do_leads_to_them() -> None:
    with pytest.raises(ChangeRefused) as caught:
        refunded("套餐外流量费", 1400, 100, "bot", NOW)
    outcome = await tell(cast("Orders", Ledger(ACCOUNT)), call(), Change(K.REFUND), caught.value)
    assert "转人工" in complete(outcome)


async def test_no_sentence_of_a_refusal_is_there_for_nothing() -> None:
    told = {(await outcome_of(each)).says[0].response for each in TABLE}
    others = {R.EXPIRED, R.ID_NUMBER_MISSING, R.ONLY_BY_STAFF, R.WRONG_TITLE}
    spare = {f"utter_change_refused_{why.value}" for why in others} | {
        "utter_change_refused_already",  # of a kind that nobody thought of
        "utter_change_refused_id_number_missing_suspend",
    }
    assert {name for name in RESPONSES if name.startswith("utter_change_refused_")} - told <= spare


FULL = replace(ACCOUNT, services=frozenset({"cl", "lx"}))
EMPTY = replace(CATALOGUE, offers={}, numbers=frozenset(), promotions={})


@pytest.mark.parametrize(
    ("kind", "ledger", "figure", "way"),
    [
        (K.CHANGE_PLAN, Ledger(FIRM), "299.00元", "handoff"),
        (K.CHANGE_PLAN, Ledger(BOUND), "2027年6月30日", "handoff"),
        (K.BUY_PACK, Ledger(replace(ACCOUNT, balance_fen=200)), "8.00元", "recharge"),
        (K.BUY_PACK, Ledger(ACCOUNT, (), EMPTY), "", "handoff"),
        (K.ROAMING, Ledger(ACCOUNT, (), EMPTY), "", "handoff"),
        (K.ORDER_BROADBAND, Ledger(ACCOUNT, (), EMPTY), "", "handoff"),
        (K.RENEW_BROADBAND, Ledger(ACCOUNT, (), EMPTY), "", "handoff"),
        (K.REDEEM, Ledger(ACCOUNT, (), EMPTY), "", "buy_data_pack"),
        (K.REDEEM, Ledger(POOR), "680积分", "buy_data_pack"),
        (K.OPEN_SERVICE, Ledger(FULL), "11.00元", "cancel_service"),
        (K.CLOSE_SERVICE, Ledger(replace(ACCOUNT, services=frozenset())), "5.00元/月", "open_service"),
        (K.NEW_NUMBER, Ledger(ACCOUNT, (), EMPTY), "", "halls"),
        (K.NEW_NUMBER, Ledger(replace(ACCOUNT, numbers=frozenset("1234"))), "5个", "undo"),
        (K.TAKE_PROMOTION, Ledger(ACCOUNT, (), EMPTY), "", "change_plan"),
    ],
)
async def test_where_nothing_can_be_offered_there_is_a_way_too(
    kind: Kind, ledger: Ledger, figure: str, way: str
) -> None:
    answers = TariffAnswers(cast("Orders", ledger), cast("Any", None), "")
    outcome = await OfferChange(cast("Orders", ledger), answers).act(call(kind=kind.value))
    assert figure in complete(outcome)
    assert way in {choice.code for choice in outcome.says[0].choices}


@pytest.mark.parametrize("past", [(), (order(K.BUY_PACK, "ll1", "1GB流量包", until=None),)])
async def test_where_nothing_can_be_undone_there_is_a_way_too(past: tuple[Order, ...]) -> None:
    outcome = await OfferUndo(cast("Orders", Ledger(ACCOUNT, past))).act(call(kind="undo"))
    complete(outcome)


@pytest.mark.parametrize("short", [1, 5, 99, 100, 4208, 499_999, 500_000, 700_000])
def test_what_is_offered_to_be_paid_in_is_taken_by_the_cashier_and_no_more_than_needed(short: int) -> None:
    assert payable(short) == sorted((100, short, 500_000))[1]


async def test_a_top_up_that_was_offered_is_known_when_it_is_wanted_in_other_words() -> None:
    each = next(one for one in TABLE if one.why is R.TOO_LITTLE_MONEY)
    offered = Dialogue(offered=(await outcome_of(each)).says[0].choices, fresh=False)
    for words, act in (("那充值吧", "request"), ("充值42.08元", "request")):
        (first, *_) = commands(offered, FLOWS, said(words, act, "recharge"))
        assert isinstance(first, c.Start)
        assert (first.flow, first.slots["amount"]) == ("recharge", 4208)
    (agreed, *_) = commands(offered, FLOWS, said("好的", "yes"))
    assert isinstance(agreed, c.Start)
    assert agreed.slots["amount"] == 4208
    (another, *_) = commands(offered, FLOWS, said("那充100吧", "request", "recharge"))
    assert isinstance(another, c.Start)
    assert another.slots["amount"] == 10000


async def test_a_plan_that_was_offered_instead_is_known_when_it_is_named() -> None:
    each = next(one for one in TABLE if one.why is R.LOCKED_IN and "change_plan" in one.ways)
    offered = Dialogue(offered=(await outcome_of(each)).says[0].choices, fresh=False)
    for intent in ("change_plan", ""):
        (first, *_) = commands(offered, FLOWS, said("那换129的", "request", intent))
        assert isinstance(first, c.Start)
        assert (first.flow, first.slots.get("target")) == ("change_plan", "cx129")
    (other, *_) = commands(offered, FLOWS, said("换39的", "request", "change_plan"))
    assert isinstance(other, c.Start)
    assert "target" not in other.slots


class Houses:
    """The halls of two areas."""

    async def all(self) -> tuple[Hall, ...]:
        return tuple(Hall(f"{area}营业厅", area, f"{area}一路1号", "9:00–18:00") for area in ("滨江区", "城中区"))


@pytest.mark.parametrize(
    ("text", "response"),
    [
        ("朝阳区有营业厅吗", "utter_halls_none"),
        ("解放路那边哪有营业厅", "utter_halls_none"),
        ("附近的营业厅", "utter_halls_where"),
        ("哪个区有营业厅", "utter_halls_where"),
        ("滨江区的营业厅", "utter_halls"),
    ],
)
async def test_a_place_without_a_hall_is_owned_up_to_with_the_areas_that_have_one(text: str, response: str) -> None:
    outcome = await CheckHalls(Houses()).act(replace(call(), text=text))
    (told,) = outcome.says
    assert told.response == response
    assert response == "utter_halls" or [choice.title for choice in told.choices] == ["城中区", "滨江区"]


async def test_who_names_no_place_twice_or_asks_for_a_day_is_told_all_halls_that_are_open_then() -> None:
    class Open(Houses):
        async def all(self) -> tuple[Hall, ...]:
            first, second = await super().all()
            return replace(first, hours="周一至周日 9:00–18:00"), replace(second, hours="周一至周五 9:00–18:00")

    asked: list[tuple[str, dict[str, Any], int]] = [
        ("就在附近找一个", {"halls": []}, 2),
        ("我不知道是哪个区", {"halls": []}, 2),
        ("周日开门吗", {}, 1),
        ("which one is open on Sunday?", {}, 1),
    ]
    for text, memory, told in asked:
        *_, said_ = (await CheckHalls(Open()).act(replace(call(), text=text, memory=memory))).says
        assert said_.response == "utter_halls"
        assert len(said_.fields["told"].splitlines()) == told


TICKET = RepairTicket(
    "WX20261123000001",
    1,
    FaultReport("broadband", "建设路1号", "昨天", ""),
    Stage.DISPATCHED,
    NOW,
    Promise(NOW, timedelta(hours=48)),
)


class Tickets:
    """A ticket system with these tickets."""

    def __init__(self, *there: RepairTicket) -> None:
        self.there = there

    async def unfinished(self, customer_id: int, by: str) -> tuple[RepairTicket, ...]:
        return self.there

    async def find(self, customer_id: int, number: str, by: str) -> RepairTicket | None:
        return next((each for each in self.there if each.number == number), None)


@pytest.mark.parametrize("there", [(), (TICKET,)], ids=["no ticket", "a ticket"])
@pytest.mark.parametrize("slots", [{"wish": "reopen"}, {"wish": "add", "ticket": "WX20200101000001"}])
async def test_where_no_ticket_is_meant_those_that_are_there_are_named_or_one_may_be_opened(
    there: tuple[RepairTicket, ...], slots: dict[str, str]
) -> None:
    action = OfferTickets(cast("Repairs", Tickets(*there)), cast("Complaints", Tickets()))
    outcome = await action.act(call(**slots))
    text = complete(outcome)
    codes = [choice.code for choice in outcome.says[0].choices]
    assert codes == (["ticket_progress"] if there else ["report_fault", "complain"])
    assert (TICKET.number in text) == bool(there)
