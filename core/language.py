"""Which language a message is written in: Chinese, English, or neither, and then the conversation's stays.

A number, a code, ok, an emoji, pinyin (zhuan rengong), a keyword (YE) and the name of a thing on sale or of a place are
neither. A sentence is known by its small words, which no name has: 我, 的, 怎么 in Chinese, the, my, how in English.
"""

import re
from collections.abc import Iterable

from core.address import read_address
from core.wording import CHINESE, ENGLISH, Language

# Between two clauses; a blank between two Latin words is none.
PAUSE = re.compile(r"(?:[，,。；;！!？?、\n]|\.(?=\s|$)|(?<![A-Za-z0-9'’.])\s|\s(?![A-Za-z0-9'’]))+")
_HAN = re.compile("[\u3400-\u9fff]")
_WORD = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z]+(?:['’][A-Za-z]+)?(?![A-Za-z0-9_])")
# Small words of Chinese: a run of characters with one of them is said, and not a name within an English sentence.
_SAID = re.compile(
    "[我你您他她的了吗呢吧是不没有在要想请帮给把被这那哪怎么什为能会可就还和跟谁多几]|查|办|开通|退订|转人工"
)
# Words that nobody writes but in English: its small words, and what is asked of a carrier. Left out is what pinyin
# says too (he, me, can, long, like, made), what Chinese has borrowed (ok, app, wifi, bye, thanks), and yes and no.
_WORDS_OF_ENGLISH = """
    i i'm i'd i've i'll the of to my your yours our their his its it it's is isn't are aren't was wasn't were been be
    am do does doesn't don't did didn't done doing have has had haven't hasn't having will won't would wouldn't could
    couldn't should shouldn't can't cannot may might must what what's which who whose when where where's why how how's
    if or but because since until before after for from with without about into on off in out up down over under at by
    as than then there there's here this that that's these those they them we us you're not never any some every all
    both each other another more most much many less few first second third last next one two three four five six
    seven eight nine ten hundred thousand please hello hi hey good morning afternoon evening night today tomorrow
    yesterday tonight week weeks month month's months year years day days hour hours minute minutes monday tuesday
    wednesday thursday friday saturday sunday january february march april june july august september october november
    december want wants need needs know tell told say said speak talk help check show get got give change changed
    cancel cancelled stop start begin use used using find found lost lose stolen stole broken broke work works working
    fix fixed repair report reported complain complaint complaints pay paid payment top topup recharge refund charge
    charged charges money balance bill bills billing invoice plan plans package data usage left remaining call calls
    message messages text texts code codes number phone mobile broadband internet network signal slow speed service
    services order orders ticket tickets engineer technician agent human person people representative operator
    customer account password address home house room street road building open opened close closed store shop near
    nearest roaming abroad travel international points promotion promotions offer offers buy bought subscribe
    unsubscribe switch upgrade downgrade transfer port move again still already yet now soon later continue resume
    resend confirm confirmed correct right wrong cheap cheapest cheaper expensive price cost costs free sure agree
    agreed back new old different english chinese language too very really just only also so nobody something anything
    nothing everything someone anyone went go going come coming takes took send sent receive received forget mind
    ahead proceed pls mean
"""
_WRITTEN = frozenset(_WORDS_OF_ENGLISH.split())
# Many write dont and whats; shorter ones (id, ill) would be other words.
_SHORTEST = 5
WORDS_OF_ENGLISH = _WRITTEN | {word.replace("'", "") for word in _WRITTEN if len(word) >= _SHORTEST}
# So many words of English outweigh a Chinese name; where English is spoken one does.
_SURE = 2


def language_of(text: str, names: Iterable[str] = (), spoken: str = CHINESE) -> Language | None:
    """Return the language that `text` is written in, or None where it says nothing of it.

    names   things on sale, places, and what was offered in this conversation: their characters say nothing of who
            names them
    spoken  the language of the conversation so far: a Chinese name that nobody knows doesn't end English

    >>> language_of("how much is left?"), language_of("话费还剩多少"), language_of("change my plan to 畅享59套餐")
    ('en', 'zh', 'en')
    >>> [language_of(text) for text in ("50", "YE", "ok", "👍", "zhuan rengong", "wo yao tousu", "TF1")]
    [None, None, None, None, None, None, None]
    >>> language_of("我要check一下balance"), language_of("畅享59套餐", ["畅享59套餐"])
    ('zh', None)
    >>> language_of("buy 云盘会员", ["云盘会员"]), [language_of(text, spoken="en") for text in ("whats 彩虹", "彩虹")]
    ('en', ['en', 'zh'])
    """
    left = text
    for name in sorted(names, key=len, reverse=True):
        left = left.replace(name, " ") if name else left
    english = sum(word.lower().replace("’", "'") in WORDS_OF_ENGLISH for word in _WORD.findall(left))
    if address := read_address(left):  # it is written as it is written, in whatever language it is told
        left = left.replace(address, " ")
    if _HAN.search(left) and (english < (1 if spoken == ENGLISH else _SURE) or _SAID.search(left)):
        return CHINESE
    return ENGLISH if english else None


def has_chinese(text: str) -> bool:
    """Return whether a Chinese character stands in `text`."""
    return _HAN.search(text) is not None
