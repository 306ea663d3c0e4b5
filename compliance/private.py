"""What N3 calls customer information, found in a text: numbers, cards, passwords, names, bills, addresses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compliance.masking import mask_digits
from core.companies import within_a_tax_number
from core.identifiers import identifiers

# Family names of Chinese people, the frequent ones: a name is only looked for where a text says that one comes.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_TWO_CHARACTERS = "欧阳|上官|司马|司徒|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫|宇文|长孙|轩辕|独孤"
# A title names nobody, and some words begin like a name.
_TITLE = "先生|女士|小姐|总|老师|经理|主任"
_WORD = "方便|马上|高兴|任何|曾经|万一|于是|程序|金额|白天"
_CALLED = rf"(?!{_WORD})(?:{_TWO_CHARACTERS}|[{_FAMILY}](?!{_TITLE}))[\u4e00-\u9fff]{{1,2}}"
_END = r"(?=[，。,.；;、！？\s]|$)"
_OWNER = "机主|户主|户名|联系人|登记人|持卡人|负责人|经办人|法定代表人"
_NAME = re.compile(
    rf"(?:{_OWNER}|姓名|客户名|名字|本人)(?:是|为|叫|：|:)\s*({_CALLED})"
    rf"|(?:{_OWNER}|我叫|我是|他叫|她叫|名叫)({_CALLED}){_END}"
)
_ADDRESS = re.compile(
    r"(?:[\u4e00-\u9fff]{2,8}(?:省|市|区|县|镇|乡))?[\u4e00-\u9fff]{1,10}(?:路|街|道|巷|弄|村|小区|花园|苑)"
    r"[\u4e00-\u9fff]{0,6}\d{1,5}(?:号|栋|幢|座|弄)(?:[\u4e00-\u9fffA-Za-z]{0,3}\d{1,5}(?:号楼|单元|室|号|楼|栋|层))*"
)
_PASSWORD = re.compile(r"密码(?:就)?(?:是|为|：|:|改成|设成|设为)?\s*(\d{6})(?!\d)")
# An amount of somebody's, not a price; and how long somebody's call was.
_BILL = re.compile(
    r"(?:您|机主|客户|该号码|本机|他|她)[^，。；！？\n办改套如满]{0,12}?"
    r"((?:话费|账单|余额|欠费|消费|月租|通话费|流量费|短信费)"
    r"(?:合计|共计|总计|总额|余额|金额|一共|共|是|为|还有|还剩|剩余|[：: ])*\d+(?:\.\d{1,2})?元)"
    r"|(?:主叫|被叫|呼出|呼入)[^。；\n]{0,30}?(?<!\d)(\d{1,3}分(?:\d{1,2}秒|钟)|\d{1,4}秒)"
)
_POSITION = re.compile(r"(?<![\d.])(?:北纬|东经|纬度|经度)?\s*\d{1,3}\.\d{4,}\s*[，,]\s*\d{1,3}\.\d{4,}(?![\d.])")
# What a number says of a person; a landline is not among it: our halls have them.
_NUMBERS = {
    "id": ("privacy.id", "身份证号码"),
    "phone": ("privacy.phone", "手机号码"),
    "card": ("privacy.card", "银行卡号"),
}


@dataclass(frozen=True)
class Private:
    """A place in a text that says something about a person: what kind, from where to where, and a number's digits."""

    rule: str
    kind: str
    start: int
    end: int
    digits: str = ""


def find(text: str) -> list[Private]:
    """Return what is private in `text`, from the left, nothing twice (N3 一, 1).

    >>> [found.rule for found in find("我叫王小明，密码是246810")]
    ['privacy.name', 'privacy.password']
    """
    found = sorted(_all(text), key=lambda each: (each.start, -each.end))
    kept = list[Private]()
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _all(text: str) -> Iterator[Private]:
    for number in identifiers(text):
        if number.kind in _NUMBERS and not within_a_tax_number(text, number.start, number.end):
            yield Private(*_NUMBERS[number.kind], number.start, number.end, number.value)
    for found in _PASSWORD.finditer(text):
        yield Private("privacy.password", "服务密码", *found.span(1))
    for found in _NAME.finditer(text):
        yield Private("privacy.name", "姓名", *found.span(1 if found[1] else 2))
    for found in _ADDRESS.finditer(text):
        yield Private("privacy.address", "地址", *found.span())
    for found in _BILL.finditer(text):
        yield Private("privacy.bill", "账单内容", *found.span(1 if found[1] else 2))
    for found in _POSITION.finditer(text):
        yield Private("privacy.position", "位置", *found.span())


# What identifies its owner wherever it stands; the rest may be told to who has proved to be the owner.
HARD = frozenset({"privacy.id", "privacy.phone", "privacy.card", "privacy.password"})
# What a customer types and nobody need ever read again: it was compared, and no agent works with it.
_NOT_KEPT = frozenset({"privacy.id", "privacy.card", "privacy.password"})


def kept(text: str) -> str:
    """Return `text` as a transcript keeps it: ID numbers, bank cards and passwords hidden.

    >>> kept("我的服务密码是246810，请查话费")
    '我的服务密码是******，请查话费'
    """
    for found in reversed(find(text)):
        if found.rule in _NOT_KEPT:
            text = text[: found.start] + _hidden(found, found.end - found.start) + text[found.end :]
    return text


def hidden(text: str) -> str:
    """Return `text` without anything that identifies a person, for who reads many texts and none of their owners.

    >>> hidden("我叫张伟，电话13800138000")
    '我叫〔姓名〕，电话〔手机号码〕'
    """
    for found in reversed(find(text)):
        text = f"{text[: found.start]}〔{found.kind}〕{text[found.end :]}"
    return text


def _hidden(found: Private, length: int) -> str:
    """Return what is shown in the place of something; it is as long, so that other places in the text stay right."""
    return mask_digits(found.digits, length) if found.digits else "*" * length


def kept_within[Value](value: Value) -> Value:
    """Return what a program says of a text (JSON: lists, mappings, texts) with the same things hidden in all of it.

    >>> kept_within({"text": "密码是246810", "entities": [{"start": 4}]})
    {'text': '密码是******', 'entities': [{'start': 4}]}
    """
    inside: Any = value
    if isinstance(inside, str):
        inside = kept(inside)
    elif isinstance(inside, dict):
        inside = {name: kept_within(part) for name, part in inside.items()}
    elif isinstance(inside, list):
        inside = [kept_within(part) for part in inside]
    return inside  # type: ignore[no-any-return]


def restored(shown: str, original: str) -> str:
    """Return `shown`, a text of which `kept` has hidden something, with what `original` had in its place.

    >>> restored("号码 110***********002X", "号码：11010519491231002X")
    '号码 11010519491231002X'
    """
    for found in find(original):
        if found.rule in _NOT_KEPT:
            said = original[found.start : found.end]
            # Who hid it may have seen it as it was written, or brought into plain digits by the engine.
            lengths = (len(said), len(found.digits)) if found.digits else (len(said),)
            hidden_as = next((form for each in lengths if (form := _hidden(found, each)) in shown), None)
            if hidden_as is not None:
                shown = shown.replace(hidden_as, said, 1)
    return shown
