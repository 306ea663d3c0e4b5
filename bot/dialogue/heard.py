"""One message as the dialogue hears it: what the engine read in it, and nothing of the systems."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.identifiers import identifiers
from core.message import AskedNext, Found, Understanding

# From these shares on a reading is acted upon; below, the message is not taken for it. Chosen by cross-validation over
# our own sentences (`kefu train` prints it), never on a measuring set.
OTHER_PERSON, NO, QUESTION, ASPECT, DOUBT, CORRECTION = 0.9, 0.5, 0.5, 0.45, 0.45, 0.5
OTHER_PERSON_NAMED = 0.6
PERSONS = re.compile(
    "[妈爸爷奶婆公儿女孩他她友姐弟哥妹叔姨舅嫂]|别人|人家|老板|同事|老[人王李张]|家人|亲戚|邻居|隔壁|对象|爱人|另一个号"
)
# What is missed of harm and fraud the words of core/topics.py still catch; a false alarm sends somebody to a person.
# Without the shape of a question it takes more to be one: 改约上门时间 is short, and a wish.
SURELY = 0.85
_SHAPED = re.compile(
    r"[?？]|吗|么|呢|嘛|多少|几|怎|咋|啥|什么|哪|谁|多久|为何|是不是|能不能|可不可|可以不|行不|好不好|要不要|有没有|会不会|还是|多大|多长"
    r"|(?<=[\u4e00-\u9fff])[没不](?=$|[，。！])|(?:要是|如果|万一|的话).*吧$"
)
# In English it begins as a question does, or asks to be told something.
_OPENING = (
    r"(?:^|[.!?;,\n]\s*)(?:(?:hi|hello|hey|and|but|so|or|ok|okay|well|also|then|please|sorry|excuse me|yes|no|i mean"
    r"|i (?:only |just )?ask)[\s,]+)*"
)
_WORD_OF_A_QUESTION = r"(?:how|what|when|where|why|who|whom|whose|which)"
_SHAPED_IN_ENGLISH = re.compile(
    rf"{_OPENING}(?:{_WORD_OF_A_QUESTION}(?:['’]?(?:s|re|ll))?|can|could|may|might|must|should|shall|will|would|is|are|am"
    r"|was|were|does|did|has|(?:do|have|had)(?= (?:i|we|you|u|they|the|my|your|our|all|any|these|those)\b)"
    r"|(?:is|are|was|were|does|do|did|has|have|can|could|wo|would|should)n['’]?t)\b"
    r"|\bhow (?:much|many|long)\b"
    rf"|\b(?:tell me|know|wonder(?:ing)?|explain|sure|check|see) (?:{_WORD_OF_A_QUESTION}|if|whether)\b",
    re.IGNORECASE,
)
# Can you top up 100, please: a wish in the shape of a question, unless it is to be told something.
_POLITE_WISH = re.compile(
    rf"{_OPENING}(?:can|could|would) you\b(?!.*\b(?:tell|explain|say|{_WORD_OF_A_QUESTION}|if|whether)\b)",
    re.IGNORECASE,
)
# A single angry message hands over (G1); where it may be haste or a joke, it does not.
SURELY_ANGRY = 0.75
URGENT: Mapping[str, float] = {"harm": 0.9, "fraud": 0.8, "loss": 0.85, "person": 0.75}
# A request interrupts an open flow only if it is this sure.
SURE = 0.6
# An article is told from this share on; below, down to the second, its title is offered.
KNOWN, NEAR = 0.5, 0.1
# What an intent is called, as a command would have it: /query_balance.
_LIKE_A_COMMAND = re.compile(r"\W*[/／]\s*[a-z]+_[a-z_]+(?:\{.*\})?", re.DOTALL)
_QUESTION = "question_"
_NAMES = ("plan", "service", "device", "place")
_WRITTEN = frozenset("，。！？：；（）【】“”‘’…、①②③④⑤⑥⑦⑧⑨")
_PUNCTUATION = " \t\n，。！？、；：…~～,.!?;:"


@dataclass(frozen=True)
class Heard:
    """A message and its reading.

    text          half width, one space at most, as it was written otherwise
    intent        the engine's decision, "" where it has none
    ranking       intents with their shares, the best first
    acts          dialogue acts with their shares: yes, no, later, doubt, complaint, correction, question_…, request,
                  answer, talk
    upset         0 calm, 1 dissatisfied, 2 angry or threatening; anger: how surely it is 2
    consent       how surely it is a yes to what was read back, 0 to 1
    whose         own, other, bereaved; urgent: none, loss, fraud, harm, person
    own_phone     the number of the subscriber who writes, None for a visitor
    names_a_thing a plan or a service is named in it
    named         the names that stand in it: of plans, services, devices and places
    articles      of our knowledge that it may ask for, the likeliest first
    asked_next    follow-ups of articles that it may be, the likeliest first
    names         what our directories know and it names, by kind: the number of a service provider
    """

    text: str
    at: datetime
    intent: str = ""
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    acts: Mapping[str, float] = field(default_factory=dict)
    whose: Mapping[str, float] = field(default_factory=dict)
    urgent: Mapping[str, float] = field(default_factory=dict)
    consent: float = 0.0
    upset: int = 0
    anger: float = 1.0
    signed_in: bool = True
    own_phone: str | None = None
    names_a_thing: bool = False
    named: tuple[str, ...] = ()
    articles: tuple[Found, ...] = ()
    asked_next: tuple[AskedNext, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> tuple[Found, ...]:
        """The articles that surely answer it, the likeliest first."""
        return tuple(each for each in self.articles if each.share >= KNOWN)

    @property
    def near(self) -> tuple[Found, ...]:
        """The articles that may well answer it, and not surely."""
        return tuple(each for each in self.articles if NEAR <= each.share < KNOWN)

    @property
    def bare(self) -> str:
        """The text without blanks and punctuation at its ends."""
        return self.text.strip(_PUNCTUATION)

    @property
    def act(self) -> str:
        """The likeliest act; all questions count together, and then the likeliest of them is returned."""
        shares: dict[str, float] = {}
        for name, share in self.acts.items():
            kind = _QUESTION if name.startswith(_QUESTION) else name
            shares[kind] = shares.get(kind, 0.0) + share
        best = max(shares, key=lambda name: shares[name], default="")
        return self.asks_about or "question_other" if best == _QUESTION else best

    def share(self, act: str) -> float:
        """Return the share of an act; of `question` all its kinds together."""
        if act == "question":
            return sum(share for name, share in self.acts.items() if name.startswith(_QUESTION))
        return self.acts.get(act, 0.0)

    @property
    def is_question(self) -> bool:
        """Whether it wants to know something, and not have it done."""
        share = self.share("question")
        return share >= QUESTION and (share >= SURELY or is_shaped(self.text))

    @property
    def asks_about(self) -> str:
        """The likeliest aspect of a question, "" where none is among the acts."""
        questions = {name: share for name, share in self.acts.items() if name.startswith(_QUESTION)}
        return max(questions, key=lambda name: questions[name], default="")

    @property
    def aspect(self) -> str:
        """What a question asks about, "other" where that is not sure: a wrong fact is worse than none."""
        asked = self.asks_about
        sure = self.acts.get(asked, 0.0) >= ASPECT
        return asked.removeprefix(_QUESTION) if sure else "other"

    @property
    def names_another_number(self) -> bool:
        """Whether a mobile number that is not the own one stands in it, in whatever spelling."""
        return any(each.kind == "phone" and each.value != self.own_phone for each in identifiers(self.text))

    @property
    def is_about_another(self) -> bool:
        """Whether somebody else's number or line is meant: surer where nobody is named."""
        least = OTHER_PERSON_NAMED if PERSONS.search(self.text) else OTHER_PERSON
        return self.whose.get("other", 0.0) >= least

    @property
    def is_the_own_number(self) -> bool:
        """Whether it is a mobile number and nothing else: the own one, or any where it is not known who writes."""
        numbers = [each for each in identifiers(self.text) if each.kind == "phone"]
        alone = len(numbers) == 1 and len(self.bare) <= numbers[0].end - numbers[0].start + 2
        return alone and (not self.signed_in or numbers[0].value == self.own_phone)

    def urges(self, what: str) -> bool:
        """Return whether this comes before everything else."""
        return self.urgent.get(what, 0.0) >= URGENT[what]


