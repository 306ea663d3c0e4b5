"""What customers read of a change: its terms, what may be asked about it, and how the choices are called."""

import re
from collections.abc import Mapping
from datetime import date

from backends.orders.port import NEEDS_ID_NUMBER, NUMBER_HELD_FOR, PORT_CODE_LIVES, Kind, Option, Order
from core.clock import SHANGHAI
from core.companies import PERSONAL
from core.dialogue import Choice
from core.money import yuan

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
    "港澳台": ("港澳", "香港", "澳门", "台湾", "台北"),
    "日韩": ("日本", "东京", "大阪", "京都", "韩国", "首尔", "日韩"),
    "东南亚": ("东南亚", "泰国", "曼谷", "新加坡", "马来", "越南", "印尼", "巴厘", "菲律宾", "柬埔寨"),
    "欧洲": ("欧洲", "法国", "巴黎", "德国", "英国", "伦敦", "意大利", "西班牙", "瑞士", "荷兰"),
    "北美": ("北美", "美国", "加拿大", "纽约"),
}
# What the last two characters of a name would say of many names alike.
_OF_MANY = ("套餐", "量包", "会员", "天包", "包年", "话费", "流量")
_SIZE = re.compile(r"(\d+)\s*([gGmM])")


def choice_of(option: Option) -> Choice:
    """Return what is on sale as a choice, with the words by which people call it.

    >>> choice_of(Option("ll10", "10GB流量包", once_fen=5000)).words
    ('10gb流量包', '10g', '50元', '10')
    """
    name = option.name
    words = [name.lower(), *(f"{number}{unit.lower()}" for number, unit in _SIZE.findall(name))]
    words += re.findall(r"\d+元", name)
    if not option.points and option.price:
        words.append(f"{option.price // 100}元")
    words += re.findall(r"\d{2,4}", name)
    words += [place for region, places in _REGIONS.items() if region in name for place in places]
    tail = name[-2:]
    if not tail.isdigit() and tail not in _OF_MANY:
        words.append(tail)
    if name.endswith("会员"):
        words.append(name[:2])
    return Choice(option.code, f"{name}（{price_of(option)}）", tuple(words), shown=option.refusal is None)


def price_of(option: Option) -> str:
    """Return what an option costs, as it stands on a button."""
    if option.points:
        return f"{option.points}积分"
    if not option.price:
        return "免费"
    return f"{yuan(option.monthly_fen)}元/月" if option.monthly_fen else f"{yuan(option.once_fen)}元"


def month_in_words(month: str) -> str:
    """Return YYYY-MM as people say it.

    >>> month_in_words("2026-09")
    '2026年9月'
    """
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


def day_in_words(day: date) -> str:
    """Return a day as people say it.

    >>> day_in_words(date(2026, 12, 1))
    '2026年12月1日'
    """
    return f"{day.year}年{day.month}月{day.day}日"


def months_in_words(months: str) -> str:
    """Return one month or several that follow each other as people say them.

    >>> months_in_words("2026-09"), months_in_words("2026-12..2027-01")
    ('2026年9月', '2026年12月至2027年1月')
    """
    return "至".join(map(month_in_words, months.split("..")))


