"""What customers read of a change: its terms, what may be asked about it, and how the choices are called."""

import re
from collections.abc import Mapping

from backends.orders.port import NEEDS_ID_NUMBER, NUMBER_HELD_FOR, PORT_CODE_LIVES, Change, Kind, Option, Order
from core.chinese_time import Month
from core.clock import SHANGHAI
from core.companies import PERSONAL
from core.dates import day_in_words, moment_in_words, month_in_words
from core.dialogue import Choice
from core.money import yuan
from core.wording import CHINESE, called, named, responses, words

# Of these there is a list to choose from.
CHOSEN = {
    Kind.CHANGE_PLAN,
    Kind.BUY_PACK,
    Kind.OPEN_SERVICE,
    Kind.CLOSE_SERVICE,
    Kind.REDEEM,
    Kind.ROAMING,
    Kind.ORDER_BROADBAND,
    Kind.RENEW_BROADBAND,
    Kind.NEW_NUMBER,
    Kind.TAKE_PROMOTION,
}
# Where people say that they are going to, and what a pack calls it.
_REGIONS: Mapping[str, tuple[str, ...]] = {
    "港澳台": ("港澳", "香港", "澳门", "台湾", "台北", "hong kong", "macau", "macao", "taiwan", "taipei"),
    "日韩": ("日本", "东京", "大阪", "京都", "韩国", "首尔", "日韩", "japan", "tokyo", "korea", "seoul"),
    "东南亚": (
        "东南亚", "泰国", "曼谷", "新加坡", "马来", "越南", "印尼", "巴厘", "菲律宾", "柬埔寨",
        "southeast asia", "thailand", "bangkok", "singapore", "malaysia", "vietnam", "indonesia", "bali", "philippines",
    ),
    "欧洲": (
        "欧洲", "法国", "巴黎", "德国", "英国", "伦敦", "意大利", "西班牙", "瑞士", "荷兰",
        "europe", "france", "paris", "germany", "britain", "london", "italy", "spain", "switzerland", "netherlands",
    ),
    "北美": ("北美", "美国", "加拿大", "纽约", "america", "united states", "canada", "new york"),
}  # fmt: skip
# What the last two characters of a name would say of many names alike.
_OF_MANY = ("套餐", "量包", "会员", "天包", "包年", "话费", "流量")
_CALL = re.compile(r"(?P<at>\S+ \S+) (?P<kind>\S+) (?P<peer>\S+)(?: (?P<minutes>\d+)分钟)? (?P<fee>[\d.]+)元")
_LINE = re.compile(r"(?P<speed>\d+)M宽带")
_NUMBER = re.compile(r"(?P<first>\d{3})尾号(?P<last>\d{4})")
_SIZE = re.compile(r"(\d+)\s*([gGmM])")


def choice_of(option: Option, language: str = CHINESE) -> Choice:
    """Return what is on sale as a choice, with the words by which people call it.

    >>> choice_of(Option("ll10", "10GB流量包", once_fen=5000)).words
    ('10gb流量包', '10g', '50元', '10')
    """
    name = option.name
    words_for = [name.lower(), *called(name), *(f"{number}{unit.lower()}" for number, unit in _SIZE.findall(name))]
    words_for += re.findall(r"\d+元", name)
    if not option.points and option.price:
        words_for.append(f"{option.price // 100}元")
    words_for += re.findall(r"\d{2,4}", name)
    words_for += [place for region, places in _REGIONS.items() if region in name for place in places]
    tail = name[-2:]
    if not tail.isdigit() and tail not in _OF_MANY:
        words_for.append(tail)
    if name.endswith("会员"):
        words_for.append(name[:2])
    title = words("part_choice", language, name=name_in(name, language), price=price_of(option, language))
    return Choice(option.code, title, tuple(words_for), shown=option.refusal is None)


def price_of(option: Option, language: str = CHINESE) -> str:
    """Return what an option costs, as it stands on a button."""
    if option.points:
        return words("part_points", language, points=option.points)
    if not option.price:
        return words("part_free", language)
    if option.monthly_fen:
        return words("part_price_a_month", language, price=yuan(option.monthly_fen))
    return words("part_price", language, price=yuan(option.once_fen))


def name_in(name: str, language: str) -> str:
    """Return what something is called that the ledger has a Chinese name for; what is on sale keeps its name.

    >>> name_in("300M宽带", "en"), name_in("138尾号1314", "en"), name_in("销户", "en"), name_in("畅享59套餐", "en")
    ('your 300M broadband', '138****1314', 'Close my account', '畅享59套餐')
    """
    if line := _LINE.fullmatch(name):
        return words("part_home_line", language, **line.groupdict())
    if number := _NUMBER.fullmatch(name):
        return words("part_number", language, **number.groupdict())
    return named(name, language)


def month_of(written: str, language: str = CHINESE) -> str:
    """Return YYYY-MM as people say it.

    >>> month_of("2026-09")
    '2026年9月'
    """
    return month_in_words(Month.read(written), language)


def months_of(written: str, language: str = CHINESE) -> str:
    """Return one month or several that follow each other as people say them.

    >>> months_of("2026-09"), months_of("2026-12..2027-01", "en")
    ('2026年9月', 'December 2026 to January 2027')
    """
    return words("part_to", language).join(month_of(each, language) for each in written.split(".."))


