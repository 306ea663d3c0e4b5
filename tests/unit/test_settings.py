"""What the environment says is what the service does; what it says wrongly is one line with the mend, and no secret."""

import os
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import DEMO_DATA_KEYS, QUIET_HOURS, FarSystem, Settings
from database.sealed import KeyRing
from desk.session.oidc import Oidc

OTHER_KEY = "k1:b3RoZXIga2V5LCB3aGljaCBpcyBubyBzZWNyZXQuLi4="
SECRETS = ("KEFU_ENGINE_TOKEN", "KEFU_API_TOKEN", "KEFU_PAYMENT_SECRET", "KEFU_AUDIT_KEY")


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("KEFU_") or name == "PORT"]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("name", "value", "field", "meant"),
    [
        ("KEFU_DATABASE_URL", "postgresql+asyncpg://a@b/c", "database_url", "postgresql+asyncpg://a@b/c"),
        ("KEFU_HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("PORT", "81", "port", 81),
        ("KEFU_ENGINE_URL", "http://e", "engine_url", "http://e"),
        ("KEFU_ENGINE_TOKEN", "secret", "engine_token", "secret"),
        ("KEFU_API_TOKEN", "secret", "api_token", "secret"),
        ("KEFU_API_TOKEN", "", "api_token", ""),
        ("KEFU_PAYMENT_SECRET", "secret", "payment_secret", "secret"),
        ("KEFU_AUDIT_KEY", "secret", "audit_key", "secret"),
        ("KEFU_DEMO", "0", "demo", False),
        ("KEFU_DEMO", "true", "demo", True),
        ("KEFU_SEED", "7", "seed", 7),
        ("KEFU_SHELL_PHONE", "13800138000", "shell_phone", "13800138000"),
        ("KEFU_PUBLIC_URL", "https://kefu.example.com/", "public_url", "https://kefu.example.com"),
        ("KEFU_BRAND", "海风通信", "brand", "海风通信"),
        ("KEFU_EMBED_ON", "https://a.com http://b.com:81", "embedders", ("https://a.com", "http://b.com:81")),
        ("KEFU_EMBED_ON", "*", "embedders", ("*",)),
        ("KEFU_EMBED_ON", "", "embedders", ()),
        ("KEFU_LIMIT_SENDER", "", "per_sender", ""),
        ("KEFU_LIMIT_ADDRESS", "9 per minute", "per_address", "9 per minute"),
        ("KEFU_LIMIT_SIGN_IN", "9 per minute", "per_sign_in", "9 per minute"),
        ("KEFU_QUIET_HOURS", "21:00-09:00", "quiet_hours", "21:00-09:00"),
        ("KEFU_ACCOUNT_URL", "http://far", "far_systems", {"account": FarSystem(url="http://far")}),
        ("KEFU_REPAIR_URL", "", "far_systems", {}),
        ("KEFU_OIDC_ISSUER", "", "oidc", None),
    ],
)
def test_a_setting_is_what_its_variable_says(
    name: str, value: str, field: str, meant: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(Settings.from_environment(), field) == meant


def test_what_nobody_says_is_the_demo_s() -> None:
    assert repr(Settings.from_environment()) == repr(Settings())


def test_settings_that_are_made_by_hand_do_not_look_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_API_TOKEN", "secret")
    assert Settings() == Settings(api_token="demo-token")


@pytest.mark.parametrize(("demo", "quiet", "shell"), [("1", "", "13800138000"), ("0", QUIET_HOURS, "")])
def test_only_the_demo_speaks_at_night_and_plays_a_customer(
    demo: str, quiet: str, shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KEFU_DEMO", demo)
    monkeypatch.setenv("KEFU_SHELL_PHONE", "13800138000")
    settings = Settings.from_environment()
    assert (settings.quiet_hours, settings.shell_phone) == (quiet, shell)


def test_outside_the_demo_the_night_may_be_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEFU_DEMO", "0")
    monkeypatch.setenv("KEFU_QUIET_HOURS", "")
    assert Settings.from_environment().quiet_hours == ""


def test_what_belongs_together_is_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"OIDC_ISSUER": "https://id", "OIDC_CLIENT_ID": "kefu", "OIDC_SECRET": "s", "OIDC_CLAIM": "email"}
    for name, value in {**given, "COMPLAINT_URL": "http://far", "COMPLAINT_TOKEN": "t"}.items():
        monkeypatch.setenv(f"KEFU_{name}", value)
    settings = Settings.from_environment()
    assert settings.oidc == Oidc("https://id", "kefu", "s", "email")
    assert settings.far_systems == {"complaint": FarSystem(url="http://far", token="t")}


@pytest.mark.parametrize(
    ("name", "read"),
    [
        *[(name, name.removeprefix("KEFU_").lower()) for name in SECRETS],
        ("KEFU_OIDC_SECRET", "oidc.secret"),
        ("KEFU_ACCOUNT_TOKEN", "account.token"),
        ("KEFU_PUBLIC_URL", "public_url"),
    ],
)
def test_any_setting_may_stand_in_a_file(name: str, read: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("of-the-file\n")
    monkeypatch.setenv(f"{name}_FILE", str(file))
    for beside in ("KEFU_ACCOUNT_URL", "KEFU_OIDC_ISSUER", "KEFU_OIDC_CLIENT_ID"):
        monkeypatch.setenv(beside, "http://far")
    assert attrgetter(read)(Settings.from_environment()) == "of-the-file"


def test_a_channel_s_secret_may_stand_in_a_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret"
    file.write_text("of-the-file")
    monkeypatch.setenv("KEFU_WECHAT_SECRET_FILE", str(file))
    assert Settings.from_environment().given["KEFU_WECHAT_SECRET"] == "of-the-file"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"PORT": "eighty"}, ["PORT"]),
        ({"KEFU_SEED": "", "PORT": ""}, ["PORT", "KEFU_SEED"]),
        ({"KEFU_DATA_KEYS": "k1:c2VjcmV0"}, ["KEFU_DATA_KEYS", "kefu keys new", "32 bytes"]),
        ({"KEFU_QUIET_HOURS": "night"}, ["KEFU_QUIET_HOURS", "22:00-08:00"]),
        ({"KEFU_EMBED_ON": "https://a.com example"}, ["KEFU_EMBED_ON", "https://www.example.com"]),
        ({"KEFU_OIDC_ISSUER": "https://id"}, ["KEFU_OIDC_CLIENT_ID", "required"]),
        ({"KEFU_REPAIR_TOKEN": "hush"}, ["KEFU_REPAIR_URL", "required"]),
        ({"KEFU_DEMO": "perhaps", "KEFU_SHELL_PHONE": "1"}, ["KEFU_DEMO"]),
        ({"KEFU_API_TOKEN_FILE": "/nowhere"}, ["KEFU_API_TOKEN_FILE", "No such file"]),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    given: dict[str, str], said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValueError) as wrong:
        Settings.from_environment()
    assert len(str(wrong.value).splitlines()) == 1
    assert [words for words in said if words not in str(wrong.value)] == []


