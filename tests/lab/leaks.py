"""`make leak-hunt`: marked people use and misuse everything, then every place that was written to is searched for them.

What is planted is every category of customer information in every spelling (planted.py). What no transcript keeps (ID
number, bank card, password, code) may stand nowhere, sealed or not; the rest only where what people say is kept (SAID).
"""

import contextlib
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Error, sync_playwright

from app.cli.commands.data import import_data
from app.settings import Settings
from compliance.patterns import categories
from core.clock import SHANGHAI
from database.sealed import NoKey
from desk.pages import MENU
from tests.conftest import Service
from tests.conversations.browser import Browser
from tests.keys import KEYS
from tests.lab.desk import BROWSER
from tests.lab.planted import CARD, ID_NUMBER, NAME, PASSWORD, PHONE, PLANTED, Planted, bare

OTHER = "13747382915"
STAFF = ("agent1", "senior1", "supervisor1", "inspector1", "manager1", "admin1", "auditor1", "engineer1")
Marks = tuple[Planted, ...]
HARD: Marks = tuple(each for each in PLANTED if not categories()[each.rule].kept)
PHONES: Marks = (*(each for each in PLANTED if each.rule == "privacy.phone"), Planted("privacy.phone", "{}", OTHER))
ALL: Marks = (*PLANTED, PHONES[-1])
# Where what people say is kept: (table, column); the search index holds the same.
SAID = {
    ("message", "body"),
    ("outbox", "body"),
    ("mailbox", "body"),
    ("sandbox_message", "text"),
    ("draft", "text"),
    ("conversation", "dialogue"),
    ("complaint_ticket", "facts"),
    ("complaint_event", "text"),
    ("repair_ticket", "since"),
    ("repair_event", "text"),
}
_SEALED = re.compile(r"[A-Za-z0-9]{1,8}\.[A-Za-z0-9_-]{20,}")
SPOKEN = (
    f"我叫{NAME}，身份证号{ID_NUMBER}，帮我查话费",
    f"我的手机号是{PHONE}，密码是{PASSWORD}，查一下流量",
    f"银行卡{CARD}给我绑定一下",
    f"我要投诉，你们给{PHONE}乱扣费",
    f"上个月扣了我20块，机主{NAME}，身份证{ID_NUMBER}，卡号{CARD}",
    "宽带断网了",
    f"从昨天开始，电话{OTHER}",
    f"查{OTHER}的余额",
    "转人工",
)


class _Desk(httpx.Client):
    """The browser of somebody of the staff, without the pages' scripts."""

    def __init__(self, url: str, login: str) -> None:
        super().__init__(base_url=url, timeout=40)
        self.post("/desk/login", data={"login": login, "password": "kefu-demo"})
        token = re.search(r'name="csrf" content="([^"]+)"', self.get("/desk/me").text)
        assert token is not None, login
        self._csrf = token[1]

    def submit(self, address: str, **form: str) -> None:
        """Send a page's form."""
        answer = self.post(address, data={**form, "csrf": self._csrf})
        assert answer.status_code == 303, (address, answer.status_code)


