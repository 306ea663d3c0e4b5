"""Invoices: the sum in capitals, whom one is made out to, what stands on the paper."""

import io
from datetime import UTC, datetime

import cn2an  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from stdnum.cn import uscc

from app.customer_pages.invoice_pdf import DEMO_MARK, as_pdf
from backends.account.port import BillItem
from backends.orders.port import Invoice
from compliance.gate import before_sending
from core.companies import Unnamed, WrongNumber, is_tax_number, tax_number, title
from core.money import in_capitals, yuan

COMPANY, NUMBER = "杭州云栖科技有限公司", "91110000600037341L"
PAPER = Invoice(
    "FP20261123009088",
    "DD20261123009088",
    "2026-10",
    COMPANY,
    NUMBER,
    "8000",
    (BillItem("套餐月费", 5900), BillItem("视频彩铃", 605)),
    datetime(2026, 11, 23, 17, 0, tzinfo=UTC),
)
ISSUER = "示范通信"
_DIGITS = st.sampled_from("0123456789")
_REGIONS = st.sampled_from(["110105", "330106", "440305"])
ORGANISATIONS = st.builds(
    lambda region, rest: f"91{region}{''.join(rest)}", _REGIONS, st.lists(_DIGITS, min_size=9, max_size=9)
)


def text_of(invoice: Invoice) -> str:
    """Return the text of all pages of the paper."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(as_pdf(invoice, ISSUER))).pages)


@given(st.integers(1, 10**10 - 1))
def test_a_sum_in_capitals_is_what_another_library_writes(fen: int) -> None:
    other = cn2an.an2cn(yuan(fen), "rmb")
    # Ours ends with 整 wherever there is no 分, and says nothing of no yuan.
    other = other.removeprefix("零元零" if fen < 10 else "零元") if fen < 100 else other
    assert in_capitals(fen) == (other if other.endswith(("分", "整")) else f"{other}整")


def test_no_sum_is_in_capitals_that_none_can_be() -> None:
    for impossible in (-1, 10**14):
        with pytest.raises(ValueError, match="capitals"):
            in_capitals(impossible)


@pytest.mark.parametrize(
    ("said", "asked", "meant"),
    [
        (f"开9月的发票，公司抬头{COMPANY}，税号{NUMBER}", False, COMPANY),
        (f"抬头：{COMPANY} 税号：{NUMBER}", False, COMPANY),
        (f"发票抬头写错了，应该是{COMPANY}", False, COMPANY),
        (f"不是个人，是{COMPANY}", False, COMPANY),
        ("抬头开元名都大酒店", False, "开元名都大酒店"),
        ("开给成都市第七中学", False, "成都市第七中学"),
        ("云栖小镇", True, "云栖小镇"),
        (f"{COMPANY}，{NUMBER}", True, COMPANY),
        ("开个人的就行", True, "个人"),
        ("个人", True, "个人"),
        ("改成个人抬头", False, "个人"),
        ("我要开上个月的发票", False, None),
        ("抬头写什么", False, None),
        ("你们公司怎么回事", False, None),
        ("要专票", True, None),
        (NUMBER, True, None),
        (f"税号是{NUMBER}", False, None),
    ],
)
def test_the_title_is_read_where_it_is_named(said: str, asked: bool, meant: str | None) -> None:
    assert title(said, asked) == meant


@pytest.mark.parametrize(("said", "asked"), [("开公司抬头的", False), ("公司", True), ("抬头要单位的", False)])
def test_a_company_without_a_name_is_asked_for_it(said: str, asked: bool) -> None:
    with pytest.raises(Unnamed):
        title(said, asked)


@given(ORGANISATIONS)
def test_a_tax_number_is_read_and_told_whole_and_one_wrong_character_is_refused(body: str) -> None:
    right = body + uscc.calc_check_digit(body)
    if is_tax_number(right):  # a few have a birthday in the place of one, as ID numbers do
        assert tax_number(f"税号{right.lower()}，谢谢") == right
        assert before_sending(f"抬头{COMPANY}，税号{right}，金额72.00元", "bot", None).text.count(right) == 1
    for wrong in {"0", "1"} - {right[-1]}:
        with pytest.raises(WrongNumber):
            tax_number(f"税号是{body}{wrong}")


def test_an_id_number_is_hidden_as_ever() -> None:
    assert before_sending("税号11010519491231002X", "bot", None).text == "税号110***********002X"


def test_the_paper_says_all_of_it_and_that_it_is_the_demos() -> None:
    told = text_of(PAPER)
    for part in (PAPER.number, "2026年11月24日", COMPANY, NUMBER, "尾号8000", "2026-10", "套餐月费", "59.00", "6.05"):
        assert part in told
    assert "¥65.05" in told
    assert "陆拾伍元零伍分" in told
    assert told.count(DEMO_MARK) == 2


def test_a_long_paper_goes_on_on_a_second_page_and_loses_nothing() -> None:
    items = tuple(BillItem(f"项目{number}", number) for number in range(1, 61))
    long = Invoice("FP1", "DD1", "2025-11..2026-10", "很长的名字" * 20, NUMBER, "8000", items, PAPER.made_at)
    told = text_of(long)
    assert all(item.name in told for item in items)
    assert "第3页，共3页" in told
    assert told.count("合计（大写）") == 1
    assert told.replace("\n", "").count("很长的名字" * 20) == 3


def test_the_same_invoice_is_the_same_paper() -> None:
    assert as_pdf(PAPER, ISSUER) == as_pdf(PAPER, ISSUER)
