"""What the whole reading makes of sentences at a read-back: the engine's and the dialogue's, as in a conversation.

The sentences were written by people who knew neither code nor rules. consent-seen.tsv may be learned from (it is in
data/acts/consent.txt); by consent-sealed.tsv, split before the reader was written, nobody mends. consent-sealed-2.tsv
is by a third hand, later; half of it was looked at once, and none of it is learned from.
`.venv/bin/python -m tests.nlu.consent` prints the figures.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.cli.commands.judge import parses
from app.training import model
from bot.dialogue.heard import hear
from bot.dialogue.manager import Manager
from bot.dialogue.state import State
from bot.door import understanding
from bot.listening import listen
from core.dialogue import Choice
from core.message import Understanding
from tests.dialogue.table import FLOWS, NOW, PLANS, VISITS, at

HERE = Path(__file__).resolve().parent
# Changes that need no code after the yes: a wrong one would be done at once.
WITHOUT_A_CODE = frozenset({"withdraw_complaint", "withdraw_repair", "repair", "complaint"})


def _choices(*named: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, title, tuple(words.split())) for code, title, words in named)


_PACKS = _choices(("ll1", "1GB流量包", "1g 10元"), ("ll5", "5GB流量包", "5g 30元"), ("ll10", "10GB流量包", "10g 50元"))
_SERVICES = _choices(
    ("lx", "来电显示", "显示 5元"),
    ("cl", "视频彩铃", "彩铃 6元"),
    ("hy", "视频会员", "视频 15元"),
    ("yp", "云盘会员", "云盘 10元"),
)
_ABROAD = _choices(
    ("hmt", "港澳台漫游7天包", "香港 澳门 台湾 30元"),
    ("jk", "日韩漫游7天包", "日本 韩国 日韩"),
    ("sea", "东南亚漫游7天包", "泰国 新加坡 越南"),
    ("eu", "欧洲漫游7天包", "法国 英国 德国"),
)
_LINES = _choices(("kd300", "300M宽带包年", "300m 360元 300"), ("kd500", "500M宽带包年", "500m 480元 500"))
_GIFTS = _choices(("ll1", "1GB流量", "1g"), ("hf10", "10元话费", "10元"), ("hf30", "30元话费", "30元"))
_REPAIR = {"fault_kind": "broadband", "address": "建设路66号3号楼501", "since": "11月25日", "visit": "2026-11-27 上午"}
# What the writer of the sentences had before the eyes → flow, what is known, what was offered.
_ReadBack = tuple[str, dict[str, Any], dict[str, tuple[Choice, ...]]]
READ_BACK: Mapping[str, _ReadBack] = {
    "plan": ("change_plan", {"target": "cx59"}, {"target": PLANS}),
    "pack": ("buy_data_pack", {"target": "ll5"}, {"target": _PACKS}),
    "service_open": ("open_service", {"target": "cl"}, {"target": _SERVICES}),
    "service_close": ("cancel_service", {"target": "cl"}, {"target": _SERVICES}),
    "suspend": ("suspend", {}, {}),
    "resume": ("resume", {}, {}),
    "sim": ("replace_sim", {}, {}),
    "close_number": ("cancel_account", {}, {}),
    "port": ("port_out", {}, {}),
    "transfer": ("transfer", {}, {}),
    "second_number": ("new_number", {"target": "13800131314"}, {}),
    "invoice": ("invoice", {"target": "2026-10..2026-10"}, {}),
    "roaming": ("buy_roaming_pack", {"target": "jk"}, {"target": _ABROAD}),
    "broadband": ("order_broadband", {"target": "kd300"}, {"target": _LINES}),
    "move": ("move_broadband", {"target": "中山路8号海天公寓2单元1102"}, {}),
    "undo": ("undo", {"target": "DD20261126000001"}, {}),
    "withdraw_complaint": ("withdraw_ticket", {"ticket": "TS20261126000001"}, {}),
    "withdraw_repair": ("withdraw_ticket", {"ticket": "WX20261126000001"}, {}),
    "repair": ("report_fault", _REPAIR, {"visit": VISITS}),
    "complaint": ("complain", {"kind": "billing", "facts": "多扣了我20块钱"}, {}),
    "points": ("redeem_points", {"target": "hf10"}, {"target": _GIFTS}),
}

# The first two writers had other things before them than the third, in some of the cases.
_REPAIR_BEFORE = {"address": "幸福路12号", "since": "11月25日晚", "visit": "2026-11-27 下午"}
READ_BACK_BEFORE: Mapping[str, _ReadBack] = {
    **READ_BACK,
    "service_close": ("cancel_service", {"target": "hy"}, {"target": _SERVICES}),
    "move": ("move_broadband", {"target": "幸福路12号"}, {}),
    "repair": ("report_fault", {**_REPAIR, **_REPAIR_BEFORE}, {"visit": VISITS}),
    "complaint": ("complain", {"kind": "unauthorised_service", "facts": "11月扣了15元增值业务费，我没有订过"}, {}),
    "points": ("redeem_points", {"target": "hf20"}, {"target": (*_GIFTS, *_choices(("hf20", "20元话费", "20元")))}),
}


@dataclass(frozen=True)
class Figures:
    """How many sentences are a yes, and how many of them were missed; what was wrongly taken for one, by label."""

    yes: int
    missed: int
    others: int
    wrong: Counter[str]
    wrong_without_a_code: int


class _Asked:
    """An engine that reads nothing, and remembers what it was asked."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def ready(self) -> bool:
        return True

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        self.texts += texts
        return [Understanding(text, "nlu_fallback", 0.0) for text in texts]


