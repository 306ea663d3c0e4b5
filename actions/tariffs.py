"""What is on sale, in words; and which of it a question means: its figures, a difference, the most or the least of all.

Pure: the price list, the customer's words and the own plan go in, a question or a sentence comes out.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backends.orders.port import Kind, Option, PriceList, Rate, Tariff
from core.choosing import named
from core.money import data_size, yuan
from core.wording import CHINESE, words

from actions.change_words import choice_of  # isort: skip
from actions.limits import Limit, limits_of  # isort: skip
from actions.tariffs_in_english import in_chinese  # isort: skip

# Of these kinds there are several on sale, each with the words by which people mean the whole kind.
KINDS: Mapping[Kind, re.Pattern[str]] = {
    Kind.ROAMING: re.compile(r"漫游|境外|出国|国际"),
    Kind.BUY_PACK: re.compile(r"流量包|加油包|叠加包|(?:[gm]b?|兆|的|个|种)包(?!年|月)"),
    Kind.RENEW_BROADBAND: re.compile(r"续.{0,9}(?:宽带|包年)|(?:宽带|包年).{0,4}续"),
    Kind.ORDER_BROADBAND: re.compile(r"宽带|光纤|\d兆|[千百]兆"),
    Kind.REDEEM: re.compile(r"积分|兑换"),
    Kind.CHANGE_PLAN: re.compile(r"套餐|月租|畅享|畅联"),
    Kind.OPEN_SERVICE: re.compile(r"增值|会员|业务"),
}
# What may be ordered and is one of its kind.
_FEES: Mapping[Kind, re.Pattern[str]] = {
    Kind.MOVE_BROADBAND: re.compile(r"移机|搬家"),
    Kind.REPLACE_SIM: re.compile(r"[补换].{0,3}卡|(?<![a-z])sim(?![a-z])", re.IGNORECASE),
    Kind.NEW_NUMBER: re.compile(r"副[卡号]"),
    Kind.SUSPEND: re.compile(r"停机保号|报停|停机"),
    Kind.RESUME: re.compile(r"复机"),
    Kind.TRANSFER: re.compile(r"过户"),
    Kind.PORT_OUT: re.compile(r"转网|携号"),
    Kind.CANCEL_ACCOUNT: re.compile(r"销户|销号"),
    Kind.INVOICE: re.compile(r"发票"),
    Kind.READ_DETAILS: re.compile(r"详单"),
    Kind.READ_PUK: re.compile(r"puk", re.IGNORECASE),
}
_REPLACED = re.compile(r"[补换]|丢|坏|\b(?:replac|lost|broken|same number|old)")
# Who has no number yet and asks for a card asks for a number, and pays its plan; the card comes with it.
_CARD = re.compile(r"(?<![a-z])sim(?![a-z])(?:\s*cards?|卡)?|手机卡|电话卡", re.IGNORECASE)
_ONLY_IF_SAID = frozenset({Kind.REDEEM, Kind.RENEW_BROADBAND})
# A number alone names something on sale where it is spoken of as a thing: 129的, 59那个, 10G够吗.
_AS_A_THING = re.compile(r"\d\s*(?:元|块钱?|gb?|mb?|兆)?\s*(?:的|那|这|档|包|和|跟|与|比|还是|够|有)", re.IGNORECASE)
# What was charged is no question about what is on sale.
_OF_A_BILL = re.compile(r"账单|话费|扣|欠|余额|收了|充")
_BETWEEN = re.compile(r"[和跟与同比、，,；;]|还是|或者?|vs")
_DIFFERS = re.compile(
    r"比(?!如)|差(?!不多)|区别|不同|不一样|(?:多|少|贵|便宜|[快慢])(?:多少|几|了多少)"
    r"|哪[个种款].{0,5}(?:好|划算|便宜|贵|多|大|快|实惠|合算)|对比|还是"
)
_OWN = re.compile(r"(?:我|现在|目前|当前|原来|手上|自己)(?:的|用的|这个|现在|那个|手上|正在)|比(?:我|现在|目前|原来)")
# More or less of something than the own plan has.
_THAN_OWN = re.compile(r"便宜|省|少|低|贵|多|高|大")
_LESS = re.compile(r"便宜|省|少|低")
# A wish for what is so in comparison, and not for what there is more of: 便宜点的, 流量多一些的.
_CHEAPER = re.compile(r"更(?:便宜|省|实惠)|(?:便宜|省钱?|实惠)(?:一?[点些]|的)")
_MORE_OR_LESS = re.compile(r"更[多大少低高贵]|[多大少低高贵]一?[点些]")
_CHEAP = re.compile(r"便宜点?的")
_BEST = re.compile(r"划算|合算|适合|合适|推荐|省钱")
_SUPERLATIVE = re.compile(r"最(?P<word>便宜|省钱?|实惠|划算|合算|值|贵|[低高少多大小长短快慢])")
_LEAST = frozenset({"便宜", "省", "省钱", "实惠", "低", "少", "小", "短", "慢"})
_WORTH = frozenset({"划算", "合算", "值"})
_LISTED = re.compile(r"有(?:哪些|什么|啥|几[种个款])|哪[几些]|都有|几种|介绍|列|一览|在售")
_ENTERPRISE = re.compile(r"企业|公司|集团|单位")
# What is used beyond a plan, and what is asked of it.
_BEYOND = re.compile(r"套餐外|超出|超了|超过|用超|超额|用完(?:以后|之后|了|后)?(?:再用|怎么|多少)")
_MOST_TOLD = 8


class Figure(StrEnum):
    """What may be asked of a thing on sale."""

    PRICE = "price"
    DATA = "data"
    MINUTES = "minutes"
    SMS = "sms"
    SPEED = "speed"
    TERM = "term"
    WORTH = "worth"  # data for the money


_ASKS: Mapping[Figure, re.Pattern[str]] = {
    Figure.DATA: re.compile(r"流量|[多几]少?个?[gG](?![a-z])"),
    Figure.MINUTES: re.compile(r"通话|分钟|语音|电话"),
    Figure.SMS: re.compile(r"短信|[多几]少?条"),
    Figure.SPEED: re.compile(r"网速|速率|多快|几兆|多少兆|最快"),
    Figure.TERM: re.compile(r"有效期|期限|到期|多久|几天|多长时间|用到|什么时候(?:失效|过期|为止)"),
    Figure.PRICE: re.compile(r"多少钱|价|月费|月租|资费|几块|收费|费用|贵|便宜|要钱|花钱|怎么收|实惠|省"),
}
_OF: Mapping[Figure, Callable[[Tariff], int]] = {
    Figure.PRICE: lambda each: each.price,
    Figure.DATA: lambda each: each.data_mb,
    Figure.MINUTES: lambda each: each.minutes,
    Figure.SMS: lambda each: each.sms,
    Figure.SPEED: lambda each: each.mbps,
    Figure.TERM: lambda each: each.days,
    # The more, the better: megabytes for a thousand yuan, so that whole numbers part them.
    Figure.WORTH: lambda each: each.data_mb * 100_000 // each.price if each.price else 0,
}
# What 最大的 and 最小的 mean of a kind where nothing else is said.
_SIZE_OF: Mapping[Kind, Figure] = {
    Kind.BUY_PACK: Figure.DATA,
    Kind.ORDER_BROADBAND: Figure.SPEED,
    Kind.RENEW_BROADBAND: Figure.SPEED,
}


@dataclass(frozen=True)
class Question:
    """What is asked of the price list.

    things     what was named, in the order in which it was; none where the whole kind is meant
    kind       the kind that is talked of
    figures    what of it is asked, none for everything
    differs    a difference is asked: of the first two things, or of the first and the own plan
    own        the own plan is the other one; without a thing, all are meant that have more of a figure, or less
    extreme    the figure of which the most, or with `least` the least, is looked for; of plans the worth is what would
               fit the own use
    rates      what use beyond a plan costs
    limits     bounds of figures: 一百块左右的, 20G以上的
    """

    things: tuple[Tariff, ...] = ()
    kind: Kind | None = None
    figures: frozenset[Figure] = frozenset()
    differs: bool = False
    own: bool = False
    extreme: Figure | None = None
    least: bool = False
    rates: bool = False
    limits: tuple[Limit, ...] = ()

    def names_its_kind(self, text: str) -> bool:
        """Return whether a text names the one thing and not only where it is for: 去日本的漫游包, not 在大阪打电话.

        What is one of its kind is only found by its own words.
        """
        thing = self.things[0] if len(self.things) == 1 else None
        return thing is not None and (thing.kind not in KINDS or thing.name in text or kind_words(thing.kind) in text)

    @property
    def compares(self) -> bool:
        """Whether it can only be answered by the figures themselves: the most, a difference, the rates."""
        return self.extreme is not None or self.differs or self.rates or bool(self.limits) or len(self.things) > 1

    @property
    def is_sure(self) -> bool:
        """Whether it can mean nothing else: figures of a thing that was named, a difference, a superlative."""
        of_a_thing = bool(self.things) and self.kind in KINDS
        if self.rates or self.limits or self.extreme is not None or (self.differs and self.own):
            return True
        return of_a_thing and (self.differs or bool(self.figures - {Figure.TERM}))


def asked_of(text: str, prices: PriceList, talked_of: Kind | None = None, newcomer: bool = False) -> Question | None:
    """Return what `text` asks of the price list, or None where it is about nothing on it.

    talked_of  the kind that the conversation is about, if one is: the 129 of a question is one of it
    newcomer   it is asked by somebody who may have no number of ours: a SIM card costs what a plan costs

    >>> prices = PriceList((Tariff(Kind.REPLACE_SIM, "", "补换手机卡"),), ())
    >>> [asked_of("how much is a SIM card", prices, newcomer=each).kind.value for each in (False, True)]
    ['replace_sim', 'change_plan']
    """
    said = _plainly(text)
    if newcomer and not _REPLACED.search(said):
        said = _CARD.sub("套餐", said)
    fee = next((kind for kind, pattern in _FEES.items() if pattern.search(said)), None)
    if charged := tuple(each for each in prices.tariffs if each.kind is fee):
        return Question(charged, fee, _figures(said))
    if _BEYOND.search(said) and Figure.PRICE in _figures(said) and not _OF_A_BILL.search(said):
        return Question((), Kind.CHANGE_PLAN, rates=True)
    kinds = [kind for kind, pattern in KINDS.items() if pattern.search(said)][:1]
    bounded = kinds[0] if kinds else talked_of
    if (limits := limits_of(said)) and bounded in KINDS and not _OF_A_BILL.search(said):
        cheapest = (found := _SUPERLATIVE.search(said)) is not None and found["word"] in _LEAST
        return Question((), bounded, extreme=Figure.PRICE if cheapest else None, least=cheapest, limits=limits)
    said_plainly = _CHEAP.sub("", _SUPERLATIVE.sub("", said))
    things = _things(said_plainly, prices, kinds or ([talked_of] if talked_of and talked_of in KINDS else []))
    if not things and not kinds and talked_of is None:
        things = _named_by_itself(said_plainly, prices)
    kind = things[0].kind if things else kinds[0] if kinds else talked_of
    if kind is None or kind not in KINDS:
        return None
    figures, own = _figures(said), kind is Kind.CHANGE_PLAN and _OWN.search(said) is not None
    if (found := _SUPERLATIVE.search(said)) and not things and not own:
        extreme = _meant(found["word"], figures, kind)
        return Question((), kind, figures, extreme=extreme, least=found["word"] in _LEAST)
    if things:
        differs = _DIFFERS.search(said) is not None and (len(things) > 1 or kind is Kind.CHANGE_PLAN)
        return Question(things, kind, figures, differs, own or (differs and len(things) == 1))
    if own and _DIFFERS.search(said) and _THAN_OWN.search(said):
        return Question((), kind, figures, differs=True, own=True, least=_LESS.search(said) is not None)
    if kind is Kind.CHANGE_PLAN and _BEST.search(said):
        return Question((), kind, figures, extreme=Figure.WORTH)
    if not newcomer and (compared := _compared(said, kind)):
        return compared
    lists = _LISTED.search(said) is not None or Figure.PRICE in figures
    return Question((), kind, figures) if lists and not own else None


def _plainly(text: str) -> str:
    """Return a text in half width and small letters, its English words for what is on sale put in Chinese."""
    return in_chinese(unicodedata.normalize("NFKC", text).lower())


def narrowing(text: str, kind: Kind) -> Question | None:
    """Return the wish of a text that narrows what there is of a kind, or None where it sets no bounds and compares not.

    >>> narrowing("换个便宜点的套餐", Kind.CHANGE_PLAN).least, narrowing("换套餐", Kind.CHANGE_PLAN)
    (True, None)
    >>> sorted(narrowing("a plan with more data", Kind.CHANGE_PLAN).figures), narrowing("more", Kind.CHANGE_PLAN)
    ([<Figure.DATA: 'data'>], None)
    """
    said = _plainly(text)
    if limits := limits_of(said):
        return Question((), kind, limits=limits)
    return _compared(said, kind)


def _compared(said: str, kind: Kind) -> Question | None:
    """Return the wish for what is cheaper than the own plan, or has more or less of a figure that is named."""
    if kind is not Kind.CHANGE_PLAN:
        return None
    if _CHEAPER.search(said):
        return Question((), kind, frozenset({Figure.PRICE}), differs=True, own=True, least=True)
    figures = _figures(said)
    if (found := _MORE_OR_LESS.search(said)) and (figures or "贵" in found[0]):
        return Question((), kind, figures, differs=True, own=True, least=_LESS.search(found[0]) is not None)
    return None


def _figures(said: str) -> frozenset[Figure]:
    # 流量包 and 加油包 are things, and not what is asked of them.
    bare = re.sub(r"流量包|流量套餐", "包", said)
    return frozenset(figure for figure, pattern in _ASKS.items() if pattern.search(bare))


def _things(said: str, prices: PriceList, kinds: Sequence[Kind]) -> tuple[Tariff, ...]:
    """Return what is named of these kinds, what was named first first."""
    found: dict[tuple[Kind, str], Tariff] = {}
    for kind in kinds:
        there = {each.code: each for each in prices.tariffs if each.kind is kind}
        choices = [choice_of(_option(each)) for each in there.values()]
        for part in _BETWEEN.split(said):
            found |= {(kind, each.code): there[each.code] for each in named(part, choices)}
    return tuple(found.values())


def _named_by_itself(said: str, prices: PriceList) -> tuple[Tariff, ...]:
    """Return what is named where no kind is spoken of: by a word for it, or by a number that is used as a thing."""
    kinds = [kind for kind in KINDS if kind not in _ONLY_IF_SAID]
    found = _things(said, prices, kinds)
    in_words = tuple(
        each for each in found if any(word in said for word in choice_of(_option(each)).words if not word[:1].isdigit())
    )
    if in_words:
        return in_words
    if _OF_A_BILL.search(said) or not _AS_A_THING.search(said):
        return ()
    plans = tuple(each for each in found if each.kind is Kind.CHANGE_PLAN)
    return plans or found


def the_figure(question: Question) -> Figure:
    """Return the one figure that a question compares by: what is said, else the price."""
    return next((each for each in _OF if each in question.figures and each is not Figure.PRICE), Figure.PRICE)


def beyond(tariffs: Sequence[Tariff], own: Tariff, figure: Figure, least: bool) -> tuple[Tariff, ...]:
    """Return those that have more of a figure than the own plan, or less."""
    of = _OF[figure]
    return tuple(each for each in tariffs if (of(each) < of(own) if least else of(each) > of(own)))


def next_to(tariffs: Sequence[Tariff], own: Tariff, figure: Figure) -> Tariff:
    """Return the one that is nearest to the own plan by a figure."""
    of = _OF[figure]
    return min(tariffs, key=lambda each: abs(of(each) - of(own)))


def within(tariffs: Sequence[Tariff], limits: Sequence[Limit]) -> tuple[Tariff, ...]:
    """Return those that lie within all bounds."""
    return tuple(each for each in tariffs if all(limit.holds(_OF[Figure(limit.figure)](each)) for limit in limits))


def nearest(tariffs: Sequence[Tariff], limits: Sequence[Limit]) -> Tariff:
    """Return the one that lies least outside the bounds: of the first, then of the next."""
    return min(tariffs, key=lambda each: [limit.off(_OF[Figure(limit.figure)](each)) for limit in limits])


def _meant(word: str, figures: frozenset[Figure], kind: Kind) -> Figure:
    """Return the figure that a superlative is about."""
    if word in _WORTH:
        return Figure.WORTH if kind in (Kind.BUY_PACK, Kind.CHANGE_PLAN) else Figure.PRICE
    if word == "贵" or word in ("便宜", "省", "省钱", "实惠"):
        return Figure.PRICE
    said = [each for each in (Figure.DATA, Figure.MINUTES, Figure.SMS, Figure.SPEED, Figure.TERM) if each in figures]
    return said[0] if said else _SIZE_OF.get(kind, Figure.PRICE)


def on_offer(prices: PriceList, kind: Kind, enterprise: bool) -> tuple[Tariff, ...]:
    """Return what is on sale of a kind to an enterprise, or to everybody else, the cheapest first."""
    of_kind = [each for each in prices.tariffs if each.kind is kind]
    return tuple(each for each in of_kind if kind is not Kind.CHANGE_PLAN or each.enterprise is enterprise)


def for_enterprises(text: str) -> bool:
    """Return whether a text asks for what enterprises have."""
    return _ENTERPRISE.search(text) is not None


def extremes(tariffs: Sequence[Tariff], figure: Figure, least: bool = False) -> tuple[Tariff, ...]:
    """Return those of which there is the most (or the least) of a figure; several where they are equal."""
    if not tariffs:
        return ()
    of = _OF[figure]
    edge = (min if least else max)(map(of, tariffs))
    return tuple(each for each in tariffs if of(each) == edge)


# In words.


def price_words(tariff: Tariff, language: str = CHINESE) -> str:
    """Return what a thing costs.

    >>> price_words(Tariff(Kind.CHANGE_PLAN, "cx59", "畅享59套餐", monthly_fen=5900))
    '每月59.00元'
    """
    if tariff.points:
        return words("part_points", language, points=tariff.points)
    if tariff.monthly_fen:
        return words("part_price_monthly", language, price=yuan(tariff.monthly_fen))
    if tariff.once_fen:
        return words("part_price", language, price=yuan(tariff.once_fen))
    return words("part_price_free", language)


def included(tariff: Tariff, language: str = CHINESE) -> str:
    """Return what is in a thing, or "" where nothing is counted."""
    return words("part_and", language).join(_amounts(*_inside(tariff), language=language))


def term_words(tariff: Tariff, language: str = CHINESE) -> str:
    """Return how long a thing lasts, or "" where it is done at once."""
    key = f"part_lasts_{tariff.kind.value}"
    return words(key, language, days=tariff.days) if tariff.kind in KINDS and tariff.kind is not Kind.REDEEM else ""


def rate_words(rate: Rate, unit: str, language: str = CHINESE) -> str:
    """Return what use beyond a plan costs; `unit` is data, voice or sms.

    >>> rate_words(Rate(1), "data"), rate_words(Rate(100, 200), "data", "en"), rate_words(Rate(10), "voice", "en")
    ('每MB0.01元', 'CNY 1.00 per 200 MB', 'CNY 0.10 per minute')
    """
    per = "" if rate.per == 1 else words("part_per", language, count=rate.per)
    return words("part_rate", language, per=per, unit=words(f"part_unit_{unit}", language), price=yuan(rate.fen))


def used_words(count: int, unit: str, language: str) -> str:
    """Return how much was used; `unit` is data (then `count` is in megabytes), voice (minutes) or sms.

    >>> used_words(3, "voice", "zh"), used_words(3, "voice", "en")
    ('3分钟', '3 min')
    """
    return words(f"part_used_{unit}", language, count=count)


def described(tariff: Tariff, language: str = CHINESE) -> str:
    """Return a thing with its price, what is in it, and how long it lasts where that is not always."""
    parts = [words("part_priced", language, name=tariff.name, price=price_words(tariff, language))]
    if inside := included(tariff, language):
        parts.append(words("part_includes", language, included=inside))
    if tariff.kind not in (Kind.CHANGE_PLAN, Kind.OPEN_SERVICE) and (term := term_words(tariff, language)):
        parts.append(term)
    return words("part_then", language).join(parts)


def difference(one: Tariff, other: Tariff, language: str = CHINESE) -> str:
    """Return how the first differs from the other: 每月多70.00元，多国内流量40GB; nothing is different: 都一样."""
    money, paid_alike = one.price - other.price, _paid_by(one) == _paid_by(other)
    parts = []
    if money and paid_alike:
        way = f"part_price_{'more' if money > 0 else 'less'}_{_paid_by(one)}"
        parts.append(words(way, language, price=_sum(one, abs(money))))
    gaps = [inside - beside for inside, beside in zip(_inside(one), _inside(other), strict=True)]
    for key, sign in (("part_more", 1), ("part_less", -1)):
        if told := _amounts(*(max(sign * gap, 0) for gap in gaps), language=language):
            parts.append(words(key, language, figures=words("part_and", language).join(told)))
    return words("part_then", language).join(parts) if parts else words("part_no_difference", language)


def _amounts(data_mb: int, minutes: int, sms: int, mbps: int, credit_fen: int, *, language: str) -> list[str]:
    told = [
        (data_mb, words("part_data", language, size=data_size(data_mb))),
        (minutes, words("part_minutes", language, minutes=minutes)),
        (sms, words("part_sms", language, sms=sms)),
        (mbps, words("part_speed", language, mbps=mbps)),
        (credit_fen, words("part_credit", language, price=yuan(credit_fen))),
    ]
    return [text for count, text in told if count]


def worth_words(tariff: Tariff) -> str:
    """Return what a gigabyte of a pack costs on average, rounded to the fen."""
    return yuan(round(tariff.price * 1024 / tariff.data_mb))


def listed(tariffs: Sequence[Tariff], language: str = CHINESE) -> str:
    """Return several things, each described."""
    return words("part_next", language).join(described(each, language) for each in tariffs[:_MOST_TOLD])


def kind_words(kind: Kind, language: str = CHINESE) -> str:
    """Return what a kind of thing is called."""
    return words(f"part_kind_{kind.value}", language)


def _inside(tariff: Tariff) -> tuple[int, int, int, int, int]:
    return tariff.data_mb, tariff.minutes, tariff.sms, tariff.mbps, tariff.credit_fen


def _paid_by(tariff: Tariff) -> str:
    return "points" if tariff.points else "monthly" if tariff.monthly_fen else "once"


def _sum(tariff: Tariff, figure: int) -> str:
    return str(figure) if tariff.points else yuan(figure)


def _option(tariff: Tariff) -> Option:
    return Option(tariff.code, tariff.name, tariff.once_fen, tariff.monthly_fen, tariff.points)
