"""WeChat's API on loopback, built from the platform's documentation: keeps what it is sent, stumbles if told to."""

import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PREFIX = "/cgi-bin/"


class WeChatPlatform:
    """Listens on a port of its own; `calls` has (path, body) of everything that was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        # What the next custom messages get instead of success: an errcode, or an HTTP status from 500 on.
        self.stumbles: list[int] = []
        # What is answered to calls of a path (by its end) in place of JSON of the platform's.
        self.babbles: dict[str, bytes] = {}
        self.file = b""
        self.uploaded: list[bytes] = []
        self.tokens = 0
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                path, _, asked = self.path.partition("?")
                came = self.rfile.read(int(self.headers["Content-Length"] or 0))
                babble = next((said for end, said in platform.babbles.items() if path.endswith(end)), None)
                if babble is not None:
                    return self._say(200, babble)
                right = dict(urllib.parse.parse_qsl(asked)).get("access_token") == f"T{platform.tokens}"
                if path.endswith("media/upload"):
                    if not right:
                        return self._answer(200, {"errcode": 40001, "errmsg": "invalid credential"})
                    platform.uploaded.append(came)
                    return self._answer(200, {"type": "image", "media_id": f"M{len(platform.uploaded)}"})
                body = json.loads(came)
                platform.calls.append((path.removeprefix(_PREFIX), body))
                if path.endswith("stable_token"):
                    platform.tokens += 1
                    return self._answer(200, {"access_token": f"T{platform.tokens}", "expires_in": 7200})
                if not right:
                    return self._answer(200, {"errcode": 40001, "errmsg": "invalid credential"})
                code = platform.stumbles.pop(0) if platform.stumbles and path.endswith("custom/send") else 0
                return self._answer(code if code >= 500 and code < 600 else 200, {"errcode": code, "errmsg": ""})

            def do_GET(self) -> None:
                path, _, asked = self.path.partition("?")
                platform.calls.append((path.removeprefix(_PREFIX), {}))
                if dict(urllib.parse.parse_qsl(asked)).get("access_token") != f"T{platform.tokens}":
                    return self._answer(200, {"errcode": 42001, "errmsg": "access_token expired"})
                if not platform.file:
                    return self._answer(200, {"errcode": 40007, "errmsg": "invalid media_id"})
                self.send_response(200)
                self.send_header("Content-Type", "image/jpeg")
                self.end_headers()
                self.wfile.write(platform.file)

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                self._say(status, json.dumps(body).encode())

            def _say(self, status: int, said: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def said(self) -> list[str]:
        """Return the texts of the custom messages that were called for, in order."""
        sent = [body for path, body in self.calls if path == "message/custom/send"]
        return [body["text"]["content"] if "text" in body else body["image"]["media_id"] for body in sent]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