def in_words(order: Order, language: str = CHINESE) -> str:
    """Return what an order does, its price and when, as a customer reads it."""
    terms, kind = order.terms, order.change.kind
    difference = _difference(order, language)
    about_months = kind in (Kind.INVOICE, Kind.READ_DETAILS)
    return words(
        f"part_terms_{kind.value}",
        language,
        subject=months_of(terms.subject, language) if about_months else name_in(terms.subject, language),
        price=yuan(abs(terms.once_fen or terms.monthly_fen)),
        difference=words("part_then", language) + difference if difference else "",
        points=terms.points,
        day=day_in_words(terms.effective, language, year=False),
        date=day_in_words(terms.effective, language),
        minutes=int(PORT_CODE_LIVES.total_seconds() // 60),
        days=NUMBER_HELD_FOR.days,
        target=order.change.target,
        title=_title(order.change, language),
        billed=yuan(terms.billed_fen),
        fee=words("part_charged", language, price=yuan(terms.once_fen))
        if terms.once_fen > 0
        else words("part_free", language),
        until=words("part_terms_until", language, day=day_in_words(terms.lasts, language)) if terms.lasts else "",
    )


def _title(change: Change, language: str) -> str:
    """Return whom an invoice is made out to."""
    if not change.title:
        return named(PERSONAL, language)
    return words("part_company", language, title=change.title, number=change.tax_number)


def _lasts(order: Order, language: str) -> str:
    """Return how long what is ordered lasts, "" where there is nothing to say."""
    if order.terms.lasts:
        return words("part_lasts_until", language, day=day_in_words(order.terms.lasts, language))
    return _of_its_kind("duration", order.change.kind, language)


def _difference(order: Order, language: str) -> str:
    """Return what a change of plan costs more or less a month, "" where nothing."""
    fen = order.terms.monthly_fen
    if order.change.kind is not Kind.CHANGE_PLAN or not fen:
        return ""
    return words("part_more_a_month" if fen > 0 else "part_less_a_month", language, price=yuan(abs(fen)))


def facts_of(order: Order, tail: str, language: str = CHINESE) -> dict[str, str]:
    """Return what may be asked about a proposal, by aspect, from its terms; `tail` is the end of the number."""
    terms, kind = order.terms, order.change.kind
    facts = {
        "price": _price(order, language),
        "when": _when(order, language),
        "undo": _of_its_kind("undo", kind, language),
        "duration": _lasts(order, language),
        "need": words("part_need_id_number" if kind in NEEDS_ID_NUMBER else "part_need_code", language),
        "who": words("part_for_whom", language, tail=tail),
        "what": in_words(order, language),
        "tail": tail,
        "subject": name_in(terms.subject, language),
        "dear": _difference(order, language) or _price(order, language),
    }
    about_months = kind in (Kind.INVOICE, Kind.READ_DETAILS)
    subject = months_of(terms.subject, language) if about_months else facts["subject"]
    facts["deed"] = words(f"part_deed_{kind.value}", language, subject=subject)
    if kind is Kind.INVOICE:
        facts["subject"] = words("part_invoice_of", language, month=subject)
    return {name: fact for name, fact in facts.items() if fact}


def _of_its_kind(what: str, kind: Kind, language: str) -> str:
    """Return how long what an order of this kind gives lasts, or how it is undone; "" where there is nothing to say."""
    key = f"part_{what}_{kind.value}"
    return words(key, language) if key in responses(language) else ""


def _price(order: Order, language: str) -> str:
    terms = order.terms
    if terms.points:
        return words("part_costs_points", language, points=terms.points)
    if terms.once_fen > 0:
        return words("part_costs_once", language, price=yuan(terms.once_fen))
    if difference := _difference(order, language):
        return words("part_costs_difference", language, difference=difference)
    if terms.monthly_fen:
        key = "part_costs_monthly" if terms.monthly_fen > 0 else "part_saves_monthly"
        return words(key, language, price=yuan(abs(terms.monthly_fen)))
    return words("part_costs_nothing", language)


def _when(order: Order, language: str) -> str:
    if key := _of_its_kind("when", order.change.kind, language):
        return key
    day, today = order.terms.effective, order.proposed_at.astimezone(SHANGHAI).date()
    if day <= today:
        return words("part_at_once", language)
    return words("part_from", language, date=day_in_words(day, language))


def undone_until(order: Order, language: str = CHINESE) -> str:
    """Return until when an order may be undone, as a customer reads it; "" where it may not."""
    return moment_in_words(order.terms.undo_until, language) if order.terms.undo_until else ""


def call_in_words(line: str, language: str) -> str:
    """Return a line of the call details, which the order system has in Chinese; one of another shape stays.

    >>> call_in_words("11-02 09:30 主叫 13912345678 3分钟 0.30元", "en")
    '11-02 09:30 outgoing call 13912345678 3 min CNY 0.30'
    """
    found = _CALL.fullmatch(line)
    if language == CHINESE or found is None:
        return line
    told = [found["at"], named(found["kind"], language), found["peer"]]
    told += [words("part_used_voice", language, count=found["minutes"])] if found["minutes"] else []
    return " ".join([*told, words("part_price", language, price=found["fee"])])
