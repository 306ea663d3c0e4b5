"""The carrier's own account system over HTTP: asked while it is there, and owned up to while it is not."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conftest import ROOT, Service, free_port, texts
from tests.conversations.browser import Browser
from tests.conversations.test_accounts_and_tickets import code, codes
from tests.conversations.test_twenty import figure

ME = "13800138000"


class FarAccount:
    """The far end, which may be switched off and on again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def on(self) -> None:
        database = f"sqlite+aiosqlite:///{self.folder}/far.db"
        command = [sys.executable, "-m", "tests.fakes.far_account", str(self.port), database, "far-token"]
        self.process = subprocess.Popen(command, cwd=ROOT)
        for _ in range(200):
            try:
                httpx.get(self.url)
                return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError("the far account system did not start")

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.folder / "far.db") as db:
            return db.execute(statement).fetchall()

    def off(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FarAccount]:
    there = FarAccount(tmp_path_factory.mktemp("far"))
    there.on()
    yield there
    there.off()


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, far: FarAccount) -> Iterator[Service]:
    running = Service(
        tmp_path_factory.mktemp("near"), settings={"KEFU_ACCOUNT_URL": far.url, "KEFU_ACCOUNT_TOKEN": "far-token"}
    )
    try:
        running.start()
        yield running
    finally:
        running.stop()


def test_the_carriers_own_system_is_asked_owned_up_to_while_it_is_down_and_asked_again(
    service: Service, far: FarAccount
) -> None:
    # Far and near are made of the same seed; what was changed at the far end is what must be told.
    near = figure(service, "balance", ME)
    far.sql("update customer set balance_fen = 4321 where id = 1")
    customer = Browser(service, ME)
    customer.say("你好")
    told = customer.say("查一下我的话费")
    assert "43.21" in told
    assert near not in told
    far.off()
    down = customer.say("我的话费还有多少")
    assert "43.21" not in down
    assert near not in down
    assert "转人工" in down
    assert "转人工" in customer.say("帮我退订视频彩铃")
    assert "情况" in customer.say("我要投诉你们营业厅的人态度不好")
    assert "请您核对" in customer.say("昨天在人民路的厅里，他一直玩手机不理人")
    assert "工单号TS" in customer.say("确认")
    far.on()
    time.sleep(10)  # the circuit rests
    assert "43.21" in customer.say("再查一下话费")


def test_a_change_is_proposed_proved_and_carried_out_at_the_far_end(
    service: Service, far: FarAccount, sender: str
) -> None:
    service.say(sender, "帮我退订视频彩铃", ME)
    seen = codes(service, ME)
    service.say(sender, "确认", ME)
    assert "订单号DD" in texts(service.say(sender, code(service, ME, seen), ME))
    assert far.sql("select kind, state, customer_id from change_order") == [("cancel_service", "done", 1)]
    assert service.sql("select count(*) from change_order") == [(0,)]
