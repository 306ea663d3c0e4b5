"""What N3 calls customer information, found in a text and hidden: for gate, desk, transcript, exports and logs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.masking import mask, mask_digits
from compliance.patterns import categories
from compliance.recognisers import Place, codes, may_hold_secrets, places


@dataclass(frozen=True)
class Private:
    """A place in a text that says something about a person: what kind, from where to where, and a number's digits."""

    rule: str
    kind: str
    start: int
    end: int
    digits: str = ""


def find(text: str) -> list[Private]:
    """Return what is private in `text`, from the left, nothing twice (N3 一, 1).

    >>> [found.rule for found in find("我叫王小明，密码是246810")]
    ['privacy.name', 'privacy.password']
    """
    return _apart(text, places(text))


def _apart(text: str, found: Iterable[Place]) -> list[Private]:
    """Return places that do not overlap; what nobody may be told is never lost in what its owner may be told."""
    kept = list[Private]()
    for rule, start, end, digits in sorted(found, key=lambda each: (each[0] not in HARD, each[1], -each[2])):
        free = [(start, end)]
        for taken in kept:
            free = [part for each in free for part in _without(each, taken)]
        if len(free) == 1 and free[0] == (start, end):
            kept.append(Private(rule, categories()[rule].name, start, end, digits))
        elif rule not in HARD:
            pieces = (each for each in free if any(map(str.isalnum, text[slice(*each)])))
            kept += [Private(rule, categories()[rule].name, *each) for each in pieces]
    return sorted(kept, key=lambda each: each.start)


def _without(place: tuple[int, int], taken: Private) -> list[tuple[int, int]]:
    """Return what is left of a place beside one that is taken."""
    beside = ((place[0], min(place[1], taken.start)), (max(place[0], taken.end), place[1]))
    return [(start, end) for start, end in beside if start < end]


# What identifies its owner wherever it stands; the rest may be told to who has proved to be the owner.
HARD = frozenset(rule for rule, each in categories().items() if each.told == "nobody")
# What a customer types and nobody need ever read again: it was compared, and no agent works with it.
_NOT_KEPT = frozenset(rule for rule, each in categories().items() if not each.kept)


def kept(text: str) -> str:
    """Return `text` as a transcript keeps it: ID numbers, bank cards, passwords and codes hidden.

    >>> kept("我的服务密码是246810，请查话费"), kept("739146")
    ('我的服务密码是******，请查话费', '******')
    """
    return _hiding(text, (*places(text, _NOT_KEPT), *codes(text))) if may_hold_secrets(text) else text


def tells_apart(text: str) -> bool:
    """Return whether what `kept` leaves of a text tells it from others: of a code or a password nothing is left.

    >>> tells_apart("身份证11010519491231002X"), tells_apart("739146")
    (True, False)
    """
    found = (*places(text, _NOT_KEPT), *codes(text))
    return all(digits for _, _, _, digits in found)


def masked(text: str, keep: str | None = None) -> str:
    """Return `text` as staff are shown it, and as a bot says it: numbers masked but `keep`, secrets hidden.

    >>> masked("13911112222的密码是246810")
    '139****2222的密码是******'
    """
    text = mask(text, keep)
    return _hiding(text, places(text, _NOT_KEPT)) if may_hold_secrets(text) else text


def _hiding(text: str, found: Iterable[Place]) -> str:
    for each in reversed(_apart(text, found)):
        text = text[: each.start] + _hidden(each, each.end - each.start) + text[each.end :]
    return text


def hidden(text: str) -> str:
    """Return `text` without anything that identifies a person, for who reads many texts and none of their owners.

    >>> hidden("我叫张伟，电话13800138000")
    '我叫〔姓名〕，电话〔手机号码〕'
    """
    for found in reversed(find(text)):
        text = f"{text[: found.start]}〔{found.kind}〕{text[found.end :]}"
    return text


def _hidden(found: Private, length: int) -> str:
    """Return what is shown in the place of something; it is as long, so that other places in the text stay right."""
    return mask_digits(found.digits, length) if found.digits else "*" * length


def kept_within[Value](value: Value, ours: Collection[str] = ()) -> Value:
    """Return a value (JSON: lists, mappings, texts) as a transcript would keep it: every text in it as `kept` has it.

    ours  names under which a text is the program's own, and no word of anybody's

    >>> kept_within({"text": "密码是246810", "at": [{"code": "100000"}]}, {"code"})
    {'text': '密码是******', 'at': [{'code': '100000'}]}
    """
    inside: Any = value
    if isinstance(inside, str):
        inside = kept(inside)
    elif isinstance(inside, Mapping):
        inside = {
            name: part if name in ours and isinstance(part, str) else kept_within(part, ours)
            for name, part in inside.items()
        }
    elif isinstance(inside, list | tuple):
        inside = type(inside)(kept_within(part, ours) for part in inside)
    return inside  # type: ignore[no-any-return]
