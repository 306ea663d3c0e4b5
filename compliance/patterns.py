"""By which words each category of customer information is known, in a text that is in one spelling (spelling.py).

Each category has one pattern; its first group that is there is what is private. Numbers that speak for themselves are
core.identifiers'. What the categories are and the words' lists are data, content/privacy.yml.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.companies import BODY

FILE = Path(__file__).resolve().parent.parent / "content" / "privacy.yml"


@dataclass(frozen=True)
class Category:
    """A category as content/privacy.yml has it: its name, where N3 names it, who may be told, whether it is kept."""

    name: str
    source: str
    told: str
    kept: bool


def read_categories(text: str) -> Mapping[str, Category]:
    """Return the categories of a file by rule. Raises ValueError, KeyError or TypeError where one is not whole."""
    found = {rule: Category(**each) for rule, each in yaml.safe_load(text)["categories"].items()}
    if wrong := [rule for rule, each in found.items() if each.told not in ("nobody", "owner")]:
        raise ValueError(f"privacy: {wrong[0]}: told must be nobody or owner")
    return found


@cache
def categories() -> Mapping[str, Category]:
    """Return the categories of this installation."""
    return read_categories(FILE.read_text(encoding="utf-8"))


@cache
def _words() -> Mapping[str, Any]:
    words: Mapping[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["words"]
    return words


def _listed(name: str) -> str:
    """Return the words of a list as alternatives of a pattern, the longer ones first."""
    return "|".join(map(re.escape, sorted(str(_words()[name]).split(), key=len, reverse=True)))


# Digits in any script, and what people put between them.
_D = "[0-9零〇○一幺二两三四五六七八九洞拐勾壹贰叁肆伍陆柒捌玖]"
_GAP = r"[ .·•・_/–—\-]{0,3}"
# What a figure is of: it is no secret then.
OF = (
    r" ?(?:[元块毛角分钱个条位次天兆号楼室栋层度点年月日万千百折倍人户级%％℃]"
    r"|(?:[GMK]B?|CNY|RMB|yuan|MHz|kWh|days?|minutes?)\b)"
)
_NO_MORE = rf"(?!{_GAP}[0-9])(?!{_D})(?!{OF})"
_SIX = rf"{_D}(?:{_GAP}{_D}){{5}}{_NO_MORE}"
_FOUR_TO_EIGHT = rf"{_D}(?:{_GAP}{_D}){{3,7}}{_NO_MORE}"
# Letters and digits mixed, as passwords elsewhere are.
_MIXED = r"(?=[!-~]*[0-9])(?=[!-~]*[A-Za-z])[A-Za-z0-9!@#$%^&*_.+\-]{4,20}(?![A-Za-z0-9])"
_IS = r"(?:是|为|:|：|=|改成|改为|换成|设成|设为|设置成|设置为|填|输|\b(?:is|was|to)\b)"
_TOLD = r"(?:是|为|叫|：|:)"
_BETWEEN = r"[^，。；！？,;!?\n0-9]{0,10}?"
_MARKS = r"[ \n“”\"'「」‘’【】\[\]()（）]*"
_END = r"(?=[，。,.；;、！？!?)）”\s]|$)"
_NO_ANSWER = "[〔*：: ]|什么|啥|哪|多少|怎|不|没|无|必填|选填"
_SUM = r"[0-9][0-9,]*(?:\.[0-9]{1,2})? ?万?[元块]"

# Family names of Chinese people, the frequent ones: a name is only looked for where a text says that one comes.
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟"
    "谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤欧文章温鲁俞葛施"
)
_TWO_CHARACTERS = "欧阳|上官|司马|司徒|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|夏侯|端木|南宫|宇文|长孙|轩辕|独孤"
# A title names nobody, and some words begin like a name.
_TITLE = "先生|女士|小姐|总|老师|经理|主任|师傅|阿姨|叔叔|警官|医生|律师|护士|同学|大[哥姐爷妈]|[姐哥嫂伯叔姨工]"
_NO_NAME = (
    "方便|方式|方案|马上|马路|马来|高兴|高中|高级|高考|高[一二三]|高铁|任何|任务|曾经|万一|万能|于是|于今|程序|金额|金卡|白天"
    "|白金|黄金|黄牛|文字|文件|文化|石头|石油|向来|江湖|施工|温度|章程|钱包|何[时事]|叶子|龙头|余额|田里|严[重格]|汤药|韩国"
    "|孙[子女儿]"
)
_CHARACTER = r"[\u4e00-\u9fff]"
CALLED = rf"(?!{_NO_NAME})(?:{_TWO_CHARACTERS}|[{_FAMILY}](?![ ·]?(?:{_TITLE})))[ ·]?{_CHARACTER}(?:[ ·]?{_CHARACTER})?"
_LATIN = r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+){0,2}"
_OWNER = (
    "机主|户主|户名|联系人|登记人|持卡人|负责人|经办人|法定代表人|法人代表?|开户人|收件人|收货人|被授权人|代办人|使用人"
)
_SOMEBODY = "我|他|她|本人|机主|户主|客户|对方"
_COMPANY = (
    "(?!你|您|贵|我们|咱们|哪|什么|这|那|一家|别的|其他|移动|联通|电信)"
    rf"[\u4e00-\u9fffA-Za-z0-9（）()·&]{{2,20}}?{BODY}"
)
_COMPANY_IN_ENGLISH = r"[A-Z][A-Za-z0-9&.'-]*(?: [A-Z][A-Za-z0-9&.'-]*){0,5}"


def _password() -> str:
    # What every router or card begins with is nobody's: 默认密码是admin123, PIN是1234.
    called = r"(?:(?<!默认)(?<!出厂)密 ?码|口 ?令|密 ?匙|\bpass ?(?:word|code)|\bpwd\b|\bmima\b)"
    pin = r"\bpin(?: ?(?:number|code))?\b"
    return (
        rf"(?:{called}|{pin}){_BETWEEN}{_MARKS}({_SIX})"
        rf"|{called}{_BETWEEN}{_IS}{_MARKS}({_MIXED}|{_FOUR_TO_EIGHT})"
        rf"|(?:(?<!默认)(?<!出厂)密 ?码|口 ?令)(?:就|还)?(?:是|为|改成|设成|：|:){_MARKS}"
        r"([A-Za-z]{4,20})(?![A-Za-z0-9\u4e00-\u9fff])"
        rf"|({_SIX})[，, ]*(?:这个|这)?就?[是为](?:我|他|她|本人|原来|账户|手机)*的?(?:服务|登录|支付)?密码"
    )


def _code() -> str:
    called = (
        "(?:(?:验 ?证|校 ?验|动 ?态|短 ?信|确 ?认|授 ?权|随 ?机) ?码"
        r"|\b(?:verification|one-time|security|sms) ?code\b|\botp\b)"
    )
    return (
        rf"{called}{_BETWEEN}{_MARKS}({_SIX})|{called}{_BETWEEN}{_IS}{_MARKS}({_FOUR_TO_EIGHT})"
        rf"|({_SIX})[，, ]*(?:这个|这)?就?[是为](?:我|刚才|收到|短信)*的?(?:短信)?验证码"
    )


def _card() -> str:
    called = r"(?:银行卡|卡号|信用卡|储蓄卡|借记卡|账号|帐号|\bcard\b)"
    return rf"{called}[^，。\n0-9]{{0,8}}?({_D}(?:{_GAP}{_D}){{15,18}})(?!{_D})"


def _id() -> str:
    """Return how papers are known whose numbers do not speak for themselves: old ID cards, passports, permits."""
    some = r"[^，。\nA-Za-z0-9]"
    return (
        rf"(?:身份证|证件|\bid(?: card| number)?\b)[^，。\n0-9]{{0,6}}?({_D}(?:{_GAP}{_D}){{14}})(?!{_GAP}{_D})"
        rf"|(?:护照|\bpassport){some}{{0,6}}(?:(?:no\.?|number)\b)?{some}{{0,4}}(?:is )?"
        r"([A-Z]{1,2} ?\d(?:[ -]?\d){6,8})"
        rf"|(?:通行证|台胞证|居留证|军官证|士兵证|警官证|证件号?){some}{{0,6}}"
        rf"([A-Z]{{1,3}} ?\d(?:[ -]?\d){{5,14}}|[军士警文海空]字第?\d{{5,9}}号?)"
    )


def _contact() -> str:
    at, dot = r" ?(?:@|\(at\)|\[at\]|艾特|圈a) ?", r" ?(?:\.|。|点|\(dot\)|\[dot\]) ?"
    top = "(?:com|cn|net|org|edu|gov|io|me|info|cc|hk|tw|de|uk)"
    return (
        rf"(?<![A-Za-z0-9._%+\-])(?:[A-Za-z0-9]|{_D})(?:[A-Za-z0-9._%+\-]|{_D}){{0,63}}{at}"
        rf"[A-Za-z0-9\-]+(?:{dot}[A-Za-z0-9\-]+){{0,3}}?{dot}{top}\b"
        r"|(?:微信|QQ|\bwechat|\bvx)(?:号码?| ?id)? *(?:是|为|：|:|\bis\b)? *"
        rf"((?=[A-Za-z_\-]*{_D})(?:[A-Za-z0-9_\-]|{_D}){{5,20}})(?![A-Za-z0-9])(?!{OF})"
    )


def _plate() -> str:
    return (
        "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[A-HJ-NP-Z] ?[·.•・-]? ?"
        rf"(?=(?:[A-HJ-NP-Z]? ?{_D} ?[A-HJ-NP-Z]? ?){{3}})(?:(?:[A-HJ-NP-Z]|{_D}) ?){{5,6}}"
        rf"(?<! )[挂学警港澳]?(?![A-Za-z0-9])(?!{OF})"
    )


def _family() -> str:
    kin, in_english = _listed("kin"), _listed("kin_in_english")
    age = "(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})"
    return (
        rf"(?:{kin})(?:的?(?:姓名|名字))?(?:{_TOLD}|名叫|\s)*({CALLED}){_END}"
        rf"|(?:{kin})(?:的?(?:姓名|名字))?(?:叫|名叫|：|:)\s*({CALLED})"
        # An age that is somebody's, and not one that a rule is for: 孩子三岁以下.
        rf"|(?:{kin})[^，。\n]{{0,3}}?(?:今年|已经|才|都)?({age}周?岁)(?![以及之前后起内能可])"
        rf"|(?:{kin})(?:现在|目前)?在({_COMPANY})(?:上|读|念|工作|任职|当|做)"
        rf"|(?:家庭成员|家庭人口|家属|紧急联系人)(?:有|{_TOLD})+\s*(?!{_NO_ANSWER})([^，。；！？?\n]{{2,20}})"
        rf"|(?:婚姻状况|婚姻状态){_TOLD}+\s*(已婚|未婚|离异|离婚|丧偶|单身|再婚)"
        rf"|\b(?-i:[Mm]y (?:{in_english})(?:'s name is| is called| is named|,|) ({_LATIN}))"
        rf"|\bmy (?:{in_english})(?: is|'s) ([0-9]{{1,3}})\b(?: years?\b|$|[,.])"
    )


def _employer() -> str:
    whose = f"{_SOMEBODY}|{_listed('kin')}"
    return (
        rf"(?:(?:工作|所属|所在|就职|任职)?单位|(?<![贵们])公司|雇主)(?:名称?|名字)?(?:是(?!否|不)|为|叫|：|:)+\s*({_COMPANY})"
        rf"|(?:{whose})(?:现在|目前|一直|就|也|都)?[在于]({_COMPANY})(?:里|的)?(?:上班|工作|任职|就职|当|做|干)"
        rf"|(?:就职于|任职于|供职于|受雇于|工作单位)\s*({_COMPANY})"
        rf"|(?:{whose})(?:是|来自)({_COMPANY})(?:的|里的)?(?:员工|职工|人|会计|老板|法人|负责人|财务|行政|采购)"
        rf"|\b(?:i|he|she) works? (?:at|for) (?-i:({_COMPANY_IN_ENGLISH}))"
        rf"|\bmy employer is (?-i:({_COMPANY_IN_ENGLISH}))"
    )


def _occupation() -> str:
    whose = f"{_SOMEBODY}|{_listed('kin')}"
    work, in_english = _listed("occupations"), _listed("occupations_in_english")
    return (
        rf"(?:职业|工种|职务){_TOLD}+\s*(?!{_NO_ANSWER})([\u4e00-\u9fff]{{2,8}}?){_END}"
        rf"|(?:{whose})(?:现在|以前|就)?[是当做干](?:一?[名个位])?(?:[\u4e00-\u9fff]{{0,4}}的)?({work})的?{_END}"
        rf"|在[^，。\n]{{2,20}}?(?:当|做|任|担任)(?:一?[名个位])?({work}){_END}"
        rf"|\b(?:i am|i'm|i work as|he is|she is|he's|she's) an? (?:retired )?({in_english})\b"
    )


def _content() -> str:
    # 编辑短信内容TD is what we ask for, and no message of anybody's; so is 在网页或者微信里说“转人工”.
    carried = rf"(?<!编辑)(?<!发送)(?<!回复)(?<!发)(?<!写)(?:{_listed('carried_by')})"
    return (
        rf"{carried}(?:记录|里面|里|中|上)?的?(?:原文|正文|内容|全文)(?:如下|说|写着|是|为|：|:)+{_MARKS}"
        rf"(?!{_NO_ANSWER})([^”\"」』\n]{{2,200}})"
        rf"|(?<!在)(?<!或者){carried}(?:里面|里|中|上)?(?:写着|写的是|写|说的是|说|显示|讲)[：: ]*"
        r"[“\"「『]([^”\"」』\n]{5,200})"
    )


def _enterprise() -> str:
    body = "(?:集团|单位|公司|企业|虚拟网|V网|短号网)"
    return (
        rf"合同的?(?:编号|号码?)(?:{_TOLD}|\s)*"
        r"((?=[A-Za-z\-〔〕（）()年第]*\d)[A-Za-z0-9\-—_〔〕\[\]()（）年第号]{4,30})"
        rf"|合同的?(?:总?金额|总?价款?)(?:{_TOLD}|共|\s)*({_SUM})"
        rf"|{body}的?(?:成员|员工|人员|通讯录|名单)(?:名单|信息)?(?:有|包括|{_TOLD})+\s*({CALLED}(?:[、,，和及\s]+{CALLED})*)"
        r"|(?:集团|单位|公司|企业|专线)(?:客户)?[^，。；！？!?\n]{0,12}?"
        rf"((?:账单|话费|费用|消费|欠费)(?:合计|共计|总计|总额|一共|共|{_TOLD}|\s)*{_SUM})"
    )


def _name() -> str:
    return (
        rf"(?:{_OWNER}|姓名|客户名|名字|本人){_TOLD}\s*({CALLED})"
        rf"|(?:{_OWNER}|我叫|我是|他叫|她叫|名叫|姓名)\s*({CALLED}){_END}"
        rf"|(?:姓名|名字|我叫|名叫){_TOLD}?\s*(?-i:({_LATIN}))"
        rf"|(?:\bmy (?:full )?name is|\bnamed?:?|\bcalled) (?-i:({_LATIN}))"
        r"|\b(?:i am|i'm|this is) (?-i:([A-Z][a-z]+ [A-Z][a-z]+)\b)(?! (?:plan|pack|club))"
    )


def _address() -> str:
    # 换一栋 counts nothing, and 弄一弄 is no lane.
    number = (
        rf"(?<![换弄搞这那哪同每任进上])"
        rf"(?:{_D}(?:[ .·・]?{_D}){{0,4}}|[一二两三四五六七八九十百][零〇一二两三四五六七八九十百]{{0,4}})"
    )
    house = "(?:号楼|单元|室|号院|号|楼|栋|幢|座|层|房)"
    room = r"\d{3,4}(?![\d.元块个月年MG])"
    part = rf"(?:[\u4e00-\u9fffA-Za-z\- ]{{0,3}}?{number}{house}|(?:{number})?(?:-{number})+|{room})"
    street = "(?:路|街|道|巷|弄|胡同|村|小区|花园|苑|公寓|大厦|新村|家园)"
    road = "(?:Road|Rd|Street|St|Avenue|Ave|Lane|Boulevard|Blvd)"
    return (
        rf"(?:[\u4e00-\u9fff]{{2,8}}(?:省|市|区|县|镇|乡))?[\u4e00-\u9fff]{{1,10}}{street}"
        rf"[\u4e00-\u9fff]{{0,6}}?[A-Za-z]?{number}(?:-{number})*(?:{house}|弄){part}*"
        rf"|(?-i:(?:\b(?:[Rr]oom|[Uu]nit|[Ff]lat|[Aa]pt\.?) [0-9A-Z-]{{1,6}},? )?\b(?:[Nn]o\.? ?)?[0-9]{{1,5}},? "
        rf"(?:[A-Z][a-z]+ ){{1,4}}{road}\b|\b(?:[A-Z][a-z]+ ){{1,4}}{road} (?:[Nn]o\.? ?)?[0-9]{{1,5}}\b"
        rf"(?:,? (?:[Rr]oom|[Uu]nit) [0-9A-Z-]{{1,6}})?)"
    )


def _bill() -> str:
    # A figure in a sentence about somebody, not of a price; and how long somebody's call was.
    return (
        r"(?:您|机主|客户|该号码|本机|他|她)[^，。；！？!?\n办改套如满]{0,12}?"
        r"((?:话费|账单|余额|欠费|消费|月租|通话费|流量费|短信费)"
        rf"(?:合计|共计|总计|总额|余额|金额|一共|共|是|为|还有|还剩|剩余|[：: ])*{_SUM})"
        r"|(?:主叫|被叫|呼出|呼入)[^。；\n]{0,30}?(?<!\d)(\d{1,3}分(?:\d{1,2}秒|钟)|\d{1,4}秒)"
    )


def _position() -> str:
    return (
        r"(?<![\d.])(?:北纬|东经|纬度|经度)?\s*\d{1,3}\.\d{4,}\s*[，,]\s*\d{1,3}\.\d{4,}(?![\d.])"
        r"|(?:北纬|东经|纬度|经度)(?:是|为|：|:)?\s*\d{1,3}(?:\.\d+)?\s?[度°]?"
        r"(?:\s?\d{1,2}(?:\.\d+)?\s?[分′'])?(?:\s?\d{1,2}(?:\.\d+)?\s?[秒″\"])?"
    )


# Each with a sign without which it is not there: one look for a letter costs little, and most texts have none.
_RECOGNISERS = {
    "privacy.password": (_password, "[密口]|p|mima"),
    "privacy.code": (_code, "码|code|otp"),
    "privacy.card": (_card, "[卡号]|card"),
    "privacy.id": (_id, "证|照|id|passport"),
    "privacy.contact": (_contact, "@|[艾微圈]|at|q|we|vx"),
    "privacy.plate": (_plate, "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼] ?[a-z]"),
    "privacy.family": (_family, "[公婆夫妻人偶妇儿女孩爸父妈母爷奶姥哥姐弟妹家婚]|my "),
    "privacy.employer": (_employer, "单位|公司|雇|[在于是来]|work|employer"),
    "privacy.occupation": (_occupation, "[职工是当做干任]|i|he"),
    "privacy.content": (_content, '[“"「『]|[内原正全][容文]'),
    "privacy.enterprise": (_enterprise, "合同|集团|单位|公司|企业|网|专线"),
    "privacy.name": (_name, "[主名人本者是叫]|name|called|i"),
    "privacy.address": (_address, "[路街道巷弄村区园苑寓厦同]|road|rd|st|ave|lane|boulevard|blvd"),
    "privacy.bill": (_bill, "[元块秒]|分钟"),
    "privacy.position": (_position, r"\d\.\d|[北东纬经][纬经度]"),
}


@cache
def patterns() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    """Return what is looked for: a rule, the sign without which it is not there, and the pattern."""
    flags = re.IGNORECASE | re.ASCII  # \b stands between a letter and a Chinese character
    return tuple(
        (rule, re.compile(sign, flags), re.compile(written(), flags)) for rule, (written, sign) in _RECOGNISERS.items()
    )