@dataclass
class Hunt:
    """One run: the service, and what was found where."""

    service: Service
    found: Counter[str] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    asked: int = 0

    def play(self) -> None:
        """Let the marked people use everything, rightly and wrongly."""
        url = self.service.url
        for sender, phone in (("hunt-visitor", None), ("hunt-subscriber", PHONE)):
            for text in SPOKEN:
                self.service.say(sender, text, phone)
                self.asked += 1
        web = Browser(self.service, PHONE)
        for text in SPOKEN:
            web.tell(text)
            self.asked += 1
        with httpx.Client(base_url=url, timeout=40) as client:
            for number, text in enumerate(SPOKEN):
                client.post("/sandbox/sms/say", json={"phone": OTHER, "id": f"9{number}", "text": text})
                client.post("/sandbox/telegram/say", json={"chat": 880001, "text": text})
                client.post("/sandbox/wechat/say", json={"openid": "oHuntHunt01", "text": text})
                self.asked += 3
            self._spell(client)
            self._settled()
            self._misuse(client)
        self._desk()
        self._partner()
        self._staff()
        self._screens(url)

    def _spell(self, client: httpx.Client) -> None:
        """Let other people tell each category in every spelling, each on a channel of its turn."""
        spelled = [(number, text) for number, each in enumerate(PLANTED) for _, text, _ in each.spelled()]
        for place, (number, text) in enumerate(spelled):
            match place % 4:
                case 0:
                    self.service.say(f"hunt-speller-{number}", text)
                case 1:
                    said = {"phone": f"137473830{number:02}", "id": f"8{place}", "text": text}
                    client.post("/sandbox/sms/say", json=said)
                case 2:
                    client.post("/sandbox/telegram/say", json={"chat": 880100 + number, "text": text})
                case _:
                    client.post("/sandbox/wechat/say", json={"openid": f"oHuntSpell{number:02}", "text": text})
            self.asked += 1

    def _settled(self) -> None:
        """Wait until every message is answered."""
        until = time.monotonic() + 120
        while self.service.sql("select count(*) from inbox where state != 'done'") != [(0,)]:
            assert time.monotonic() < until, "messages were not answered"
            time.sleep(0.2)

    def _misuse(self, client: httpx.Client) -> None:
        """Send what is refused: errors must not repeat it."""
        bad: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/webhooks/rest/webhook", {"content": f'{{"sender": "{PHONE}", "message": {ID_NUMBER}'.encode()}),
            ("POST", "/webhooks/rest/webhook", {"json": {"sender": NAME, "message": 7, "metadata": {"phone": PHONE}}}),
            ("POST", "/webhooks/rest/webhook", {"json": {"message": CARD}, "headers": {"Authorization": ID_NUMBER}}),
            ("GET", f"/{PHONE}/{ID_NUMBER}", {}),
            ("GET", f"/webhooks/rest/messages?sender={PHONE}&after=x{ID_NUMBER}", {}),
            ("POST", "/webhooks/telegram", {"content": ID_NUMBER.encode()}),
            ("POST", "/webhooks/wechat", {"content": f"<xml>{ID_NUMBER}".encode(), "params": {"openid": PHONE}}),
            ("POST", "/api/v1/grants", {"json": {"phone": PHONE + ID_NUMBER, "scopes": [CARD]}}),
            ("POST", "/desk/login", {"data": {"login": PHONE, "password": PASSWORD}}),
            ("POST", "/chat/sign-in/password", {"json": {"phone": PHONE, "password": PASSWORD}}),
            ("POST", "/internal/actions", {"content": ID_NUMBER.encode(), "headers": {"Authorization": "Bearer x"}}),
        ]
        for method, path, given in bad:
            answer = client.request(method, path, **given)
            self.asked += 1
            self._search(f"answer {answer.status_code} of {path.split('?')[0][:24]}", answer.text, ALL)

    def _desk(self) -> None:
        """Let agents read, search, write and be refused."""
        with httpx.Client(base_url=self.service.url, timeout=40) as desk:
            desk.post("/desk/login", data={"login": "agent1", "password": "kefu-demo"})
            token = re.search(r'name="csrf" content="([^"]+)"', desk.get("/desk").text)
            assert token is not None
            desk.headers["X-CSRF"] = token[1]
            waiting = [row[0] for row in self.service.sql("select id from conversation where owner = 'queue'")]
            assert waiting
            for number in waiting:
                deed = f"/desk/conversations/{number}"
                desk.post(f"{deed}/take")
                owned = self.service.sql("select token from conversation where id = ?", number)[0][0]
                page = desk.get("/desk", params={"open": number}).text
                self._search("the desk's pages", page, ALL)
                for text in (f"您的证件号是{ID_NUMBER}吗", f"请联系{OTHER}", "这个不归我管"):
                    said = {"token": owned, "key": f"hunt-{number}-{abs(hash(text))}"[:40], "text": text}
                    answer = desk.post(f"{deed}/messages", json=said)
                    assert answer.status_code in (409, 422), (answer.status_code, text)
                    desk.post(f"{deed}/appeals", json={"text": text, "why": "客户本人要求"})
                desk.put(f"{deed}/draft", json={"text": f"{NAME}您好"})
                self.asked += 6
            self._notes(desk, waiting)
            found = desk.get("/desk/search", params={"q": PHONE})
            self._search("the search", found.text.replace(f'value="{PHONE}"', ""), (*HARD, *PHONES))

    def _notes(self, desk: httpx.Client, owned: list[int]) -> None:
        """Let an agent write every secret in every spelling where it can never go out, and half write it to send."""
        secrets = [text for each in HARD for _, text, _ in each.spelled()]
        for place, text in enumerate(secrets):
            deed = f"/desk/conversations/{owned[place % len(owned)]}"
            assert desk.post(f"{deed}/notes", json={"text": text}).status_code == 201
            desk.put(f"{deed}/draft", json={"text": text})
            self.asked += 2

    def _partner(self) -> None:
        """Let a partner ask, with and without right."""
        with httpx.Client(base_url=self.service.url, timeout=40) as client:
            for token in ("", "Bearer guessed"):
                answer = client.post(
                    "/api/v1/grants",
                    json={"phone": PHONE, "scopes": ["balance.read"]},
                    headers={"Authorization": token},
                )
                self._search("the partners' answers", answer.text, ALL)
                self.asked += 1

    def _staff(self) -> None:
        """Let everybody of the staff open every page of theirs, and two of them carry texts out of the house."""
        with contextlib.ExitStack() as doors:
            staff = {login: doors.enter_context(contextlib.closing(_Desk(self.service.url, login))) for login in STAFF}
            for login, desk in staff.items():
                for address in dict.fromkeys(address for address, _, _ in MENU):
                    page = desk.get(address)
                    self.asked += 1
                    if page.status_code == 200:
                        # Who works on a complaint reads what the customer said of it.
                        marks = HARD if address in ("/complaints", "/field") else ALL
                        self._search(f"{address} of {login}", page.text, marks)
            today = datetime.now(SHANGHAI).date().isoformat()
            lead, auditor = staff["supervisor1"], staff["auditor1"]
            lead.submit("/desk/exports", since=today, until=today, why=f"核查{PHONE}的会话")
            auditor.submit("/desk/exports/1", granted="true")
            text = lead.get("/desk/exports/1").raise_for_status().text
            assert len(text.splitlines()) > len(SPOKEN), "the export is empty"
            self._search("the bulk export", text, ALL)

    def _screens(self, url: str) -> None:
        """Look at what a screenshot of the sandbox would show, as its browser has drawn it."""
        with sync_playwright() as playwright:
            try:
                browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            except Error as error:
                print(f"the sandbox's screens are not looked at, no browser: {str(error).splitlines()[0]}")
                return
            page = browser.new_page()
            for address in ("/sandbox", f"/sandbox/phone?sms={OTHER}", "/sandbox/phone?wechat", "/sandbox/phone"):
                page.goto(url + address)
                page.wait_for_load_state("networkidle")
                self._search(f"the screen of {address.partition('=')[0]}", page.inner_text("body"), HARD)
                self.asked += 1
            browser.close()

    def search(self) -> None:
        """Search everything that was written, after the service has stopped."""
        folder = self.service.folder
        for log in [*folder.glob("*.log")]:
            self._search(f"the log {log.name}", log.read_text(errors="replace"), ALL)
        file = folder / "kefu.db"
        self._search(f"the bytes of {file.name}", file.read_bytes().decode(errors="replace"), HARD)
        for table, column, text in _cells(file):
            said = (table, column) in SAID or table.startswith("line_text")
            self._search(f"{file.name} {table}.{column}", text, HARD if said else ALL)
            if (told := _unsealed(text, f"{table}.{column}")) is not None:
                self._search(f"{file.name} {table}.{column}, unsealed", told, HARD)
        for file in folder.rglob("*"):  # whatever else was put down: write-ahead logs, caches, pictures
            if file.is_file() and file.suffix not in (".db", ".log"):
                self._search(f"the file {file.name}", file.read_bytes().decode(errors="replace"), HARD)

    def _search(self, place: str, text: str, marks: Marks) -> None:
        self.looked[place] += 1
        text = bare(text)
        for each in marks:
            if each.stands_in_bare(text):
                self.found[f"{each.rule} in {place}"] += 1


