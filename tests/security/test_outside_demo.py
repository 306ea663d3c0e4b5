"""Outside the demo nothing runs with a secret that is missing, or that everybody can read."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.bootstrap import build
from app.cli.up import _announce
from app.outside_demo import may_start, refusals
from app.settings import DEMO_DATA_KEYS, FarSystem, Settings
from database.sealed import KeyRing, new_key
from tests.conftest import ROOT, free_port
from tests.fakes.engine import FakeEngine
from tests.keys import KEYS
from tests.turn.conftest import running

RANDOM = "hV7uGdE2w0Jp9sKqLrXc5tYn1mBz"


def wechat(token: str, secret: str, aes_key: str = "") -> dict[str, str]:
    named = {"KEFU_WECHAT_TOKEN": token, "KEFU_WECHAT_APP_ID": "wx1", "KEFU_WECHAT_SECRET": secret}
    return named | {"KEFU_WECHAT_AES_KEY": aes_key}


def telegram(token: str, secret: str) -> dict[str, str]:
    return {"KEFU_TELEGRAM_TOKEN": token, "KEFU_TELEGRAM_SECRET": secret}


def installation(**changed: object) -> Settings:
    """Return the settings of an installation whose every secret is its own."""
    given = Settings(
        demo=False,
        api_token=RANDOM,
        audit_key=RANDOM,
        payment_secret=RANDOM,
        engine_token=RANDOM,
        keys=KeyRing.of(new_key("k1")),
        given=wechat("own", "own-too", "k" * 43) | telegram("7:own", RANDOM),
    )
    return given.model_copy(update=changed)


def refused(**changed: object) -> list[str]:
    return [each.setting for each in refusals(installation(**changed))]


def test_an_installation_whose_secrets_are_its_own_may_start() -> None:
    assert refused() == []


@pytest.mark.parametrize("secret", ["api_token", "audit_key", "payment_secret", "engine_token"])
def test_a_secret_that_is_missing_or_short_is_refused(secret: str) -> None:
    (setting,) = refused(**{secret: ""})
    assert refused(**{secret: "short"}) == [setting]


@pytest.mark.parametrize("secret", ["api_token", "audit_key", "payment_secret"])
def test_the_demos_secret_is_refused_however_long_it_is(secret: str) -> None:
    assert len(refused(**{secret: getattr(Settings(), secret)})) == 1


def test_the_demos_key_is_refused_under_any_name_and_in_any_place() -> None:
    own, published = new_key("k1"), DEMO_DATA_KEYS.partition(":")[2]
    for ring in (f"demo:{published}", f"k9:{published}", f"{own} old:{published}"):
        assert refused(keys=KeyRing.of(ring)) == ["KEFU_DATA_KEYS"]


@pytest.mark.parametrize(
    ("changed", "settings"),
    [
        ({"given": telegram("7:own", "")}, ["KEFU_TELEGRAM_SECRET"]),
        ({"given": telegram("1:demo", "demo-secret")}, ["KEFU_TELEGRAM_TOKEN", "KEFU_TELEGRAM_SECRET"]),
        ({"given": wechat("demo-token", "demo-secret")}, ["KEFU_WECHAT_TOKEN", "KEFU_WECHAT_SECRET"]),
        ({"given": wechat("own", "")}, ["KEFU_WECHAT_SECRET"]),
        ({"given": wechat("own", "own", "demo" * 10 + "kkk")}, ["KEFU_WECHAT_AES_KEY"]),
        ({"account": FarSystem(url="https://10.0.0.1")}, ["KEFU_ACCOUNT_TOKEN"]),
        ({"database_url": "postgresql+asyncpg://user:password@db/kefu"}, ["KEFU_DATABASE_URL"]),
        ({"given": {}}, []),
    ],
)
def test_a_way_in_is_refused_without_what_keeps_strangers_out(changed: dict[str, object], settings: list[str]) -> None:
    assert refused(**changed) == settings


def test_the_demos_staff_are_no_staff_of_an_installation(demo_copy: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert not may_start(installation(database_url=demo_copy, keys=KEYS))
    assert "KEFU_DATA_KEYS" in capsys.readouterr().err
    own = installation(database_url=demo_copy)
    assert not may_start(own)
    told = capsys.readouterr().err
    assert "staff agent1 has the demo's password" in told and "staff admin1" in told
    assert may_start(Settings(database_url=demo_copy))


@pytest.mark.parametrize("command", [["app.serve"], ["app.cli", "up"]])
def test_nothing_starts_and_each_reason_stands_in_a_line_with_its_mend(command: list[str], tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KEFU_")}
    environment = kept | {
        "KEFU_DEMO": "0",
        "KEFU_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/kefu.db",
        "KEFU_TELEGRAM_TOKEN": "7:own",
        "PORT": str(free_port()),
    }
    ended = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    lines = ended.stderr.splitlines()
    assert (ended.returncode, ended.stdout) == (2, "")
    wrong = ["API_TOKEN", "AUDIT_KEY", "PAYMENT_SECRET", "DATA_KEYS", "TELEGRAM_SECRET"]
    wrong[3:3] = ["ENGINE_TOKEN"] if command == ["app.serve"] else []
    assert [line.split()[1] for line in lines] == [f"KEFU_{name}" for name in wrong]
    assert all(": " in line.removeprefix("kefu: ") for line in lines)
    assert "demo-token" not in ended.stderr


def kefu(database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KEFU_DATABASE_URL": database_url}
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


async def test_the_first_administrator_signs_in_once_with_what_was_shown_and_then_chooses(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/kefu.db"
    made = kefu(url, "staff", "add", "boss")
    assert made.returncode == 0, made.stderr
    found = re.search(r"boss signs in at \S+ with (\S+)", made.stdout)
    assert found is not None
    again = kefu(url, "staff", "add", "second")
    assert (again.returncode, len(again.stderr.splitlines())) == (1, 1)
    assert kefu(url, "staff", "add", "a b").returncode == 2

    engine = FakeEngine()
    settings = Settings(database_url=url, demo=False)
    async with running(build(settings, engine=engine, dialogue=engine.dialogue), engine) as house:
        house.client.base_url = httpx.URL("https://kefu")  # outside the demo a browser keeps our cookies by TLS alone
        answer = await house.client.post("/desk/login", data={"login": "boss", "password": found[1]})
        assert answer.status_code == 303
        assert (await house.client.get("/desk")).headers["location"] == "/desk/me"
        assert (await house.client.get("/desk/staff")).status_code == 403
        page = (await house.client.get("/desk/me")).text
        csrf = re.search(r'name="csrf" (?:content|value)="([^"]+)"', page)
        assert csrf is not None
        form = {"csrf": csrf[1], "old": found[1], "new": "a password of my own"}
        assert (await house.client.post("/desk/me/password", data=form)).status_code == 303
        for password, status in ((found[1], 401), ("a password of my own", 303)):
            answer = await house.client.post("/desk/login", data={"login": "boss", "password": password})
            assert answer.status_code == status
        assert (await house.client.get("/desk/staff")).status_code == 200


def test_the_banner_names_the_demos_accounts_in_the_demo_alone(capsys: pytest.CaptureFixture[str]) -> None:
    _announce(installation(), 1)
    told = capsys.readouterr().out
    assert not re.search(r"kefu-demo|agent1|sandbox|138|demo", told)
    assert "./kefu staff add" in told
    _announce(Settings(), 1)
    assert "agent1 / kefu-demo" in capsys.readouterr().out