class _Read(_Asked):
    """An engine that has read everything before."""

    def __init__(self, read: Mapping[str, Understanding]) -> None:
        super().__init__()
        self._read = read

    async def understand(self, texts: Sequence[str]) -> list[Understanding]:
        return [self._read[text] for text in texts]


def state_at(context: str, file: str) -> State:
    """Return a conversation at the read-back that the writer of a file had before the eyes."""
    flow, slots, offers = (READ_BACK if "sealed-2" in file else READ_BACK_BEFORE)[context]
    return at(flow, "read_back", slots=slots, offers=offers)


async def _asked(said: Iterable[tuple[State, str]]) -> list[str]:
    engine = _Asked()
    for state, text in said:
        await listen(engine, FLOWS, state, text)
    return sorted(set(engine.texts))


async def _agreed(state: State, text: str, engine: _Read) -> bool:
    """Return whether a message is taken for a yes, heard as the turn hears it."""
    readings = await listen(engine, FLOWS, state, text)
    heard = [hear(each, NOW, "13800138000", signed_in=True) for each in readings]
    return any(each.what == "agreed" for each in Manager(FLOWS).hear(state, heard, words=text).decided)


def measure(file: Path, trained: Path) -> Figures:
    """Read every sentence of a file with a trained model and the dialogue, each at its read-back, as the turn does."""
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines()]
    states = [state_at(context, file.name) for context, _, _ in rows]
    said = [(state, text) for state, (_, _, text) in zip(states, rows, strict=True)]
    texts = asyncio.run(_asked(said))
    read = zip(texts, parses(texts, trained), strict=True)
    engine = _Read({text: understanding(text, parsed) for text, parsed in read})
    missed, wrong, at_once = 0, Counter[str](), 0
    for (context, label, text), state in zip(rows, states, strict=True):
        taken = asyncio.run(_agreed(state, text, engine))
        if label == "yes":
            missed += not taken
        elif taken:
            wrong[label] += 1
            at_once += context in WITHOUT_A_CODE
    yes = sum(label == "yes" for _, label, _ in rows)
    return Figures(yes, missed, len(rows) - yes, wrong, at_once)


if __name__ == "__main__":
    for name in ("seen", "sealed", "sealed-2"):
        print(name, measure(HERE / f"consent-{name}.tsv", model.path()))
