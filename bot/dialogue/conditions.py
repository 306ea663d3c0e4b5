"""The named conditions that flows may use: on what is known (WHEN), and on the words that begin them (SAID).

A condition on words parts the flows of one intent (suspend, resume, why it is stopped); what a message means at all is
the engine's to say. Its words are the trade's, few and closed.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.english import says as in_english
from core.address import names_a_house

_UNDO = re.compile(r"撤|反悔|退回去|换回(?:来|去)|不算数")
_REPEAT = re.compile(
    r"(?:.{0,6}(?:再|重新?)(?:说|讲|发|念)一?(?:遍|次|下|声)?.{0,3}|.{0,4}没(?:看|听)(?:清|见|到).{0,3})"
)
_RESUME = re.compile(r"复机|开机|恢复|复通|找到|找回|解挂|取消挂失|重新开|开一下|开开|解除|开通回来")
_STOP = re.compile(
    r"停机保号|挂失|丢了|掉了|被偷|偷了|报停|暂停|先停|停了先|停掉|停一|办停机|要停机|想停机|申请停机|停机$"
    r"|(?:给我|帮我|快点?|马上|赶紧|把.{0,6})停"
)
_WHY = re.compile(r"为什么|为啥|怎么(?!办|挂|停机|复|弄|操作|开|申请)|咋(?!办|挂|弄)|原因|还是|还停|被停")
_PUK = re.compile(r"puk|解锁|锁卡|锁住|锁了", re.IGNORECASE)
_MOVE = re.compile(r"移机|移到|搬")
_RENEW = re.compile(r"(?<!手)续(?!航)")
_LINE = re.compile(r"到期|几号到|哪天到|多少兆|几兆|多大的?(?:网|宽带)|网速是多少|什么宽带")
_REDEEM = re.compile(r"兑|换(?!个?月)")
_DETAILS = re.compile(r"详单|清单|通话记录|打给谁|每一?笔")
_TRANSFER = re.compile(r"过户|改名字|换机主|转给|转到.{0,6}名下|变更机主")
_NEW_NUMBER = re.compile(r"选号|新号|靓号|副卡|副号|第二个号|再?[办要开]一?个(?:手机)?号码?")
_WITHDRAW = re.compile(
    r"(?<![别不没莫])(?<!不要)撤|(?<![别不没莫])取消|不用(?:来|修|处理|上门|跟进|管)|别来"
    r"|不投诉了|不追究|不修了|不报了"
)
_GONE = re.compile(
    r".{0,6}(?:又|已经|现在|自己|突然)*(?:好了|恢复了|修好了|能用了|能上网了|可以了|正常了|有信号了|没事了)[。！!啦哈谢您了]*"
)
_MOVE_VISIT = re.compile(r"改|换个?时间|推迟|提前|延后|往后|晚一?点来|早一?点来|另约|重新约|再晚|再早")
_ADD = re.compile(r"补充|再补|补一[句下点]|补到|再加一|加上一|写上|记上|备注|还有一点|忘了说|漏了")
_NOT_MENDED = re.compile(
    r"没好|还是不好|又断|又坏|不满意|不认可|不接受|没有?(?:解决|修好|处理好|弄好)|还是不行"
    r"|重新(?:处理|修|派)|返修"
)
_MENDED = re.compile(r"满意|认可|接受|修好了|解决了|处理好了|可以结单|结案|确认修复")
_ASKED = re.compile(r"[?？]|吗|没有?$|了没")
_OTHERS = re.compile(
    r"便宜|别的|其他|其它|有哪些|哪几[种个]|哪些|还有什么|有什么|更[大多低高]|划算|推荐|最[低高少多大小]"
)
_ANOTHER = re.compile(r"另外|还有|另一|别的|又|再报|也(?:坏|断|没)|报修|报障")
_FIGURE = re.compile(r"话费|余额|钱|块|元|流量|[gGＧ]|分钟|短信|积分|账单|套餐|流量包")
_TICKET = re.compile(r"投诉|建议的|报修|维修|上门|工单|预约|师傅|修|处理|WX\d|TS\d", re.IGNORECASE)
_PROGRESS = re.compile(
    r"进度|怎么样了|到哪|多久|什么时候|几点|啥时候|师傅.{0,4}(?:电话|号码|联系)|修好没|处理没|单号|编号"
)
_PAID = re.compile(r"(?:付|交|充|支付|缴|转)(?:好|完|过|成功|款)?了|到账|(?:付|交|支付)(?:好|完|成功)|链接")
_TRIED = re.compile(
    r"试过|试了|重启(?:过|了)|重新启动|拔(?:过|了|插)|开关过|关机(?:过|了)|(?:都|还是)(?:没用|不行|没反应)"
)
_TITLE = re.compile(r"抬头|税号|专票|增值税")
_BOOKING = re.compile(r"预约|取号|排号|叫号")


def _says(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


def _of_a_ticket(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: _TICKET.search(text) is not None and pattern.search(text) is not None


_IN_CHINESE: Mapping[str, Callable[[str], bool]] = {
    "undo": _says(_UNDO),
    "repeat": lambda text: _REPEAT.fullmatch(text) is not None,
    "resume": lambda text: _RESUME.search(text) is not None and _WHY.search(text) is None,
    "stop": lambda text: _STOP.search(text) is not None and _WHY.search(text) is None,
    "puk": _says(_PUK),
    "move": _says(_MOVE),
    "renew": _says(_RENEW),
    "redeem": _says(_REDEEM),
    "details": _says(_DETAILS),
    "transfer": _says(_TRANSFER),
    "new_number": _says(_NEW_NUMBER),
    "not_mended": _of_a_ticket(_NOT_MENDED),
    "add_to_ticket": _of_a_ticket(_ADD),
    "move_visit": lambda text: _of_a_ticket(_MOVE_VISIT)(text) and _WITHDRAW.search(text) is None,
    "withdraw": _of_a_ticket(_WITHDRAW),
    "mended": lambda text: _of_a_ticket(_MENDED)(text) and not (_NOT_MENDED.search(text) or _ASKED.search(text)),
    "not_mended_after_all": _says(_NOT_MENDED),
    "line": lambda text: _LINE.search(text) is not None and _RENEW.search(text) is None,
    "others": _says(_OTHERS),
    "another": _says(_ANOTHER),
    "a_figure": _says(_FIGURE),
    # After a ticket was talked of it need not be named again.
    "withdraw_it": _says(_WITHDRAW),
    "no_longer": lambda text: _WITHDRAW.search(text) is not None or _GONE.fullmatch(text) is not None,
    "move_it": _says(_MOVE_VISIT),
    "add_to_it": _says(_ADD),
    "progress": _says(_PROGRESS),
    "paid": _says(_PAID),
    "tried": _says(_TRIED),
    "title": _says(_TITLE),
    "booking": _says(_BOOKING),
}


def _in_either(name: str) -> Callable[[str], bool]:
    return lambda text: _IN_CHINESE[name](text) or in_english(name, text)


SAID: Mapping[str, Callable[[str], bool]] = {name: _in_either(name) for name in _IN_CHINESE}


def _is(name: str, *values: Any) -> Callable[[Mapping[str, Any]], bool]:
    return lambda slots: slots.get(name) in values


WHEN: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "nobody_visits": _is("fault_kind", "mobile"),
    # The house is asked for until the address has one, or until the customer has answered.
    "house_is_known": lambda slots: names_a_house(str(slots.get("address", ""))) or slots.get("fault_kind") == "mobile",
    "no_visit_free": _is("visit", "none"),
    "many_visits": lambda slots: slots.get("visit") is None,
    "by_keyword": _is("by_keyword", "yes"),
    "asks_nothing": _is("remark", "yes"),
}