def in_words(order: Order) -> str:
    """Return what an order does, its price and when, as a customer reads it."""
    terms = order.terms
    day = f"{terms.effective.month}月{terms.effective.day}日"
    match order.change.kind:
        case Kind.CHANGE_PLAN:
            more = yuan(abs(terms.monthly_fen))
            difference = f"，每月比现在{'多' if terms.monthly_fen > 0 else '少'}{more}元" if terms.monthly_fen else ""
            return f"套餐变更为“{terms.subject}”{difference}，{day}起生效，此前仍按现在的套餐计费"
        case Kind.BUY_PACK:
            return f"订购“{terms.subject}”，{_charged(order)}，立即生效，本月内有效，不能退订"
        case Kind.ROAMING:
            return f"订购“{terms.subject}”，{_charged(order)}，到达当地后自动生效，不能退订"
        case Kind.REDEEM:
            return f"用{terms.points}积分兑换“{terms.subject}”，立即到账，兑换后不能退回"
        case Kind.ORDER_BROADBAND:
            return f"办理“{terms.subject}”，{_charged(order)}，安装师傅会联系您确认地址和上门时间"
        case Kind.RENEW_BROADBAND:
            return f"续订“{terms.subject}”，{_charged(order)}，{terms.effective.year}年{day}起一年内有效"
        case Kind.MOVE_BROADBAND:
            return f"宽带移机到“{terms.subject}”，移机费{yuan(terms.once_fen)}元从话费余额中扣除，安装师傅会联系您上门"
        case Kind.OPEN_SERVICE:
            return f"开通“{terms.subject}”，每月{yuan(terms.monthly_fen)}元，立即生效"
        case Kind.CLOSE_SERVICE:
            return f"退订“{terms.subject}”，每月减少{yuan(-terms.monthly_fen)}元，立即生效"
        case Kind.SUSPEND:
            return "号码停机，立即生效；停机期间不能通话、发短信和上网，号码为您保留"
        case Kind.RESUME:
            return "号码恢复使用，立即生效"
        case Kind.REPLACE_SIM:
            return "补换手机卡，免费；新卡激活后旧卡自动失效，请您本人携带身份证到营业厅领取"
        case Kind.CANCEL_ACCOUNT:
            return f"号码销户，{day}起生效；生效后号码收回、不能恢复，余额可以退还"
        case Kind.PORT_OUT:
            minutes = int(PORT_CODE_LIVES.total_seconds() // 60)
            return f"为您的号码生成携号转网授权码，{minutes}分钟内有效，请在有效期内到携入的运营商办理"
        case Kind.TRANSFER:
            return "预约号码过户；请您与新机主7天内一起携带身份证到营业厅办理"
        case Kind.NEW_NUMBER:
            return (
                f"把号码“{terms.subject}”作为副卡登记在您名下，每月功能费{yuan(terms.monthly_fen)}元，领卡后起收；"
                f"号码为您保留{NUMBER_HELD_FOR.days}天，请您本人携带身份证到营业厅领卡"
            )
        case Kind.INVOICE:
            company = f"{order.change.title}，税号{order.change.tax_number}"
            title = company if order.change.title else PERSONAL
            months = months_in_words(terms.subject)
            return f"开具{months}的电子发票，抬头{title}，金额{yuan(terms.billed_fen)}元，确认后马上可以下载"
        case Kind.TAKE_PROMOTION:
            until = f"，有效至{day_in_words(terms.lasts)}" if terms.lasts else ""
            fee = _charged(order) if terms.once_fen > 0 else "免费"
            return f"参加优惠“{terms.subject}”，{fee}，立即生效{until}；不绑定合约，参加后不能撤销"
        case Kind.READ_DETAILS:
            return f"查询{month_in_words(terms.subject)}的通话详单"
        case Kind.READ_PUK:
            return "查询手机卡的PUK码"
        case Kind.REFUND:
            return f"退还多收的“{terms.subject}”，双倍共{yuan(-terms.once_fen)}元，已计入话费余额"
        case Kind.UNDO:
            return f"撤销订单{order.change.target}（{terms.subject}），立即生效"


def facts_of(order: Order, tail: str) -> dict[str, str]:
    """Return what may be asked about a proposal, by aspect, from its terms; `tail` is the end of the number."""
    terms, kind = order.terms, order.change.kind
    facts = {
        "price": _price(order),
        "when": _when(order),
        "undo": _way_back(order),
        "need": "需要机主的身份证号码和手机短信验证码" if kind in NEEDS_ID_NUMBER else "只需要您手机收到的短信验证码",
        "who": f"这次是为尾号{tail}的号码办理",
        "what": in_words(order),
        "tail": tail,
        "subject": f"{months_in_words(terms.subject)}的发票" if kind is Kind.INVOICE else terms.subject,
        "dear": _dear(order),
    }
    if terms.lasts:
        facts["duration"] = f"有效至{day_in_words(terms.lasts)}"
    elif lasts := _LASTS.get(kind):
        facts["duration"] = lasts
    return {name: fact for name, fact in facts.items() if fact}


def _price(order: Order) -> str:
    terms = order.terms
    if terms.points:
        return f"需要{terms.points}积分，不收现金"
    if terms.once_fen > 0:
        return f"费用是{yuan(terms.once_fen)}元，从话费余额中一次性扣除，之后不再收取"
    if order.change.kind is Kind.CHANGE_PLAN and terms.monthly_fen:
        more = "多" if terms.monthly_fen > 0 else "少"
        return f"变更本身不收费，每月套餐费比现在{more}{yuan(abs(terms.monthly_fen))}元"
    if terms.monthly_fen > 0:
        return f"每月{yuan(terms.monthly_fen)}元，没有其他费用"
    if terms.monthly_fen < 0:
        return f"不收费，每月还会少{yuan(-terms.monthly_fen)}元"
    return "这项业务不收费"


def _dear(order: Order) -> str:
    """Return what answers "it is dear": the difference a month, or that it is paid once."""
    terms = order.terms
    if order.change.kind is Kind.CHANGE_PLAN and terms.monthly_fen:
        more = "多" if terms.monthly_fen > 0 else "少"
        return f"每月比现在{more}{yuan(abs(terms.monthly_fen))}元"
    return _price(order)


def _when(order: Order) -> str:
    if order.change.kind is Kind.ROAMING:
        return "到达当地后自动生效"
    if order.change.kind is Kind.MOVE_BROADBAND:
        return "登记后安装师傅会联系您约上门的时间，新址装好以前，原址可以照常使用"
    day, today = order.terms.effective, order.proposed_at.astimezone(SHANGHAI).date()
    return "办理后立即生效" if day <= today else f"{day.year}年{day.month}月{day.day}日起生效"


_LASTS: Mapping[Kind, str] = {
    Kind.BUY_PACK: "有效期到本月最后一天，用不完的不结转到下月",
    Kind.ROAMING: "从到达当地后开始，连续7天有效",
    Kind.OPEN_SERVICE: "一直有效，按月收费，随时可以退订",
    Kind.ORDER_BROADBAND: "一次办理用一年，到期前可以续订",
    Kind.RENEW_BROADBAND: "续订后一年内有效",
    Kind.SUSPEND: "停到您说“复机”为止，号码一直为您保留",
    Kind.CHANGE_PLAN: "一直有效，以后可以再更换",
    Kind.PORT_OUT: "授权码60分钟内有效",
    Kind.TRANSFER: "预约7天内有效",
    Kind.INVOICE: "下载链接30天内有效，过期后可以再问我要",
}
_WAY_BACK: Mapping[Kind, str] = {
    Kind.BUY_PACK: "订购后立即生效，不能退订",
    Kind.ROAMING: "订购后不能退订",
    Kind.REDEEM: "兑换后不能退回",
    Kind.TAKE_PROMOTION: "参加后立即到账，不能撤销；活动不收费，也不绑定合约",
    Kind.OPEN_SERVICE: "24小时内可以撤销，之后随时可以退订",
    Kind.CLOSE_SERVICE: "24小时内可以撤销，之后随时可以重新开通",
    Kind.CHANGE_PLAN: "生效前可以撤销，生效后还可以再换，次月起生效",
    Kind.SUSPEND: "随时可以恢复，请您说“复机”",
    Kind.RESUME: "以后需要时可以再次停机",
    Kind.CANCEL_ACCOUNT: "月底生效以前可以撤销，生效后不能恢复",
    Kind.ORDER_BROADBAND: "办理后不能直接撤销，您可以说“转人工”由客服同事处理",
    Kind.RENEW_BROADBAND: "办理后不能直接撤销，您可以说“转人工”由客服同事处理",
    Kind.MOVE_BROADBAND: "安装师傅上门前，可以由客服同事为您调整",
    Kind.NEW_NUMBER: "领卡之前，7天内可以撤销",
    Kind.TRANSFER: "不到营业厅办理，预约7天后自动失效",
    Kind.PORT_OUT: "不使用授权码，号码就不会转走",
    Kind.UNDO: "撤销后需要时可以重新办理",
}


def _way_back(order: Order) -> str:
    return _WAY_BACK.get(order.change.kind, "")


def moment_in_words(order: Order) -> str:
    """Return until when an order may be undone, as a customer reads it; "" where it may not."""
    if order.terms.undo_until is None:
        return ""
    until = order.terms.undo_until.astimezone(SHANGHAI)
    return f"{until.month}月{until.day}日{until:%H:%M}"


def _charged(order: Order) -> str:
    return f"从话费余额中一次性扣除{yuan(order.terms.once_fen)}元"