def test_no_secret_is_ever_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*SECRETS, "KEFU_ACCOUNT_TOKEN", "KEFU_OIDC_SECRET", "KEFU_WECHAT_SECRET"):
        monkeypatch.setenv(name, f"hush-{name}")
    for name in ("KEFU_ACCOUNT_URL", "KEFU_OIDC_ISSUER", "KEFU_OIDC_CLIENT_ID"):
        monkeypatch.setenv(name, "http://far")
    monkeypatch.setenv("KEFU_DATA_KEYS", OTHER_KEY)
    settings = Settings.from_environment()
    assert "far" in str(settings)
    assert not [word for word in ("hush", OTHER_KEY) if word in f"{settings!r} {settings}"]
    monkeypatch.setenv("KEFU_DATA_KEYS", "hush")
    monkeypatch.setenv("PORT", "hush")
    with pytest.raises(ValueError) as wrong:
        Settings.from_environment()
    assert "hush" not in str(wrong.value)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


def test_the_demo_s_keys_are_no_one_else_s() -> None:
    assert Settings().keys.shares_with(KeyRing.of(DEMO_DATA_KEYS))
    assert not Settings(keys=KeyRing.of(OTHER_KEY)).keys.shares_with(KeyRing.of(DEMO_DATA_KEYS))
