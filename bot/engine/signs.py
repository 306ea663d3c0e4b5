"""Signs of a mood in a message: most dissatisfaction has no angry word, and some swear words carry an ordinary request.

Each sign is a pattern with what it tells; the mood classifier weighs them beside the words and the meaning.
"""

from __future__ import annotations

import math
import re
from typing import Dict, List, Pattern, Text

_SIGNS: Dict[Text, Text] = {
    # Rhetorical questions: an answer is not wanted.
    "rhetorical": r"凭什么|凭啥|难道|究竟|到底|怎么可能|有没有天理|讲不讲|还要不要|什么意思|好意思|至于吗|算什么|谁给你|哪条规定|几个意思|合理吗",
    "why": r"为什么|为何|为啥|怎么又|怎么还|咋还|怎么老|怎么就",
    # Again and again, and for nothing.
    "again": r"又[被来是断扣停没]|再次|第[二三四五六七八九十\d]+次|[三四五六七八九十几多n\d]+[次遍回]|老是|总是|一直|每次|天天|反复|三番五次|屡次|还是没|还没|至今|到现在",
    "long": r"[三四五六七八九十几半\d]+个?多?(?:天|周|星期|礼拜|月|年|小时)了|拖|等了|等到|耗",
    "against_expectation": r"居然|竟然|竟|明明|结果|偏偏|反而|却|说好|承诺|答应|不是说",
    "without_consent": r"莫名|无缘无故|私自|擅自|偷偷|不知情|未经|没有?(?:通知|提醒|告知)|强行|强制|捆绑|乱[扣收开]|自动[开订续]",
    # Strong words.
    "harsh": r"垃圾|太坑|坑爹|坑人|坑货|骗子|骗人|欺骗|欺诈|诈骗|无耻|恶心|霸王|流氓|强盗|土匪|抢劫|偷钱|黑心|太黑|不要脸|良心|狗屁|破[网公客猫服机系]|"
    r"烂[网透到]|最烂|差劲|太差|忽悠|耍[人猴]|店大欺客|奸商|宰|吃相|韭菜|套路|倒闭|关门|奇葩|脸呢|糊弄|敷衍|扯淡|放屁|有病|脑子|脑残|滚|屁用",
    "swear": r"他妈|你妈|妈的|尼玛|草泥|操你|傻[逼叉比]|王八|混蛋|畜生|去死|狗日|龟儿|祖宗|大爷的|你大爷|他娘|去你|日你|智障|神经病|老子|锤子|卧槽|我靠|特么|tm[d的]?",
    "threat": r"工信部|12300|12315|12321|12345|315|消协|消费者协会|市监|工商|通管局|管局|曝光|媒体|记者|法院|起诉|律师|告你|报警|公安|举报|申诉|投诉到底|"
    r"走着瞧|没完|再不|最后一[天次]|否则|不然我|后果",
    "complain": r"投诉|意见|不满|抗议|反映|差评|态度",
    "fed_up": r"受不了|受够|无语|心寒|寒心|心凉|失望|崩溃|气死|气愤|愤怒|烦死|讨厌|忍无可忍|够了|心累|服了|醉了|闹心|绝了|太过分|过分|离谱|可笑|笑话",
    "leaving": r"转网|换(?:移动|联通|电信|别家)|不再用|再也不|以后不|不会再用|转走|销号|销户",
    "irony": r"呵呵|真行|真棒|好样的|厉害了|佩服|恭喜|果然|了不起|真是[开长]|可以的[,，!！]|也是醉|\[呵呵\]|\[微笑\]|\[拜拜\]|\[怒|\[哼\]|\[白眼\]|\[鄙视\]|\[抓狂\]",
    "demand_money": r"退[钱费款]|赔[偿钱]|双倍|退还|还我钱|把钱",
    "harm": r"耽误|损失|急死|急用|没法|无法|影响|害[得我]|急急|着急",
    # The other side.
    "thanks": r"谢谢|感谢|多谢|辛苦|麻烦您|劳驾",
    "praise": r"满意|点赞|表扬|很好|不错|专业|耐心|给力|好评|贴心",
    "asks": r"请问|怎么办理|如何|怎样|能不能|可以吗|多少钱|在哪|哪里|吗[??]?$|请教|咨询",
}
_COMPILED: List[Pattern[Text]] = [re.compile(pattern, re.IGNORECASE) for pattern in _SIGNS.values()]
_EXCLAIMED, _ASKED, _TRAILING = re.compile("[!！]"), re.compile("[?？]"), re.compile(r"…|\.{3}|。{2}|~")
_DOUBLED = re.compile(r"[!！?？]{2,}")

NAMES: List[Text] = [*_SIGNS, "exclaimed", "asked", "trailing", "doubled", "length"]


def signs(text: Text) -> List[float]:
    """Return the strength of each of NAMES in `text`, 0 where there is none; a sign found often counts little more.

    >>> dict(zip(NAMES, signs("怎么又扣钱!!")))["doubled"] > 0
    True
    """
    counts = [len(pattern.findall(text)) for pattern in (*_COMPILED, _EXCLAIMED, _ASKED, _TRAILING, _DOUBLED)]
    return [*(math.log1p(count) for count in counts), math.log1p(len(text) / 20)]
