"""The named conditions that flows may use: on what is known (WHEN), and on the words that begin them (SAID).

A condition on words parts the flows of one intent (suspend, resume, why it is stopped); what a message means at all is
the engine's to say. Its words are the trade's, few and closed.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.english import says as in_english
from core.address import names_a_house
from core.companies import PERSONAL
from core.guided_check import OVER, TICKET_NEEDS

_UNDO = re.compile(r"撤|反悔|退回去|换回(?:来|去)|不算数")
_REPEAT = re.compile(
    r"(?:.{0,6}(?:再|重新?)(?:说|讲|发|念)一?(?:遍|次|下|声)?.{0,3}|.{0,4}没(?:看|听)(?:清|见|到).{0,3})"
)
# Asks for the language that it is written in, and for nothing else.
_LANGUAGE = re.compile(
    r"(?:请|麻烦|你|您|咱们?|我们|能不能|可不可以|可以|能|会|要|还是|就)*(?:用|说|讲|换|改)(?:成|回|到)?(?:中文|汉语|普通话)"
    r"(?:吗|吧|呗|行吗|可以吗|好吗|谢谢|回[答复]|了)*"
)
# It is what was told last: where nothing is open, this is no word that breaks off.
_CANCEL_IT = re.compile(
    r"(?:那|就|直接|帮我|给我|请|麻烦)*"
    r"(?:(?:退订?|取消|停|关)(?:掉|了|它|这个|那个)+|把(?:它|这个|那个)(?:退订?|取消|停|关)(?:掉|了)?)吧?"
)
# What is on for the own number, and not what is on sale.
_OWN_SERVICES = re.compile(
    r"(?:我|本机|这个号|号上|号码上|卡上|名下).{0,6}(?:开通?|订购?|办理?|用)(?:了|着|过|的).{0,4}(?:哪些|什么|啥|几[个项])"
    r"|(?:号上|号码上|卡上|名下).{0,3}(?:都|现在)?有(?:哪些|什么|啥)"
)
_ROAMING_IS_ON = re.compile(
    r"漫游.{0,6}(?:开通?|打开|关|订)(?:着|了|上|掉)?(?:没有?|吗|么)|(?:有没有|是不是|没)(?:开|关).{0,4}漫游|漫游.{0,4}(?:有没有|是不是)(?:开|关)"
)
_NUMBERS_CALLED = re.compile(
    r"打(?:过|给过|给了)(?:哪些|哪几个|什么|谁)的?(?:号码?|电话)|[跟和]谁(?:通过|打过)(?:话|电话)"
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
    r"|不投诉了|不追究|不修了|不报了|(?:投诉|报修|工单).{0,3}(?:不想?要了|不用了|算了)"
)
_GONE = re.compile(
    r".{0,6}(?:又|已经|现在|自己|突然)*(?:好了|恢复了|修好了|能用了|能上网了|可以了|正常了|有信号了|没事了)[。！!啦哈谢您了]*"
)
# A complaint that is made now, and not one that was made, is called off, or is only asked about.
_COMPLAINS = re.compile(
    r"(?:(?<!不)要|想|得|必须|打算|准备|直接|马上|帮我|给我|现在|去|就|再|登记|我是?)(?:再|去|个|一下|向.{1,4})?投诉(?!的|过|(?<!要投诉)了)"
    r"|^投诉(?=你|他|她|师傅|客服|营业|工作|$)"
)
_NO_COMPLAINT = re.compile(
    r"(?:(?<!是)不是|不想|(?<!要)不要|(?<!用)不用|不必|别|没有?想|没有?[要说]|不打算|谁要|谁说)(?:我|再|来|想|要|去|在|为了|是|给我|帮我|登记)*投诉|不投诉"
)
_COMPLAINED = re.compile(
    r"撤|取消|(?:怎么|如何|咋|哪[里儿]?能?|去哪)投诉|投诉(?:工单|进度|结果|单号|编号|电话|热线|渠道|记录|处理|怎么样|到哪|多久|几天|什么时候|有没有)"
    r"|已经?投诉|补充|催|(?<!要)投诉.{0,6}[这那][个件]?事"
)
# Who was told of a fault needs no second report, nor does who wants money back for one.
_REPORTED = re.compile(
    r"(?:已经|早就|刚才?|都)(?:给|跟|向)?(?:你们?|您)?(?:报|登记)(?:过|修|了|障)|有我的(?:报修|报障|工单|单子)"
)
_MONEY_BACK = re.compile(
    r"退(?:钱|费|款|网费|月费|我|给|不|吗|点|些)|[钱费].{0,5}退|赔|补偿|减免|扣不扣|(?:网费|月费|费用|钱).{0,6}(?:[扣减免]|少收)"
)
_WANTS_A_REPAIR = re.compile(r"(?:要|想|帮我|给我|请|派|来).{0,4}(?:报修|修|师傅)")
_MOVE_VISIT = re.compile(r"改|换个?时间|推迟|提前|延后|往后|晚一?点来|早一?点来|另约|重新约|再晚|再早")
# A visit is wanted earlier or later, whatever day that is.
_ANOTHER_TIME = re.compile(
    r"[早晚]一?[点些](?!再?[说讲看想])|再[早晚]|提前|提早|推迟|延后|往[后前]|换个?时间|另约|重新约"
)
# What else there is to say, and nothing more: 然后呢, 还有别的吗.
_AND_THEN = re.compile(
    r"(?:那|好的?|嗯+|哦|[\s，,])*(?:(?:然后|接着|接下来|之后|后来|下一步|还有)(?:呢|嘞|咧|哩|怎么[样办])?|还有(?:别的|其他|其它|什么|啥)(?:的|东西)?[吗呢么没]?)[?？]*"
)
# Somebody is to come to the house, and not into the conversation.
_SOMEBODY_COMES = re.compile(
    r"(?:来|派|叫|喊|安排)(?:一?个|两个)?(?:人|师傅)(?:来|上门|过来|去|看|修|弄|中不|$)(?!.*(?:客服|人工))"
)
_A_PROOF = re.compile(r"身份证|证件号|服务密码|\b(?:id|passport|password)\b", re.IGNORECASE)
_NOT_WANTED = re.compile(r"不(?:想?要|用|需要|买|订|开|办|换)")
# Of what is one's own: what is left, was used, is owed.
_OWN_FIGURE = re.compile(
    r"剩|余|用了|已用|用掉|欠|我的?(?:话费|流量|积分|账)|还有(?:多少|几)|\b(?:left|used|my|remaining|owe)\b"
)
# Of signing in itself: that it can't be done, is not wanted, or what it is for.
_SIGN_IN = re.compile(r"登[录陆]")
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
    r"进度|怎么样了|到哪|多久|(?<![这那前后好])几天|什么时候|几点|啥时候|师傅.{0,4}(?:电话|号码|联系)|修好没|处理没|单号|编号"
)
_PAID = re.compile(r"(?:付|交|充|支付|缴|转)(?:好|完|过|成功|款)?了|到账|(?:付|交|支付)(?:好|完|成功)|链接")
_TRIED = re.compile(
    r"试过|试了|重启(?:过|了)|重新启动|拔(?:过|了|插)|开关过|关机(?:过|了)|(?:都|还是)(?:没用|不行|没反应)"
)
# A question about all that is on sale, which names a figure or a plan as one's own figures are named.
_ON_SALE = re.compile(
    r"最.{1,6}(?:套餐|流量包|漫游包|宽带)|(?:套餐|流量包|漫游包|宽带).{0,8}最|(?<!我的)资费|在售|(?:套餐外|超出|超过|超了).{0,8}(?:收|多少钱|几块|价|贵)"
    r"|(?<!我的)(?:套餐|流量包|漫游包)(?:都|一共)?有(?:哪些|什么|几[种个款])|(?:有|都有)(?:哪些|什么|几[种个款]).{0,2}(?:套餐|流量包|漫游包)"
)
# Which plan fits: the own use is looked at. A pack or a trip is chosen otherwise.
_BEST_PLAN = re.compile(r"(?<![不没])(?<!不太)(?<!不怎么)(?:划算|合算|适合|合适|推荐|省钱)|最省")
_NO_PLAN = re.compile(r"流量包|加油包|漫游|宽带|活动|优惠|副卡|会员")
# Until when something runs that is one's own; what is on sale lasts as its flow says.
_UNTIL = re.compile(
    r"到期|到(?:什么时候|啥时候|几号|哪天|几月)|(?:几号|哪天|啥时候|什么时候).{0,2}(?:到|完|结束|失效|过期|没)|有效期|还有(?:多久|几天|多长)"
)
# Whether something is out, now and there; how one hears of it is a question for an article.
_THERE = (
    r"(?:现在|目前|今天|当前|附近|[这那](?:边|里|儿|一?片|一?带)|我们?家?(?:[这那][边里]?|小区|村|楼)?|你们|周边|本地"
    r"|.{1,10}?(?:[路区村镇园街苑]|一带|那边|附近))"
)
_IS_THERE = r"(?:有没有|有无|是不是有?|是否有?|有|出现|发生)了?(?:什么|啥)?(?:大面积|区域性?)?的?"
_OUTAGE_THERE = re.compile(
    rf"(?:请问|你好|您好|麻烦|帮我?查一?下|查一?下|[，,])*"
    rf"(?:{_THERE}*{_IS_THERE}(?:网络?|信号|宽带|通信|基站|线路|电视|手机)(?:信号|网络)?的?(?:故障|中断|检修|抢修)"
    rf"|{_THERE}+{_IS_THERE}(?:断网|停网|大面积故障))了?(?:吗|么|嘛|没有?|呢|啊|不)?[?？。！!]*"
)
_LAPSES = re.compile(r"清零|作废|用到(?:什么|啥|几|哪|月底)")
_MINE = re.compile(r"我|合约|合同|协议|买的|办的|订的|开的|现在的|已经")
# Items of a bill by which it is asked why they are there; who calls it wrong complains.
_CHARGE = re.compile(
    r"套餐外|超出|超[了的]|流量费|语音费|通话费|漫游费|功能费|月费|彩铃|会员|来电显示|[这那](?:个|笔|项|\d)|\d+(?:\.\d+)?(?:元|块)"
)
_WHAT_FOR = re.compile(
    r"为什么|为啥|怎么(?!办|退|取消|投诉)|咋(?!办)|哪来|哪天|哪几天|什么(?:费|钱|东西|意思|用|时候用|$)|是什么|啥(?:费|钱|意思|$)|干[嘛什]|明细"
)
_WHY_CHARGED = re.compile(r"为什么|为啥|怎么(?:回事|会|这么|有|多|又|来)|咋|多在哪|哪来|贵在哪")
_CALLED_WRONG = re.compile(r"投诉|举报|乱|多[扣收]|凭[什啥]|退|赔|骗|不合理|不认|没用|没开|没办|没订|根本|从来没")
# Who calls a named partner's charge wrong complains; who asks what it is, or how to stop it, is told.
_NEVER_ORDERED = re.compile(
    r"(?<!有)没有?(?:[开办订点买]|申请|同意|用过)|从来没|根本没|不知情|私自|擅自|偷偷|强[行制]|不是我[开办订点]"
    r"|谁(?:给我|帮我|让你们)[开办订]"
)
_ACCUSED = re.compile(r"投诉|举报|乱[扣收]|多[扣收]|凭[什啥]|不合理|不认|骗(?!子)|赔")
_TAKE = re.compile(r"参加|领取?(?!导)|报名|办|开通|享受|[我想就]要|给我|来一?个|要(?=[第这那]|$)")
# Who asks about a promotion, or complains of one, does not take it.
_NOT_TAKEN = re.compile(
    r"[?？吗啥几没不骗]|什么|哪|怎么|如何|多少|是否|呢$|可以.{0,4}(?:参加|领|办)|(?:参加|领|报名|办)过"
)
_SPECIAL_INVOICE = re.compile(r"专票|专用发票")
# Several of one thing: 要两个, 2个10元的; not 两个G, 第二个, 这两个, 两个都要.
_SEVERAL = re.compile(
    r"(?<![第这那哪上下前后\d.])(?:[2-9]|10|[两二三四五六七八九十])\s*[个份张]"
    r"(?!\s*(?:多?[gG](?![a-z])|月|小时|钟头|星期|礼拜|人|号|手机|地方|国家|字|问题|意思|套餐|都|全|里))"
    r"|[来要订买换办]俩(?!月|人)"
)
# The same once more, and nothing else.
_ONCE_MORE = re.compile(
    r"(?:好的?|行|那就?|请|麻烦|帮我|给我|我|还|想|要|[\s，,])*再(?:来|要|订购?|买|换|兑换?|办理?|开|加)"
    r"(?:同样的?|一样的?)?[一1](?:个|份|张|次)(?:同样的?|一样的?|这个|这样的|的|包)*(?:吧|呗|啊|呀|谢谢|[\s。！!])*"
)
# Of one's own data, and not of what it is used for: 流量, 通话详单.
_DATA = r"(?:(?:个人)?(?:数据|资料|信息)(?!流量|套餐|业务|包|网)|档案)"
_NO_DATA = re.compile(r"流量|详单|账单|通话|短信|缓存|手机里|(?:给|到)(?:别人|他人)|泄露|身份证|[他她方人][让叫要]我")
_SAID_HERE = r"(?:(?:聊天|会话|对话|咨询|客服)(?:的?(?:记录|内容|历史))?)"
_EXPORT = re.compile(
    rf"(?:导出|下载|拷贝|备份|复制)[^，。]{{0,8}}{_DATA}|{_DATA}[^，。]{{0,6}}(?:导出|下载|拷贝|备份|副本|复制)"
    rf"|(?:导出|下载)[^，。]{{0,6}}{_SAID_HERE}"
)
_ERASE = re.compile(
    rf"(?:删|清空|清除|抹)[^，。]{{0,8}}(?:{_SAID_HERE}|我的?{_DATA}|我说过的)"
    rf"|(?:{_SAID_HERE}|我的?{_DATA}|我说过的话?)[^，。]{{0,6}}(?:删|清空|清除|清掉|抹)"
)
_TAKE_BACK = re.compile(
    r"(?:撤回|撤销|取消|收回|解除|关掉|关闭)[^，。]{0,8}(?:同意|授权)(?!码)|(?:同意[^，。不]{1,6}|授权(?!码)[^，。]{0,6})(?:撤回|撤销|取消|收回|关掉)"
)
# A clause that wants to become a customer and says nothing else: who tells of 办卡那天 is one already.
_POLITE = (
    r"(?:你好|您好|请问?|我们?|咱|俺|想|要|需要|打算|准备|可不可以|可以|能不能|能|怎么样?|如何|在?哪里?|去|给我|帮我?|麻烦"
    r"|直接|在线|网上|线上|现在|第一次|新用户|新客户|作为|办理|申请|应该)*"
)
_BECOMES = (
    r"(?:(?:新?[办开买要领]|申请)(?:理|通)?(?:一|个|张|新|的|你们|家|公司|手机|电话|流量|上网)*(?:卡|号码?)"
    r"|开个?户|入个?网|(?:注册|成为|当|做)(?:你们|贵公司)?的?新?(?:用户|客户)|注册)"
)
_ASKED_OF_IT = (
    r"(?:吗|呢|吧|啊|呀|么|的|用|一下|谢谢|流程|手续|需?要(?:带|准备)?(?:什么|哪些)(?:材料|证件|资料|手续)?"
    r"|需?要?多少钱|怎么[办弄]|[可行好]以?吗)*"
)
_BECOME = re.compile(rf"{_POLITE}{_BECOMES}{_ASKED_OF_IT}")
_NO_CUSTOMER = re.compile(r"(?:不是|没有?过?)(?:你们|贵公司|咱们?家)(?:公司)?的?(?:客户|用户|号码?|卡)")
_WOULD_BE_ONE = re.compile(r"办|开户|开个|入网|注册|加入|选号")
_CLAUSES = re.compile(r"[，,。；;！!？?、\s]+")
# Whether a number is stopped by now; what else may be stopped is none.
_IS_STOPPED = re.compile(
    r"(?:停(?:机|掉|好|上|住|成功|机成功)?了(?:没有?|吗|么|嘛)|停(?:好|掉|机)没有?|停没停|有没有停(?:机|掉|好)?|挂失(?:好|成功|上)?了(?:没有?|吗))"
    r"(?=$|[，。？?！!\s呀啊呢])|(?:是不是|是否)已?经?停(?:了|机|掉)"
)
_OTHER_THAN_A_NUMBER = re.compile(r"宽带|会员|彩铃|业务|服务|流量|漫游|自动|套餐|工单")
# Why the usual proof of a lost phone's owner is not at hand, what is feared for, and what a stop keeps off.
_PASSPORT = re.compile(r"护照|通行证|回乡证|台胞证|居留证|永居|外国人|老外")
_NO_PROOF = re.compile(
    r"(?:没有?|不记得|记不[住得清]|忘记?了?|不知道|不晓得|想不起|没设过?|[啥什]么?(?:是|叫)).{0,6}密码"
    r"|密码.{0,6}(?:忘|不记得|记不|不知道|没有|是[啥什])|验证码|收不[到了]|身份证.{0,6}(?:丢|没|不在|记不)"
    r"|(?:没有?|不记得|记不[住得清]).{0,4}身份证"
)
_PAYMENT_APPS = re.compile(r"微信|支付宝|网银|银行|钱包|花呗|支付")
_ONCE_STOPPED = re.compile(
    r"(?:停.{0,6}|还)能.{0,4}(?:接|打|收|拨|上网)|号.{0,3}还在|号.{0,4}(?:保留|留着)|"
    r"(?:别人|人家|小偷|捡到?的?人?|有人|被人|他们?).{0,8}(?:用|打|花|登|转|刷|接|收|骗)|打电话花|盗[刷用]|话费.{0,6}(?:没|光)"
)
_BOOKING = re.compile(r"预约|取号|排号|叫号")


def _says(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None


def _asks_of_a_charge(text: str) -> bool:
    return _WHAT_FOR.search(text) is not None and _CALLED_WRONG.search(text) is None


def _would_become_a_customer(text: str) -> bool:
    if _NO_CUSTOMER.search(text) is not None:
        return _WOULD_BE_ONE.search(text) is not None
    return any(_BECOME.fullmatch(clause) for clause in _CLAUSES.split(text) if clause)


def _but(pattern: re.Pattern[str], never: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.search(text) is not None and never.search(text) is None


def _of_a_ticket(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: _TICKET.search(text) is not None and pattern.search(text) is not None


_IN_CHINESE: Mapping[str, Callable[[str], bool]] = {
    "undo": _says(_UNDO),
    "repeat": lambda text: _REPEAT.fullmatch(text) is not None,
    "language": lambda text: _LANGUAGE.fullmatch(text) is not None,
    "cancel_it": lambda text: _CANCEL_IT.fullmatch(text) is not None,
    "own_services": _says(_OWN_SERVICES),
    "roaming_is_on": _says(_ROAMING_IS_ON),
    "numbers_called": _says(_NUMBERS_CALLED),
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
    "no_longer": lambda text: (
        any(sign.search(text) for sign in (_WITHDRAW, _REPORTED)) or _GONE.fullmatch(text) is not None
    ),
    "complains": lambda text: (
        _COMPLAINS.search(text) is not None and not any(sign.search(text) for sign in (_NO_COMPLAINT, _COMPLAINED))
    ),
    "no_complaint": _says(_NO_COMPLAINT),
    "no_report": lambda text: (
        any(sign.search(text) for sign in (_REPORTED, _MONEY_BACK))
        and not any(sign.search(text) for sign in (_WANTS_A_REPAIR, _ANOTHER))
    ),
    "move_it": lambda text: _MOVE_VISIT.search(text) is not None or _ANOTHER_TIME.search(text) is not None,
    "another_time": _says(_ANOTHER_TIME),
    "somebody_comes": _says(_SOMEBODY_COMES),
    "a_proof": _says(_A_PROOF),
    "not_wanted": _says(_NOT_WANTED),
    "own_figure": _says(_OWN_FIGURE),
    "and_then": lambda text: _AND_THEN.fullmatch(text) is not None,
    "sign_in": _says(_SIGN_IN),
    "add_to_it": _says(_ADD),
    "progress": _says(_PROGRESS),
    "paid": _says(_PAID),
    "tried": _says(_TRIED),
    "on_sale": lambda text: (
        _ON_SALE.search(text) is not None and not (_BEST_PLAN.search(text) and _NO_PLAN.search(text) is None)
    ),
    "best_plan": lambda text: _BEST_PLAN.search(text) is not None and _NO_PLAN.search(text) is None,
    "until_when": lambda text: _UNTIL.search(text) is not None or _LAPSES.search(text) is not None,
    "outage_there": lambda text: _OUTAGE_THERE.fullmatch(text) is not None,
    "runs_until": lambda text: _UNTIL.search(text) is not None and _MINE.search(text) is not None,
    "charge": lambda text: _asks_of_a_charge(text) and _CHARGE.search(text) is not None,
    # After a bill was shown its items need not be named.
    "why_charged": lambda text: (
        _asks_of_a_charge(text) and (_CHARGE.search(text) is not None or _WHY_CHARGED.search(text) is not None)
    ),
    "never_ordered": _says(_NEVER_ORDERED),
    "accused": _says(_ACCUSED),
    "take": lambda text: _TAKE.search(text) is not None and _NOT_TAKEN.search(text) is None,
    "special_invoice": _says(_SPECIAL_INVOICE),
    "booking": _says(_BOOKING),
    "several": _says(_SEVERAL),
    "once_more": lambda text: _ONCE_MORE.fullmatch(text) is not None,
    "is_stopped": _but(_IS_STOPPED, _OTHER_THAN_A_NUMBER),
    "passport": _says(_PASSPORT),
    "no_proof": _says(_NO_PROOF),
    "payment_apps": _says(_PAYMENT_APPS),
    "once_stopped": _says(_ONCE_STOPPED),
    # Such words alone begin a flow, whatever the engine makes of them.
    "export_own_data": _but(_EXPORT, _NO_DATA),
    "erase_own_words": _but(_ERASE, _NO_DATA),
    "take_consent_back": _says(_TAKE_BACK),
    "become_a_customer": _would_become_a_customer,
}


def _in_either(name: str) -> Callable[[str], bool]:
    return lambda text: _IN_CHINESE[name](text) or in_english(name, text)


SAID: Mapping[str, Callable[[str], bool]] = {name: _in_either(name) for name in _IN_CHINESE}


def _tells_for_the_ticket(slots: Mapping[str, Any]) -> bool:
    """Return whether the ticket is wanted: all that it needs was told at first, or something of it meanwhile."""
    before = slots.get("told_before")
    told = [name for name in TICKET_NEEDS if slots.get(name) is not None]
    if slots.get("visit") is not None or len(told) == len(TICKET_NEEDS):
        return True
    return before is not None and any(name not in before for name in told)


def _is(name: str, *values: Any) -> Callable[[Mapping[str, Any]], bool]:
    return lambda slots: slots.get(name) in values


WHEN: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "check_is_over": lambda slots: slots.get("check") == OVER or _tells_for_the_ticket(slots),
    "nobody_visits": _is("fault_kind", "mobile"),
    # The house is asked for until the address has one, or until the customer has answered.
    "house_is_known": lambda slots: names_a_house(str(slots.get("address", ""))) or slots.get("fault_kind") == "mobile",
    "no_visit_free": _is("visit", "none"),
    "many_visits": lambda slots: slots.get("visit") is None,
    "by_keyword": _is("by_keyword", "yes"),
    "asks_nothing": _is("remark", "yes"),
    "for_a_company": lambda slots: slots.get("title") not in (None, PERSONAL),
}
