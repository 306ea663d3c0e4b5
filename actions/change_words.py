"""What customers say of a change and what they are told of it: kinds, choices, terms in words."""

import re
from collections.abc import Sequence

from actions.base import Asked
from backends.orders.port import NUMBER_HELD_FOR, PORT_CODE_LIVES, Kind, Option, Order
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
}
OF_A_MONTH = {Kind.INVOICE, Kind.READ_DETAILS}

_BY_INTENT = {
    "change_plan": Kind.CHANGE_PLAN,
    "buy_data_pack": Kind.BUY_PACK,
    "open_service": Kind.OPEN_SERVICE,
    "cancel_service": Kind.CLOSE_SERVICE,
    "international_roaming": Kind.ROAMING,
    "cancel_account": Kind.CANCEL_ACCOUNT,
    "port_out": Kind.PORT_OUT,
    "invoice": Kind.INVOICE,
    "realname": Kind.TRANSFER,
}
_UNDO = re.compile(r"撤销|撤回|撤了|反悔")
_RESUME = re.compile(r"复机|开机|恢复|复通|找到|找回|解挂|取消挂失|重新开|开一下|开开|解除")
_LOST = re.compile(r"停机保号|挂失|丢了|掉了|被偷|偷了|报停")
_SUSPEND = re.compile(r"暂停|先停|停了先|停掉|停一|办停机|给我停机|要停机|想停机|申请停机|^停机$")
_WHY = re.compile(r"为什么|为啥|怎么|咋|原因|还是|还停")
_PUK = re.compile(r"puk|解锁|锁卡|锁住|锁了", re.IGNORECASE)
_MOVE = re.compile(r"移机|移到|搬")
_RENEW = re.compile(r"续费|续约|续一年|续期|续上|到期")
_REDEEM = re.compile(r"兑|换(?!个?月)")
_DETAILS = re.compile(r"详单|清单|通话记录|打给谁|每一?笔")
_TRANSFER = re.compile(r"过户|改名字|换机主|转给|转到.{0,6}名下|变更机主")

_NEW_NUMBER = re.compile(r"选号|新号|靓号|副卡|副号|第二个号|再?[办要开]一?个(?:手机)?号码?")
_SIZE = re.compile(r"(\d+)\s*个?\s*[gG]")
_PRICE = re.compile(r"(\d+)\s*(?:块|元)")
_NUMBER = re.compile(r"(?<!\d)(\d{2,4})(?!\d|\s*个?\s*[gG]|\s*块|\s*元|\s*天)")
_CHEAPEST, _DEAREST = re.compile(r"最(?:便宜|低|小|少)"), re.compile(r"最(?:贵|高|大|多|好|快)")
# Where people say that they are going to, and what a pack calls it.
_REGIONS = {
    "港澳台": re.compile("港澳|香港|澳门|台湾|台北"),
    "日韩": re.compile("日本|东京|大阪|韩国|首尔|日韩"),
    "东南亚": re.compile("东南亚|泰国|新加坡|马来|越南|印尼|巴厘|菲律宾|柬埔寨"),
    "欧洲": re.compile("欧洲|法国|德国|英国|意大利|西班牙|瑞士|荷兰"),
    "北美": re.compile("北美|美国|加拿大|纽约"),
}
_THOUSAND = re.compile("千兆|一千兆")


def kind_of(asked: Asked) -> Kind | None:
    """Return what the customer wants changed, or None where it is a question ("why is my number stopped")."""
    text = asked.text
    if _UNDO.search(text):
        return Kind.UNDO
    match asked.intent:
        case "open_service" | "change_plan" | "other" if _NEW_NUMBER.search(text):
            return Kind.NEW_NUMBER
        case "suspend_or_resume":
            return _stop_or_go(text)
        case "replace_sim":
            return Kind.READ_PUK if _PUK.search(text) else Kind.REPLACE_SIM
        case "broadband_order":
            return _line(text)
        case "query_points":
            return Kind.REDEEM if _REDEEM.search(text) else None
        case "query_bill":
            return Kind.READ_DETAILS if _DETAILS.search(text) else None
        case "realname":
            return Kind.TRANSFER if _TRANSFER.search(text) else None
    return _BY_INTENT.get(asked.intent)


def _stop_or_go(text: str) -> Kind | None:
    asks = _WHY.search(text)
    if _RESUME.search(text) and not asks:
        return Kind.RESUME
    return Kind.SUSPEND if _LOST.search(text) or (_SUSPEND.search(text) and not asks) else None


def _line(text: str) -> Kind:
    if _MOVE.search(text):
        return Kind.MOVE_BROADBAND
    return Kind.RENEW_BROADBAND if _RENEW.search(text) else Kind.ORDER_BROADBAND


def chosen(text: str, options: Sequence[Option]) -> list[Option]:
    """Return the options (the cheapest first) that `text` names.

    By name, by a part of it (彩铃), by size (10个G), by price (10块钱的), by number (129的), by where one travels, or
    as the cheapest. An exact name leaves out what only shares a part of it, a price what only has the same number in
    its name.
    """
    exact = [option for option in options if option.name in text]
    prices = {int(price) * 100 for price in _PRICE.findall(text)}
    priced = [option for option in options if not option.points and option.price in prices]
    if exact or priced:
        return exact or priced
    possible = [option for option in options if option.refusal is None]
    if _CHEAPEST.search(text):
        return possible[:1]
    if _DEAREST.search(text):
        return possible[-1:]
    sizes, numbers = set(_SIZE.findall(text)), set(_NUMBER.findall(text))
    if _THOUSAND.search(text):
        numbers.add("1000")
    return [option for option in options if _named(option.name, text, sizes, numbers)]


def _named(name: str, text: str, sizes: set[str], numbers: set[str]) -> bool:
    if sizes and sizes & set(_SIZE.findall(name)):
        return True
    if numbers and numbers & set(re.findall(r"\d+", name)):
        return True
    if any(region in name and places.search(text) for region, places in _REGIONS.items()):
        return True
    # The two last characters of a name are what people call it: 视频彩铃, 来电显示; 套餐 and 量包 say nothing.
    word = name[-2:]
    return (
        not word.isdigit() and word not in ("套餐", "量包", "会员", "天包", "包年", "话费", "流量") and word in text
    ) or (name.endswith("会员") and name[:2] in text)


def price_of(option: Option) -> str:
    """Return what an option costs, as it stands on a button."""
    if option.points:
        return f"{option.points}积分"
    return f"{yuan(option.monthly_fen)}元/月" if option.monthly_fen else f"{yuan(option.once_fen)}元"


def month_in_words(month: str) -> str:
    """Return YYYY-MM as people say it.

    >>> month_in_words("2026-09")
    '2026年9月'
    """
    year, number = month.split("-")
    return f"{year}年{int(number)}月"


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
            return f"开具{month_in_words(terms.subject)}的电子发票，24小时内把下载链接发到您的手机"
        case Kind.READ_DETAILS:
            return f"查询{month_in_words(terms.subject)}的通话详单"
        case Kind.READ_PUK:
            return "查询手机卡的PUK码"
        case Kind.REFUND:
            return f"退还多收的“{terms.subject}”，双倍共{yuan(-terms.once_fen)}元，已计入话费余额"
        case Kind.UNDO:
            return f"撤销订单{order.change.target}（{terms.subject}），立即生效"


def _charged(order: Order) -> str:
    return f"从话费余额中一次性扣除{yuan(order.terms.once_fen)}元"
