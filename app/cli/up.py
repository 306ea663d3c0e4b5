"""`kefu up`: the app at once, the engine as soon as its model is there, both watched until Ctrl-C."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.settings import ROOT, Settings
from app.training import model

ENGINE_LOG = ROOT / "var" / "engine.log"
RESTART_SECONDS = 2.0
# A process that ends so often in a row, each time this soon, will not come up by being started again.
SOON_SECONDS, SOON_ALLOWED = 20.0, 3
# An article is found with matrices so small that threads which wait for each other only lose: as soon as another
# program wants a core, it takes 350 ms at the 95th percentile instead of 20.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


@dataclass
class Watched:
    """A process that is started again when it ends by itself."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = field(default=None)
    began: float = 0.0
    soon: int = 0

    def keep_running(self) -> None:
        """Start it, or start it again; not more often than every two seconds.

        Raises RuntimeError where it ended right after its start three times in a row.
        """
        if self.process is not None and self.process.poll() is None:
            return
        if time.monotonic() - self.began < RESTART_SECONDS:
            return
        if self.process is not None:
            self.soon = self.soon + 1 if time.monotonic() - self.began < SOON_SECONDS else 0
            if self.soon >= SOON_ALLOWED and self.process.returncode >= 0:
                raise RuntimeError(f"the {self.name} does not start; its last words are above or in var/engine.log")
            say(f"{self.name} ended with {self.process.returncode}; starting it again")
        self.began = time.monotonic()
        self.process = self.start()

    def stop(self) -> None:
        """Ask it to end, and end it after ten seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def up(settings: Settings) -> int:
    """Run everything until a signal; return the exit status."""
    if not _free(settings.host, settings.port):
        print(f"kefu: port {settings.port} is taken; choose another with PORT=…", file=sys.stderr)
        return 2
    (ROOT / "var").mkdir(exist_ok=True)
    token = secrets.token_urlsafe(24)
    engine_port = _any_free_port()
    app = Watched("app", lambda: _start_app(settings, token, engine_port))
    engine = Watched("engine", lambda: _start_engine(settings, token, engine_port, trained))
    stopping = _until_signal()
    try:
        app.keep_running()
        say(f"the page is at http://{settings.host}:{settings.port}/ and says that the bot is starting")
        trained = _model()
        announced, since = False, time.monotonic()
        while not stopping():
            app.keep_running()
            engine.keep_running()
            if not announced and _healthy(settings):
                announced = True
                _announce(settings, time.monotonic() - since)
            time.sleep(0.3)
    except RuntimeError as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    finally:
        say("stopping …")
        engine.stop()
        app.stop()
    return 0


def _model() -> Path:
    """Return the model that fits the data, trained if need be; where that fails, the last good one."""
    if model.path().exists():
        return model.path()
    try:
        return model.train()
    except RuntimeError as error:
        last = model.last_good()
        if last is None:
            raise
        print(f"kefu: {error}\nkefu: {last.name} stays in use; it does not know the latest changes", file=sys.stderr)
        return last


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"[kefu] {text}", flush=True)


def _start_app(settings: Settings, token: str, engine_port: int) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "KEFU_ENGINE_TOKEN": token,
        "KEFU_ENGINE_URL": f"http://127.0.0.1:{engine_port}",
        "KEFU_DATABASE_URL": settings.database_url,
        "PORT": str(settings.port),
        **ONE_THREAD,
    }
    return subprocess.Popen([sys.executable, "-m", "app.serve"], cwd=ROOT, env=environment, start_new_session=True)


def _start_engine(settings: Settings, token: str, engine_port: int, trained: Path) -> subprocess.Popen[bytes]:
    environment = model.engine_environment() | {
        "KEFU_ENGINE_TOKEN": token,
    }
    command = [
        str(model.ENGINE_PYTHON),
        "-m",
        "rasa",
        "run",
        "--model",
        str(trained),
        "--port",
        str(engine_port),
        "--interface",
        "127.0.0.1",
        "--credentials",
        "bot/engine/credentials.yml",
        "--endpoints",
        "bot/engine/endpoints.yml",
    ]
    say(f"starting the language engine … (log: {ENGINE_LOG.relative_to(ROOT)})")
    with ENGINE_LOG.open("ab") as log:
        return subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )


def _healthy(settings: Settings) -> bool:
    try:
        with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/healthz", timeout=15) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _announce(settings: Settings, seconds: float) -> None:
    site = f"http://{settings.host}:{settings.port}"
    say(f"ready after {seconds:.0f} s")
    print(
        f"""
  customer   {site}/          try 13800138000; the one-time code is at {site}/sandbox
  agent      {site}/desk      agent1 / kefu-demo   (supervisor1 / kefu-demo)
  interface  {site}/docs
  terminal   ./kefu chat --as 13800138000
  Ctrl-C stops everything.
""",
        flush=True,
    )


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _until_signal() -> Callable[[], bool]:
    """Return a function that tells whether SIGTERM or SIGINT has come; training is broken off by either."""
    came: list[int] = []

    def note(number: int, _frame: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, note)
    signal.signal(signal.SIGINT, note)
    return lambda: bool(came)
