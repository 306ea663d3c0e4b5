"""Inputs that nobody meant: what is well-formed, changed a little or a lot, by chance that can be repeated.

A mutation of something real gets further into a decoder than noise does. Each function takes the chance, so that the
same seed gives the same inputs.
"""

import copy
import json
import random
from collections.abc import Sequence
from typing import Any

# Numbers at which lengths and signs go wrong.
EDGES = (0, 1, -1, 7, 127, 128, 255, 256, 32767, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1, 2**53, 2**63, 10**30)
# Characters that are more, or less, than they look: unseen, joined, full width, right to left, digits of other scripts.
ODD = (
    *("\0", "\x1b", "\x7f", "\u200b", "\u200d", "\u202e", "\ufeff", "\ufffd", "\ufffe", "\u2028", "\U000e0041"),
    *("１", "①", "〇", "壹", "٣", "८", "𝟗", "Ⅷ", "%", "#", "*", "＃", "“", "”", "'", '"', "\\", "/", "<", ">", "&"),
    *(
        "]]>",
        "<![CDATA[",
        "&#0;",
        "&lt;",
        "{{",
        "}}",
        "{",
        "%s",
        "\r\n",
        "\t",
        "　",
        "👨‍👩‍👧",
        "🇨🇳",
        "é",
        "e\u0301",
        "ﷺ",
    ),
    *("+86", "0086", "138", "13800138000", "110101199003070011", "-", "—", "万", "元", "回复", "TD", "确认", "/"),
)


def changed_bytes(seed: bytes, chance: random.Random, others: Sequence[bytes] = ()) -> bytes:
    """Return `seed` with one to eight changes: bits, bytes, runs, edges of integers, pieces of the others."""
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(8):
            case 0 if data:
                data[at % len(data)] ^= 1 << chance.randrange(8)
            case 1 if data:
                data[at % len(data)] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                data[at:at] = chance.randbytes(chance.choice((1, 2, 4, 16, 200)))
            case 3:
                del data[at : at + chance.choice((1, 2, 4, 16, 200))]
            case 4:
                width = chance.choice((1, 2, 4, 8))
                data[at : at + width] = (chance.choice(EDGES) % (1 << 8 * width)).to_bytes(width)
            case 5:
                data[at:at] = data[at : at + chance.randrange(64)] * chance.choice((1, 2, 20))
            case 6 if others:
                other = chance.choice(others)
                cut = chance.randrange(len(other) + 1)
                data[at:] = other[cut:]
            case _:
                del data[at:]
    return bytes(data)


def changed_text(seed: str, chance: random.Random, others: Sequence[str] = ()) -> str:
    """Return `seed` with some characters or pieces put in, taken out, doubled, or exchanged with another's."""
    text = seed
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(7):
            case 0 | 1:
                text = text[:at] + chance.choice(ODD) * chance.choice((1, 1, 1, 3, 300)) + text[at:]
            case 2:
                text = text[:at] + text[at + chance.choice((1, 2, 8)) :]
            case 3:
                text = text[:at] + str(chance.choice(EDGES)) + text[at:]
            case 4:
                piece = text[at : at + chance.randrange(1, 12)]
                text = text[:at] + piece * chance.choice((2, 2, 50)) + text[at:]
            case 5:
                text = text[:at] + chr(chance.choice((chance.randrange(0x20, 0xD7FF), chance.randrange(0x10000))))
                text += seed[at:]
            case _ if others:
                other = chance.choice(others)
                text = text[:at] + other[chance.randrange(len(other) + 1) :]
    # A lone half of a pair can stand in JSON, and nowhere else.
    return text[:4000].encode("utf-8", "replace").decode()


def changed_json(seed: Any, chance: random.Random) -> bytes:
    """Return a document with one to four of its places changed: another type, an edge, away, doubled, nested; as bytes.

    Now and then the bytes themselves are broken.
    """
    whole = [copy.deepcopy(seed)]
    for _ in range(chance.choice((1, 1, 2, 4))):
        holder: Any = whole
        key: Any = 0
        while chance.random() < 0.8 and isinstance(holder[key], dict | list) and holder[key]:
            holder = holder[key]
            key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
        _change(holder, key, chance)
    written = json.dumps(whole[0], ensure_ascii=chance.random() < 0.5).encode("utf-8", "replace")
    return changed_bytes(written, chance) if chance.random() < 0.15 else written


def _change(holder: Any, key: Any, chance: random.Random) -> None:
    old = holder[key]
    match chance.randrange(6):
        case 0:
            holder[key] = chance.choice(
                (None, True, False, 1.5, [], {}, "", "0", [old], {"": old}, float("nan"), "\ud800")
            )
        case 1:
            holder[key] = chance.choice(EDGES)
        case 2 if isinstance(holder, dict):
            del holder[key]
            holder[chance.choice((str(key).upper(), f"{key}_", "id", "type"))] = old
        case 3:
            nested: Any = old
            for _ in range(chance.choice((1, 5, 200))):
                nested = [nested] if chance.random() < 0.5 else {"a": nested}
            holder[key] = nested
        case _:
            holder[key] = changed_text(str(old), chance) if isinstance(old, str) else chance.choice(EDGES)
