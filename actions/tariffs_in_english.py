"""An English question about what is on sale, its words put in the Chinese ones: one grammar reads both (tariffs.py)."""

import re

# What is said first in this list goes before what is said later, where both begin at the same place.
_WORDS = (
    (r"at least|more than(?= \d)|over(?= \d)|no less than", "至少"),
    (r"or more|and more|and above|or above", "以上"),
    (r"at most|up to|under(?= \d)|below(?= \d)|less than(?= \d)|no more than", "不超过"),
    (r"around(?= \d)|about(?= \d)", "大概"),
    (r"roaming packs?|roaming|abroad|overseas|international", "漫游包"),
    (r"data packs?|packs?|packages?|add-?ons?", "流量包"),
    (r"renew\w*(?: (?:my|the|our))? broadband|broadband renewals?", "续宽带"),
    (r"broadband|fib(?:re|er)|home internet", "宽带"),
    (r"(?:out[- ]of|beyond|over|outside|exceed\w*)[- ](?:(?:the|my|a)[- ])?plan", "套餐外"),
    (r"monthly fees?", "月租"),
    (r"data plans?|plans?", "套餐"),
    (r"video (?:memberships?|services?)", "视频会员"),
    (r"value-added services?|value-added", "增值业务"),
    (r"customer services?", "客服"),
    (r"services?", "业务"),
    (r"memberships?", "会员"),
    (r"points?", "积分"),
    (r"redeem\w*", "兑换"),
    (r"mov(?:e|ing)|relocat\w+", "移机"),
    (r"(?:second|additional|extra) (?:number|line|card)s?", "副卡"),
    (r"suspend\w*", "停机"),
    (r"restor\w+|reactivat\w+", "复机"),
    (r"transfer\w*", "过户"),
    (r"port(?:ing)?", "携号"),
    (r"clos(?:e|ing) (?:my |the )?(?:account|number)", "销户"),
    (r"invoices?", "发票"),
    (r"call (?:details|records)", "详单"),
    (r"cheapest", "最便宜的"),
    (r"most expensive|dearest", "最贵的"),
    (r"best (?:value|deal)", "最划算的"),
    (r"lowest", "最低的"),
    (r"highest", "最高的"),
    (r"smallest", "最小的"),
    (r"least|fewest", "最少的"),
    (r"biggest|largest", "最大的"),
    (r"most", "最多的"),
    (r"fastest", "最快的"),
    (r"slowest", "最慢的"),
    (r"longest", "最长的"),
    (r"shortest", "最短的"),
    (r"suits?(?: me)?|fits?(?: me)?|recommend\w*|for me|my (?:use|usage)", "适合"),
    (r"differ\w*|compar\w+|better|versus", "区别"),
    (r"cheaper|less expensive", "更便宜"),
    (r"dearer|more expensive", "更贵"),
    (r"more|bigger|higher|faster", "更多"),
    (r"less|fewer|lower|smaller|slower", "更少"),
    (r"than", "比"),
    (r"my|mine|(?:my )?(?:current|present)", "我的"),
    (r"what|which|list|any|all|available|do you have|show me", "有哪些"),
    (r"enterprises?|business|company|corporate", "企业"),
    (r"how much(?= (?:data|speed))|how many(?! days)", "多少"),
    (r"data|gigabytes?", "流量"),
    (r"minutes?|calls?|voice", "通话"),
    (r"messages?|texts?|sms", "短信"),
    (r"speed|how fast", "网速"),
    (r"valid\w*|expires?|expiry|how long|how many days|until when", "有效期"),
    (r"how much|prices?|costs?|fees?|rates?|expensive|charges?", "多少钱"),
    (r"bills?|balance|charged|owed?", "账单"),
    (r"and|or|with", "和"),
)
_SAID = re.compile("|".join(rf"(?<![a-z])(?P<w{at}>{word})(?![a-z])" for at, (word, _) in enumerate(_WORDS)))


def in_chinese(text: str) -> str:
    """Return a question in small letters with its English words put in Chinese; other words, and names, stay.

    >>> in_chinese("which plan is the cheapest"), in_chinese("how much data does the 59 plan have")
    ('有哪些 套餐 is the 最便宜的', '多少 流量 does the 59 套餐 have')
    """
    return _SAID.sub(lambda found: _WORDS[int(str(found.lastgroup)[1:])][1], text)