def _unsealed(text: str, place: str) -> str | None:
    """Return what is sealed in a cell, None where nothing is."""
    if not _SEALED.fullmatch(text):
        return None
    with contextlib.suppress(NoKey):
        return KEYS.of_value(text).unseal(text, place)
    with contextlib.suppress(NoKey):
        return KEYS.of_value(text).found(text, place)
    return None


def _cells(file: Path) -> Iterator[tuple[str, str, str]]:
    with contextlib.closing(sqlite3.connect(file)) as db:
        db.text_factory = lambda raw: raw.decode(errors="replace")
        tables = [row[0] for row in db.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            rows = db.execute(f'select * from "{table}"')
            names = [column[0] for column in rows.description]
            for row in rows:
                for name, value in zip(names, row, strict=True):
                    if isinstance(value, bytes):
                        value = value.decode(errors="replace")
                    if isinstance(value, str):
                        # JSON in a text may write Chinese as \u escapes.
                        yield table, name, re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), value)


def _marked(service: Service) -> None:
    """Bring the marked subscribers in as a carrier would."""
    settings = Settings(database_url=f"sqlite+aiosqlite:///{service.folder}/kefu.db")
    file = service.folder / "marked.csv"
    file.write_text(
        f"phone,name,level,state,plan,balance_yuan\n{PHONE},{NAME},standard,active,cx59,88.00\n"
        f"{OTHER},{NAME},standard,active,cx59,66.00\n",
        encoding="utf-8",
    )
    assert import_data(settings, "customers", str(file), dry=False) == 0
    file.unlink()


def main() -> int:
    """Hunt, and print what was found; return 1 where anything was."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kefu-leaks-") as folder:
        hunt = Hunt(Service(Path(folder), settings={"KEFU_LIMIT_SENDER": "", "KEFU_LIMIT_ADDRESS": ""}))
        hunt.service.start()
        try:
            _marked(hunt.service)
            hunt.play()
        finally:
            hunt.service.stop()
        hunt.search()
    for leak, times in sorted(hunt.found.items()):
        print(f"LEAK {leak}: {times} times")
    print(
        f"{hunt.asked} messages and requests, {sum(hunt.looked.values())} texts in {len(hunt.looked)} places searched, "
        f"{len(hunt.found)} leaks ({time.monotonic() - begun:.0f} s)"
    )
    return 1 if hunt.found else 0


if __name__ == "__main__":
    sys.exit(main())
