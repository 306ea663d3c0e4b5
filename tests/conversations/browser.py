"""A customer on the web page, without the page."""

import contextlib
import uuid

import httpx

from tests.conftest import Service
from tests.keys import stored

_SECONDS = 20


class Browser:
    """A customer on the web page, signed in."""

    def __init__(self, service: Service, phone: str) -> None:
        self._client = httpx.Client(base_url=f"{service.url}/chat", timeout=40)
        begun = self._client.post("/session").json()
        self._csrf = {"X-CSRF": begun["csrf"]}
        # A number has five codes an hour, and all tests share it.
        service.change(f"delete from one_time_code where phone = '{stored(phone, 'one_time_code.phone')}'")
        known = service.messages(phone, "登录验证码")
        self._client.post("/code", json={"phone": phone}, headers=self._csrf).raise_for_status()
        code = service.code(phone, "登录验证码", known)
        signed = self._client.post("/sign-in", json={"phone": phone, "code": code}, headers=self._csrf)
        self._csrf = {"X-CSRF": signed.json()["csrf"]}
        self._seen = 0

    def say(self, text: str) -> str:
        """Say something and return what is answered."""
        self.tell(text)
        return self._answered()

    def tell(self, text: str) -> None:
        """Say something and wait for nothing."""
        body = {"text": text, "id": uuid.uuid4().hex}
        self._client.post("/messages", json=body, headers=self._csrf).raise_for_status()

    def show(self, picture: bytes) -> str:
        """Send a picture and return what is answered."""
        asked = {"id": uuid.uuid4().hex}
        self._client.post("/pictures", params=asked, content=picture, headers=self._csrf).raise_for_status()
        return self._answered()

    def _answered(self) -> str:
        """Return everything that the bot says until it has been quiet for a second."""
        told: list[str] = []
        for _ in range(_SECONDS):
            quiet = httpx.Timeout(_SECONDS, read=1.0)
            with (
                contextlib.suppress(httpx.ReadTimeout),
                self._client.stream("GET", "/events", params={"after": self._seen}, timeout=quiet) as stream,
            ):
                for line in stream.iter_lines():
                    if line.startswith("id:"):
                        self._seen = int(line.removeprefix("id:"))
                    if line.startswith("data:") and '"author": "bot"' in line:
                        told.append(line)
            if told:
                return "\n".join(told)
        raise AssertionError("the bot said nothing")
