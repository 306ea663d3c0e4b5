"""A Bot API on loopback, built from the platform's documentation: it keeps what it is sent, and stumbles if told to."""

import json
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class BotApi:
    """Listens on a port of its own; `calls` has (method, parameters) of everything that was taken or refused."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str]]] = []
        # What the next calls get instead of success, but those that only show that somebody writes: (status, body).
        self.stumbles: list[tuple[int, dict[str, Any]]] = []
        self.file = b""
        self.uploaded: list[bytes] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = self.rfile.read(int(self.headers["Content-Length"] or 0))
                if "multipart" in self.headers["Content-Type"]:
                    api.uploaded.append(asked)
                    asked = b"chat_id=" + re.findall(rb'name="chat_id"\s+(\d+)', asked)[0]
                parameters = dict(urllib.parse.parse_qsl(asked.decode()))
                api.calls.append((self.path.rpartition("/")[2], parameters))
                stumbles = api.stumbles if not self.path.endswith("sendChatAction") else []
                status, body = stumbles.pop(0) if stumbles else (200, _success(parameters))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(body).encode())

            def do_GET(self) -> None:
                api.calls.append(("file", {}))
                self.send_response(200 if api.file else 404)
                self.end_headers()
                self.wfile.write(api.file)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def said(self) -> list[str]:
        """Return the texts that were sent, in order."""
        return [parameters["text"] for method, parameters in self.calls if method == "sendMessage"]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def _success(parameters: dict[str, str]) -> dict[str, Any]:
    chat = {"id": int(parameters.get("chat_id", 1)), "type": "private"}
    if "file_id" in parameters:
        named = {"file_id": parameters["file_id"], "file_unique_id": "u", "file_path": "photos/file_1.jpg"}
        return {"ok": True, "result": named}
    return {"ok": True, "result": {"message_id": 1, "date": 1, "chat": chat, "text": parameters.get("text", "")}}
