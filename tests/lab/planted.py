"""What is private, category by category, as people tell it, in every spelling: planted by tests and by the leak hunt.

Nobody in it exists. A sentence has the place of what is private in braces; what is planted is found in a text again in
whatever spelling it stands there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from stdnum import luhn

from compliance.spelling import plain
from core.digits import in_digits

ID_NUMBER = "11010519491231002X"
CARD = "622202123456789" + luhn.calc_check_digit("622202123456789")
PASSWORD, CODE = "739146", "580263"
NAME, PHONE = "欧阳见微", "13747382926"

_DIGITS = {
    "full width": "０１２３４５６７８９",
    "Chinese": "零一二三四五六七八九",
    "spoken": "〇幺两三四五六七八九",
    "formal": "零壹贰叁肆伍陆柒捌玖",
    "ringed": "⓪①②③④⑤⑥⑦⑧⑨",
    "raised": "⁰¹²³⁴⁵⁶⁷⁸⁹",
}
_BETWEEN = {"blanks": " ", "dashes": "-", "dots": ".", "middle dots": "·", "zero width": "\u200b", "joiners": "\u2060"}
# The same words in traditional characters.
_TRADITIONAL = str.maketrans(
    "欧阳见张伟医业单证码号车邮职员机户联亲实验师银务编话讯内爱儿",
    "歐陽見張偉醫業單證碼號車郵職員機戶聯親實驗師銀務編話訊內愛兒",
)


@dataclass(frozen=True)
class Planted:
    """One category: its rule, how it is told ({} is its place), what it is, and the prefixes that it may have.

    digits  it is spelled as numbers are; mark: by what it is known, where what it is may stand anywhere
    """

    rule: str
    said: str
    value: str
    prefixes: tuple[str, ...] = ()
    digits: bool = True
    mark: str = ""

    def spelled(self) -> Iterator[tuple[str, str, str]]:
        """Yield (spelling, sentence, the value as it stands in it)."""
        yield "plain", self.said.format(self.value), self.value
        for prefix in self.prefixes:
            yield f"after {prefix}", self.said.format(prefix + self.value), prefix + self.value
        forms = dict(_forms(self.value) if self.digits else _word_forms(self.value))
        for spelling, value in forms.items():
            yield spelling, self.said.format(value), value
        told = self.said.translate(_TRADITIONAL)
        if (told, self.value.translate(_TRADITIONAL)) != (self.said, self.value):
            value = self.value.translate(_TRADITIONAL)
            yield "traditional", told.format(value), value
        hidden = "\u200b".join(self.said.partition("{")[0]) + "{" + self.said.partition("{")[2]
        yield "zero width beside it", hidden.format(self.value), self.value

    def stands_in(self, text: str) -> bool:
        """Return whether it stands in a text, however it is spelled there."""
        return self.stands_in_bare(bare(text))

    def stands_in_bare(self, text: str) -> bool:
        """Return whether it stands in a text that is bare already."""
        return _pattern(self.mark or self.value).search(text) is not None


def _forms(value: str) -> Iterator[tuple[str, str]]:
    for spelling, digits in _DIGITS.items():
        yield spelling, "".join(digits[int(each)] if each in "0123456789" else each for each in value)
    yield "keycaps", "".join(f"{each}\ufe0f\u20e3" if each in "0123456789" else each for each in value)
    for spelling, between in _BETWEEN.items():
        yield spelling, between.join(value)
    half = len(value) // 2
    yield "in two", f"{value[:half]} {value[half:]}"
    yield "mixed", _DIGITS["full width"][int(value[0])] + value[1:] if value[0].isdigit() else value


def _word_forms(value: str) -> Iterator[tuple[str, str]]:
    yield "zero width", "\u200b".join(value)
    yield "full width", "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in value)


def bare(text: str) -> str:
    """Return a text with every digit in 0 to 9, in one spelling and without blanks and dashes between letters."""
    return re.sub(r"(?<=\w)[\s.·・\-]{1,3}(?=\w)", "", in_digits(plain(text.replace("，", ",")).text)).lower()


@cache
def _pattern(value: str) -> re.Pattern[str]:
    wanted = re.escape(bare(value))
    return re.compile(rf"(?<!\d)(?:0*86)?{wanted}(?!\d)" if value.isdigit() else wanted)


PLANTED = (
    Planted("privacy.id", "身份证号{}，帮我查话费", ID_NUMBER),
    Planted("privacy.card", "银行卡{}给我绑定一下", CARD),
    Planted("privacy.password", "我的密码是{}，查一下流量", PASSWORD),
    Planted("privacy.code", "验证码是{}，帮我办了吧", CODE),
    Planted("privacy.phone", "查{}的余额", PHONE, ("+86", "+86 ", "0086", "0086-", "86 ", "(+86)", "＋８６ ")),
    Planted("privacy.name", "机主是{}，请查话费", NAME, digits=False),
    Planted("privacy.address", "宽带装在翠屏路{}号，断网了", "4817", mark="翠屏路4817"),
    Planted("privacy.contact", "发票发到邮箱{}吧", "jianwei4817@qq.com", digits=False),
    Planted("privacy.plate", "我的车牌是{}，要办车联网卡", "京N48172", digits=False),
    Planted("privacy.occupation", "我的职业是{}，有什么套餐", "摄影师", digits=False),
    Planted("privacy.employer", "我的工作单位是{}，想开发票", "远山钟表有限公司", digits=False),
    Planted("privacy.family", "我的妻子叫{}，想给她办副卡", "诸葛见月", digits=False),
    Planted("privacy.position", "我的位置是{}，没有信号", "23.48172,113.48179", digits=False),
    Planted("privacy.bill", "我们查到机主的话费是{}，请核对", "4817.29元", digits=False),
    Planted("privacy.content", "他发的短信内容是：{}", "明晚八点在老码头见面", digits=False),
    Planted("privacy.enterprise", "合同编号是{}，请查一下专线", "HT-2026-48172", digits=False),
)
