"""Which of several things a customer names: by name, part of it, size, price, number, or as the cheapest."""

import re
import unicodedata
from collections.abc import Sequence

from core.choices import which
from core.dialogue import Choice
from core.language import PAUSE, WORDS_OF_ENGLISH, has_chinese
from core.numerals import Unclear, whole
from core.wording import ENGLISH
from core.wording import named as named_in

# 4G and 5G are networks where no amount of data is spoken of.
_NETWORK = re.compile(r"[45]g(?=网|信号|覆盖|手机|基站|卡|套餐|功能|开关|没|有没|怎么|$)", re.IGNORECASE)
_FIGURE = re.compile(r"(\d+(?:\.\d+)?)\s*个?\s*(gb?|吉|mb?|兆|块钱?|元|yuan|天)?(?![\d.])", re.IGNORECASE)
_IN_WORDS = re.compile(r"[一二两三四五六七八九十百]+(?=个?(?:g|块|元|m|兆))")
# 10月, 3号: the number of a day is no price and no size.
_DATED = re.compile(r"\d+\s*(?:月|号|日|点|岁|年)")
_LATIN = re.compile(r"[a-z]+")
_SMALL = frozenset(
    {"ok", "okay", "yes", "yeah", "please", "pls", "then", "now", "a", "an", "the", "my", "i", "want", "to"}
)
_FEW = 2
_TELLING = 4
# What is wanted, among what is only spoken of: 10 for 1gb. ok take the 5gb one.
_TAKES = re.compile(
    r"要(?!是|不)|[来换选办订买退停关加](?!了)|开(?!了|始)"
    r"|\b(?:take|want|buy|get|have|order|choose|change|switch|give me|cancel|stop)\b"
)
# What is named behind it, or before it where nothing is named behind, is named to be refused: 不要香港的, 香港的别订.
_REFUSES = re.compile(
    r"(?<![要想能用])不(?:想要|需要|要|用|选|换|订|买|办|开|退)(?!不)|(?<![特区级类分])别(?=[要订买办开换选给])"
    r"|\b(?:don'?t|do not|never|without)\b"
)
# So is what it is said not to be; but 不是59的 may be a no, and then the 59.
_IS_NOT = re.compile(rf"{_REFUSES.pattern}|(?<!是)不是|\bnot\b")
# Behind what is refused: what is wanted instead.
_INSTEAD = re.compile(r"而是|(?<!不)[是要换改]|\bbut\b|\b(?:i|we) (?:want|need|take)\b|\bgive me\b")
_UNITS = {"yuan": "元", "gb": "g", "吉": "g", "mb": "m", "兆": "m", "块": "元", "块钱": "元"}
_SPOKEN = (("一千兆", "1000m"), ("千兆", "1000m"), ("五百兆", "500m"), ("三百兆", "300m"))
_CHEAPEST = re.compile(r"最(?:便宜|低|小|少)|便宜点?的那个|便宜的|cheapest|smallest|lowest")
_DEAREST = re.compile(r"最(?:贵|高|大|多|好|快)|most expensive|biggest|largest|highest|fastest|\bbest\b")


