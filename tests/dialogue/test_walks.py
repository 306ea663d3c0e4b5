"""A short slice of `kefu bench walks`: random conversations over the real turn, with the trained engine's readings."""

from dataclasses import replace

import pytest

from app.training import model
from bot.dialogue.flows import load
from bot.dialogue.state import Frame, State
from core.conversation import Owner
from tests.lab.oracle import Failure, Ledger, Oracle, Said, Turn
from tests.lab.readings import Readings
from tests.lab.walks import (
    SAMPLE,
    House,
    Laboratory,
    Walk,
    Walker,
    opened,
    read_sentences,
    read_walk,
    shown,
    slice_of,
    to_be_read,
)

WALKS, MESSAGES = 40, 10


async def test_forty_random_walks() -> None:
    if not model.path().exists():
        pytest.skip(f"no model fits the present sources: {model.path().name} is not there; `kefu train` makes it")
    sentences = slice_of(read_sentences())
    engine = Readings(model.path())
    try:
        engine.learn(to_be_read(sentences))
        async with opened(House, engine, seeds=(1,)) as house:
            lab = Laboratory(house, sentences, MESSAGES)
            for number in range(WALKS):
                await lab.walk(1, number)
            assert lab.tally.turns == WALKS * MESSAGES
            found = [await lab.shortened(*each) for each in list(lab.tally.first.values())[:5]]
    finally:
        engine.close()
    assert not lab.tally.places, "\n".join(walk.written(turn, failure) for walk, turn, failure in found)


def test_there_are_enough_sentences_of_every_kind() -> None:
    sentences = read_sentences()
    assert len(sentences) >= 900
    kinds = {said.kind for said in sentences}
    assert {"start", "yes", "no", "question", "doubt", "correction", "answer", "other_number", "code", "id"} <= kinds


def test_a_conversation_file_is_read_as_it_was_written() -> None:
    said = [Said("start:balance", "查话费"), Said("press", "确认办理", 1), Said("code:right", "{code}")]
    walk = Walk(Walker("13800138001", "sms", 2), said, [["一"], ["二"], ["三"]])
    again = read_walk(walk.written(3, Failure("crash", "somewhere", "it broke")), read_sentences())
    assert (again.walker, again.said) == (walk.walker, said)


def test_numbers_are_those_of_who_writes() -> None:
    assert SAMPLE.says("查{other_dashed}，{code}", "123456") == "查138-0013-8001，123456"
    assert shown([{"text": "好"}, {"buttons": [{"title": "确认办理", "payload": "确认"}]}]) == ["确认"]


FLOWS = load()
AT = next(number for number, step in enumerate(FLOWS["change_plan"].steps) if step.read_back)
READ_BACK = State(stack=(Frame("change_plan", "", at=AT, open=True),), fresh=False)
ASKS_CODE = State(stack=(Frame("change_plan", "", at=AT + 1, open=True),), fresh=False)
PROPOSED = Ledger(orders={"DD1": (1, "proposed")})


def _turn(said: Said, after: State, ledger: Ledger, *replies: str, before: State = READ_BACK) -> Turn:
    told = tuple({"text": text} for text in replies)
    return Turn(said, Owner.BOT, before, after, PROPOSED, ledger, told, "answered", 1)


def _kinds(turn: Turn) -> set[str]:
    return {failure.kind for failure in Oracle(FLOWS).judge(turn)}


@pytest.mark.parametrize(
    ("said", "fails"),
    [
        (Said("yes", "确认"), False),
        (Said("press", "确认", 1), False),
        (Said("number:first", "①"), False),
        (Said("press", "取消", 2), True),
        (Said("start:balance", "查话费"), True),
        (Said("doubt", "好贵啊"), True),
        (Said("number", "2"), True),
    ],
)
def test_the_oracle_knows_what_is_no_consent(said: Said, fails: bool) -> None:
    sent = replace(PROPOSED, codes=1)
    assert _kinds(_turn(said, ASKS_CODE, sent, "请输入验证码。")) == ({"no consent"} if fails else set())
    assert _kinds(_turn(said, ASKS_CODE, PROPOSED, "请输入验证码。")) == ({"no consent"} if fails else set())


def test_the_oracle_knows_an_order_without_its_code() -> None:
    done = Ledger(orders={"DD1": (1, "done")})
    said = _turn(Said("code:right", "123456"), State(), done, "已为您办理。", before=ASKS_CODE)
    assert not _kinds(said)
    assert _kinds(replace(said, said=Said("code:wrong", "123456"))) == {"no consent"}
    assert _kinds(replace(said, said=Said("yes", "确认"))) == {"no consent"}


def test_the_oracle_knows_silence_repeats_and_breakdowns() -> None:
    hello = Said("start:greet", "您好")
    assert _kinds(_turn(hello, READ_BACK, PROPOSED)) == {"silence"}
    assert _kinds(_turn(hello, READ_BACK, PROPOSED, "您好。", "您好。")) == {"said twice"}
    assert _kinds(_turn(hello, READ_BACK, PROPOSED, "查询系统暂时没有响应。")) == {"no answer"}
    broken = replace(_turn(hello, READ_BACK, PROPOSED, "您好。"), errors=("the backend failed with KeyError",))
    assert _kinds(broken) == {"crash"}


def test_the_oracle_counts_a_question_while_its_step_is_open() -> None:
    oracle = Oracle(FLOWS)
    asked = _turn(Said("noise", "嗯"), READ_BACK, PROPOSED, "请回复“确认”。")
    gone = _turn(Said("stop", "取消"), State(), PROPOSED, "好的。")
    found = [len(oracle.judge(turn)) for turn in (asked, asked, gone, asked, asked, asked)]
    assert found == [0, 0, 0, 0, 0, 1]


def test_the_oracle_knows_anothers_number() -> None:
    said = Said("other_number", "查我妈的话费")
    assert not _kinds(_turn(said, READ_BACK, PROPOSED, "只能为本人办理。", "请回复“确认”，每月89.00元。"))
    assert _kinds(_turn(said, State(), PROPOSED, "您的话费余额为12.30元。")) == {"another number"}
    new = Ledger(orders={**PROPOSED.orders, "DD2": (1, "proposed")})
    assert _kinds(_turn(said, READ_BACK, new, "只能为本人办理。")) == {"another number"}
    foreign = Ledger(orders={**PROPOSED.orders, "DD2": (4, "proposed")})
    assert _kinds(_turn(Said("yes", "确认"), ASKS_CODE, foreign, "好的。")) == {"another's account"}
