"""Whom an invoice may be made out to: a company's name and its tax number, as customers write them.

The tax number is the 统一社会信用代码 (GB 32100-2015): 18 digits and capital letters, the last one a check character.
"""

import re
import unicodedata
from typing import Literal

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from core.language import has_chinese, language_of

LONGEST_NAME = 100
# The title of an invoice that is for no company.
PERSONAL = "个人"
# Who registers (the first character) and what is registered (the second), of bodies that may ask for an invoice.
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:1[1-9]|2[19]|3[1-59]|4[19]|5[1239]|6[129]|7[129]|8[19]|9[123])[0-9A-Za-z]{16}"
)
_LIKE_ONE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{15,20}(?![0-9A-Za-z])")
_LONG = re.compile(r"[0-9A-Za-z]{8,}")
# 9111 0000 6000 3734 1L: groups, with a digit in each; a word before them is none of them.
_GROUP = r"[A-Za-z]*+\d[0-9A-Za-z]*+"
_GROUPS = re.compile(rf"(?<![0-9A-Za-z]){_GROUP}(?:[ -]{_GROUP})+")
_DATED = re.compile(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_SPOKEN_OF = re.compile(r"税号|信用代码|识别号|税务登记|\btax (?:number|id)\b", re.IGNORECASE)
# What stands before a name where one is given.
_LED = re.compile(
    r"(?:抬头|单位名称|公司名称|企业名称|公司名|单位名|名称|开给|改成|改为|换成|(?<![不但可还总])是)"
    r"(?:是|为|叫|[写填改开换][成为给]?(?<![改开换])|应该|给|：|:|\s)*"
)
_CLAUSES = re.compile(r"[，,。；;！!？?、\n\s：:]+")
_TAIL = re.compile(r"(?:(?:的?(?:发票|抬头|名字|名称))|吧|啊|哈|谢谢|[的了呢啦])+$")
BODY = (
    r"(?:公司|集团|厂|事务所|合作社|工作室|经营部|服务部|门市部|商行|商店|超市|中心|学校|大学|学院|中学|小学|幼儿园|医院|诊所"
    r"|银行|支行|分行|委员会|协会|学会|基金会|研究院|研究所|设计院|酒店|宾馆|饭店|餐厅|药房|药店|局|政府|出版社|报社|电视台)"
)
_ASKS = re.compile(r"什么|怎么|哪|谁|多少|几|吗|呢|能|可以|错|不|没|需要|个人|本人|单位|企业|票|要|想|帮|查")
# Letters of a name that is given where none is asked for.
_LEAST = 3
_PERSONS = re.compile(
    r"个人|本人|私人|自己|\b(?:personal(?:ly)?|private|myself|me|in person|own name)\b", re.IGNORECASE
)
_COMPANYS = re.compile(r"单位|公司|企业|对公|\b(?:company|firm|business|employer)\b", re.IGNORECASE)
_PERSONS_TITLE = re.compile(
    r"(?:个人|本人|私人|自己)的?(?:抬头|发票|名字|名义)|(?:抬头|[开改换]).{0,3}(?:个人|本人|私人)"
    r"|\b(?:personal|private) (?:invoice|title)\b|\bmy own name\b",
    re.IGNORECASE,
)
_COMPANYS_TITLE = re.compile(
    r"(?:单位|公司|企业)的?(?:抬头|发票|名字|名义)|(?:抬头|[开改换要]).{0,3}(?:单位|公司|企业|对公)的?[吧呀啊]?(?=[，,。！!\s]|$)"
    r"|\bcompany (?:invoice|title)\b|\b(?:for|to) (?:a|my|our) (?:company|firm|business)\b",
    re.IGNORECASE,
)
# Great Wall Trading Co., Ltd.: words that begin with a capital, and what a company's name ends with.
_IN_ENGLISH = re.compile(
    r"(?:(?:[A-Z0-9][\w&.'()-]*|of|and|for|the|&),? )+"
    r"(?:Co\.?,? ?(?:Ltd|Limited|LTD)\b\.?|Limited\b|Ltd\b\.?|Inc\b\.?|LLC\b|Corp(?:oration|\.)|Company\b|Group\b)"
)
_NAMED = re.compile(rf"[\u4e00-\u9fffA-Za-z0-9（）()·&]{{2,{LONGEST_NAME}}}?{BODY}(?![\u4e00-\u9fff])")
_NOBODYS = re.compile(
    r"(?:我们?|你们?|咱们?|贵|本|该|还|也|一样|同样?|相同|上次|刚才|[跟和用按]|家|这个?|那个?|用|开|开个|开成|要|要个|要开|按|以|单位|企业|个人|公司|的|给|帮我?|不是|是|换|改)*"
    rf"(?:单位|企业|{BODY})?"
)


# Letters that no tax number has, because they look like digits, or like each other.
_NO_LETTERS = frozenset("IOSVZ")
_LONG_ENOUGH = 18


class WrongNumber(ValueError):
    """Something stands where a tax number should, and its length, characters or check character are wrong."""


class Unnamed(ValueError):
    """A company's title is wished, and its name is not told."""


def tax_number(text: str) -> str | None:
    """Return the tax number in `text`, in capitals, or None where none is spoken of.

    Raises WrongNumber where one is spoken of and what stands there is none.

    >>> tax_number("税号 9111 0000 6000 3734 1L"), tax_number("查话费")
    ('91110000600037341L', None)
    """
    said = _GROUPS.sub(lambda found: re.sub("[ -]", "", found[0]), unicodedata.normalize("NFKC", text))
    right = [each[0].upper() for each in _LIKE_ONE.finditer(said) if is_tax_number(each[0])]
    if right:
        return right[-1]
    if _SPOKEN_OF.search(said) and any(map(str.isdigit, said)) and _LONG.search(said):
        raise WrongNumber
    return None


def wrong_with(text: str) -> Literal["length", "letters", "check", ""]:
    """Return what is wrong with what stands in `text` in the place of a tax number; "" where nothing stands there.

    >>> [wrong_with(f"税号{number}") for number in ("9133010612", "91440300MA5F8XYZ12", "91330106MA2B1X2Y3C", "")]
    ['length', 'letters', 'check', '']
    """
    said = _GROUPS.sub(lambda found: re.sub("[ -]", "", found[0]), unicodedata.normalize("NFKC", text))
    written = [each.upper() for each in _LONG.findall(said) if any(map(str.isdigit, each))]
    if not written or is_tax_number(written[-1]):
        return ""
    if len(written[-1]) != _LONG_ENOUGH:
        return "length"
    return "letters" if _NO_LETTERS & set(written[-1]) else "check"


def is_tax_number(text: str) -> bool:
    """Return whether a text is a tax number and nothing else; a resident ID number, with a birthday in it, is none.

    >>> is_tax_number("91110000600037341L"), is_tax_number("911100006000373410"), is_tax_number("11010519491231002X")
    (True, False, False)
    """
    if not _NUMBER.fullmatch(text) or _DATED.match(text):
        return False
    try:
        uscc.validate(text)
    except ValidationError:
        return False
    return True


def tax_numbers(text: str) -> list[tuple[int, int]]:
    """Return from where to where tax numbers stand in `text`: what lies within them is no number of a person.

    >>> tax_numbers("税号91110000600037341L。"), tax_numbers("9111 0000 6000 3734 1L")
    ([(2, 20)], [(0, 22)])
    """
    written = (found for pattern in (_LIKE_ONE, _GROUPS) for found in pattern.finditer(text))
    return [found.span() for found in written if is_tax_number(re.sub("[ -]", "", found[0]))]


def title(text: str, asked: bool = False) -> str | None:
    """Return the title that `text` names: PERSONAL, a company's name, or None; `asked`: for it, any words may be one.

    Raises Unnamed where a company's is wished and the name not told.

    >>> title("开9月的发票，公司抬头杭州云栖科技有限公司，税号91110000600037341L"), title("开个人的就行", asked=True)
    ('杭州云栖科技有限公司', '个人')
    >>> title("抬头改成华为技术有限公司吧"), title("云栖小镇", asked=True), title("开发票")
    ('华为技术有限公司', '云栖小镇', None)
    >>> title("Please make it out to Great Wall Trading Co., Ltd."), title("personal", asked=True), title("my plan")
    ('Great Wall Trading Co., Ltd.', '个人', None)
    """
    said = unicodedata.normalize("NFKC", text)
    if asked and _PERSONS.search(said) and _NAMED.search(said) is None:  # 那先开我自己的吧
        return PERSONAL
    if named := _company(said, asked):
        return named
    if _PERSONS_TITLE.search(said) or (asked and _PERSONS.search(said)):
        return PERSONAL
    if _COMPANYS_TITLE.search(said) or (asked and _COMPANYS.search(said)):
        raise Unnamed
    return None


def _company(text: str, asked: bool) -> str | None:
    if not has_chinese(text):
        return _company_in_english(text, asked)
    clauses = [each for each in _CLAUSES.split(text) if each]
    for at, clause in enumerate(clauses):
        parts = _LED.split(clause)
        # 抬头：X stands in the clause after it.
        led = len(parts) > 1 or (at > 0 and _LED.fullmatch(clauses[at - 1]) is not None)
        said = _TAIL.sub("", parts[-1])
        if _NOBODYS.fullmatch(said) or _SPOKEN_OF.search(said) or _LIKE_ONE.search(said):
            continue
        letters = sum(map(str.isalpha, said))
        given = letters > _LEAST - asked and not _ASKS.search(said) and (asked or led)
        if _NAMED.fullmatch(said) is not None or given:
            return said[:LONGEST_NAME]
    return None


def _company_in_english(text: str, asked: bool) -> str | None:
    if found := _IN_ENGLISH.search(text):
        return found[0][:LONGEST_NAME]
    said = text.strip(" .,!;:")
    given = asked and language_of(text) is None and sum(map(str.isalpha, said)) >= _LEAST
    return said[:LONGEST_NAME] if given and not (_PERSONS.search(said) or _LIKE_ONE.search(said)) else None