def by_place(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice that is named by its place in the list (2, 第二个, ②, 上面那个), or by its whole title."""
    shown = [choice for choice in choices if choice.shown]
    bare = text.strip(" 。.!！,，")
    for choice in shown:
        if bare.lower() in {each.lower() for each in (choice.title, choice.code, *_names(choice))}:
            return choice
    try:
        place = which(bare, len(shown))
    except Unclear:
        return None
    return shown[place] if isinstance(place, int) else _by_words_of_its_title(bare, shown)


def _by_words_of_its_title(text: str, shown: Sequence[Choice]) -> Choice | None:
    """Return the only choice in whose English title a message stands but for its small words: ok find hall.

    Two words, or more: one alone (cancel) may mean something else.
    """
    said = frozenset(_LATIN.findall(text.lower())) - _SMALL
    if len(said) < _FEW or has_chinese(text):
        return None
    found = [each for each in shown if said <= frozenset(_LATIN.findall(named_in(each.title, ENGLISH).lower()))]
    return found[0] if len(found) == 1 else None


def named(text: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the choices that `text` names, several where it fits several; the cheapest comes first in `choices`.

    An exact title leaves out what only shares a part of it, and a price what only has the same number in its name.

    >>> packs = [Choice("a", "1GB流量包", ("1g", "10元")), Choice("b", "10GB流量包", ("10g", "50元"))]
    >>> [each.code for each in named("10块的", packs)], [each.code for each in named("要10个G", packs)]
    (['a'], ['b'])
    >>> [each.code for each in named("最便宜的", packs)], named("随便", packs)
    (['a'], ())
    """
    said = _DATED.sub(" ", unicodedata.normalize("NFKC", text).lower())
    exact = [choice for choice in choices if any(name.lower() in said for name in _names(choice))]
    if exact:
        longest = max(len(choice.name) for choice in exact)
        return tuple(choice for choice in exact if len(choice.name) == longest or not _inside(choice, exact))
    said = _NETWORK.sub("", said) if "流量" not in said and "包" not in said else said
    said = _IN_WORDS.sub(lambda each: str(whole(each[0]) or each[0]), said)
    for spoken, figure in _SPOKEN:
        said = said.replace(spoken, figure)
    figures = {f"{number}{_unit(unit)}" for number, unit in _FIGURE.findall(said)}
    priced = [choice for choice in choices if figures & {word for word in choice.words if word.endswith("元")}]
    if priced:
        return tuple(priced)
    shown = [choice for choice in choices if choice.shown]
    has_figures = any(word[:1].isdigit() for choice in choices for word in (*choice.words, *choice.title))
    if not has_figures or len(choices) < _FEW:  # of a single thing there is no most, and of districts neither
        pass
    elif _CHEAPEST.search(said):
        return tuple(shown[:1])
    elif _DEAREST.search(said):
        return tuple(shown[-1:])
    found = tuple(choice for choice in choices if any(_called(word, said, figures) for word in choice.words))
    return found or _having_to_do_with_it(said, choices)


def _having_to_do_with_it(said: str, choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return the only choice one of whose English names shares a word with `said`, as the video member does.

    A word of everyday English (phone, call, service) says nothing.
    """
    words = {word for word in _LATIN.findall(said) if len(word) >= _TELLING} - WORDS_OF_ENGLISH
    found = tuple(
        each for each in choices if words & {part for word in each.words for part in _LATIN.findall(word.lower())}
    )
    return found if len(found) == 1 else ()


def wants(clause: str) -> bool:
    """Return whether a clause takes something, and does not only speak of it: 换59的, give me the 5gb one."""
    return _TAKES.search(clause.lower()) is not None


def without_the_refused(text: str, choices: Sequence[Choice], plainly: bool = False) -> str:
    """Return a text without what it names only to refuse it; plainly: 不是59的, which may mean the 59, refuses nothing.

    >>> abroad = [Choice("hk", "港澳台包", ("香港",)), Choice("sea", "东南亚包", ("泰国",))]
    >>> without_the_refused("香港的不要了 就这个 确认", abroad), without_the_refused("不是香港的是泰国的", abroad)
    ('就这个，确认', '是泰国的')
    >>> without_the_refused("要泰国的不要香港的", abroad), without_the_refused("不要了", abroad)
    ('要泰国的', '不要了')
    """
    refusal = _REFUSES if plainly else _IS_NOT
    left, refused = [], False
    for clause in PAUSE.split(text):
        if (no := refusal.search(clause.lower())) is None:
            left.append(clause)
            continue
        before, behind = clause[: no.start()], clause[no.end() :]
        if named(behind, choices):
            turns = (turn.start() for turn in _INSTEAD.finditer(behind.lower()))
            instead = next((behind[turn:] for turn in turns if named(behind[:turn], choices)), "")
            left += [before, instead]
        elif not named(before, choices):
            left.append(clause)
            continue
        refused = True
    return "，".join(each for each in left if each.strip()) if refused else text


def the_one(text: str, choices: Sequence[Choice]) -> Choice | None:
    """Return the choice that `text` names, or None where it names none, or several; what is refused is not named.

    Where several are spoken of it is the one that a clause of its own wants.

    >>> packs = [Choice("a", "1GB流量包", ("1g", "10元")), Choice("b", "5GB流量包", ("5g", "30元"))]
    >>> the_one("hm 10 for 1gb. ok take the 5gb one", packs).code, the_one("1gb or 5gb", packs)
    ('b', None)
    """
    text = without_the_refused(text, choices)
    found = named(text, choices)
    if len(found) > 1:
        wanted = [named(clause, choices) for clause in PAUSE.split(text) if wants(clause)]
        found = wanted[0] if len(wanted) == 1 else ()
    return found[0] if len(found) == 1 else None


def the_longest(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the code of the only choice whose words stand in a text, those left out that overlap longer ones.

    What was found is told, and not wanted: 没开 is no refusal, and 不亮 is no 亮.

    >>> lamp = [Choice("on", "亮着", ("亮", "开着")), Choice("off", "不亮", ("灭", "没开"))]
    >>> the_longest("灯不亮啊", lamp), the_longest("亮的", lamp), the_longest("一个亮一个灭", lamp)
    ('off', 'on', None)
    """
    said = text.lower()
    spans = [
        (place.start(), place.end(), choice.code)
        for choice in choices
        for word in (choice.title, named_in(choice.title, ENGLISH), *choice.words)
        for place in re.finditer(re.escape(word.lower()), said)
    ]
    taken, codes = set[int](), set[str]()
    for start, end, code in sorted(spans, key=lambda span: (span[0] - span[1], span[0])):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            codes.add(code)
    return codes.pop() if len(codes) == 1 else None


def _names(choice: Choice) -> tuple[str, str]:
    """Return what a choice is called, in Chinese or as it stands, and in English: either is understood."""
    return choice.name, named_in(choice.name, ENGLISH)


def _inside(choice: Choice, others: Sequence[Choice]) -> bool:
    return any(choice.name != other.name and choice.name in other.name for other in others)


def _unit(written: str) -> str:
    unit = written.lower()
    return _UNITS.get(unit, unit)


def _called(word: str, said: str, figures: set[str]) -> bool:
    return word in figures if word[:1].isdigit() else word.lower() in said