def is_shaped(text: str) -> bool:
    """Return whether a text has the shape of a question.

    >>> is_shaped("怎么充值"), is_shaped("how long does it take"), is_shaped("top up 100"), is_shaped("it works?")
    (True, True, False, True)
    >>> is_shaped("can you top up 100?"), is_shaped("could you tell me what that is"), is_shaped("can I keep it")
    (False, True, True)
    """
    if _POLITE_WISH.search(text) is not None:
        return False
    return _SHAPED.search(text) is not None or _SHAPED_IN_ENGLISH.search(text) is not None


def plain(text: str) -> str:
    """Return a text in half width with single blanks; Chinese punctuation stays: the words may be read back.

    >>> plain("查　ＷＸ１，好吗？")
    '查 WX1，好吗？'
    """
    wide = (each if each in _WRITTEN else unicodedata.normalize("NFKC", each) for each in text)
    return " ".join("".join(wide).split())


def hear(reading: Understanding, at: datetime, own_phone: str | None, signed_in: bool) -> Heard:
    """Return what a reading says; `at` is when the message came, in Shanghai."""
    text = plain(reading.text)
    if _LIKE_A_COMMAND.fullmatch(text):  # what an intent is called is no word of a customer's
        return Heard(text, at, signed_in=signed_in, own_phone=own_phone)
    return Heard(
        text=text,
        at=at,
        intent="" if reading.rejected else reading.intent,
        confidence=reading.confidence,
        ranking=reading.ranking,
        acts=dict(reading.acts),
        whose=dict(reading.whose),
        urgent=dict(reading.urgent),
        consent=reading.consent.get("yes", 0.0),
        upset=reading.upset,
        anger=reading.anger,
        signed_in=signed_in,
        own_phone=own_phone,
        names_a_thing=any(entity.kind in ("plan", "service") for entity in reading.entities),
        named=tuple(entity.value for entity in reading.entities if entity.kind in _NAMES),
        articles=reading.articles,
        asked_next=reading.asked_next,
        names=reading.names,
    )
