"""Phrases that are never said to a customer (N6 服务忌语), with better ones.

The norm demands such a list and does not give it; this one is ours and a carrier may replace it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Taboo:
    """A phrase never to say: its rule, why, and what to say in its place."""

    rule: str
    phrase: str
    why: str
    better: str


TABOOS = (
    Taboo("wording.shift", "不归我管", "推诿", "这项业务由专门的同事负责，我马上为您转接"),
    Taboo("wording.shift", "不关我的事", "推诿", "我来帮您联系负责的同事"),
    Taboo("wording.shift", "找别人去", "推诿", "我来帮您联系负责的同事"),
    Taboo("wording.shift", "我也没办法", "推诿", "我帮您记录下来，请专人尽快给您答复"),
    Taboo("wording.doubt", "这不可能", "质疑客户", "请您别着急，我帮您核实一下"),
    Taboo("wording.doubt", "你自己的问题", "指责客户", "我们一起看看是哪里出了问题"),
    Taboo("wording.doubt", "你听不懂", "指责客户", "抱歉，我再为您说明一遍"),
    Taboo("wording.doubt", "刚才不是说过了", "不耐烦", "我再为您说明一遍"),
    Taboo("wording.impatient", "快点说", "不耐烦", "请您慢慢讲"),
    Taboo("wording.impatient", "烦死了", "不耐烦", "请您稍等"),
    Taboo("wording.impatient", "有完没完", "不耐烦", "请问还有什么可以帮您"),
    Taboo("wording.impatient", "急什么", "不耐烦", "请您别着急，我们会尽力帮您解决"),
    Taboo("wording.provoke", "随便你投诉", "激化矛盾", "非常抱歉给您带来不便，我马上为您处理"),
    Taboo("wording.provoke", "爱用不用", "激化矛盾", "我帮您看看更合适的方案"),
    Taboo("wording.provoke", "神经病", "辱骂", "请您别着急，慢慢讲"),
    Taboo("wording.slang", "搞定", "俚语", "办理好了"),
    Taboo("wording.slang", "咋回事", "俚语", "请问是什么情况"),
)


def taboos(text: str) -> list[Taboo]:
    """Return the phrases in `text` that are never said to a customer."""
    return [taboo for taboo in TABOOS if taboo.phrase in text]


def without_taboos(text: str) -> str:
    """Return `text` with an ellipsis in place of each phrase that is never said."""
    for taboo in taboos(text):
        text = text.replace(taboo.phrase, "……")
    return text
