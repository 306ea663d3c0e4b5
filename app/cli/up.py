"""`kefu up`: the app at once, the engine as soon as its model is there, both watched until Ctrl-C."""

import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app.outside_demo import may_start
from app.settings import ROOT, Settings
from app.training import model

_PARENT_DIED = 1  # PR_SET_PDEATHSIG of prctl(2)
ENGINE_LOG = ROOT / "var" / "engine.log"
RESTART_SECONDS = 2.0
# A process that ends so often in a row, each time this soon, will not come up by being started again.
SOON_SECONDS, SOON_ALLOWED = 20.0, 3
# So often each is asked whether it answers, and so long one that did may be silent before it is started again.
LOOK_SECONDS, HANGS_SECONDS, ASK_SECONDS = 5.0, 45.0, 10.0
# An article is found with matrices so small that threads which wait for each other only lose: as soon as another
# program wants a core, it takes 350 ms at the 95th percentile instead of 20.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


@dataclass
class Watched:
    """A process that is started again when it ends by itself, and when it `answers` no more."""

    name: str
    start: Callable[[], subprocess.Popen[bytes]]
    answers: Callable[[], bool] = lambda: True
    process: subprocess.Popen[bytes] | None = field(default=None)
    began: float = 0.0
    soon: int = 0
    asked: float = 0.0
    # When it answered last; None until it has, for nobody knows how long a start takes.
    heard: float | None = None

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
        self.began, self.heard = time.monotonic(), None
        self.process = self.start()

    def look(self, now: float) -> None:
        """Ask it whether it answers, now and then; end it where it has answered before and hangs."""
        if now - self.asked < LOOK_SECONDS:
            return
        self.asked = now
        if self.answers():
            self.heard = now
        elif self.heard is not None and now - self.heard > HANGS_SECONDS:
            say(f"{self.name} has not answered for {now - self.heard:.0f} s; starting it again")
            self.heard = None
            self.stop()

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
    if not may_start(settings, own_engine=True):
        return 2
    if not _free(settings.host, settings.port):
        print(f"kefu: port {settings.port} is taken; choose another with PORT=…", file=sys.stderr)
        return 2
    (ROOT / "var").mkdir(exist_ok=True)
    token = secrets.token_urlsafe(24)
    engine_port = _any_free_port()
    site, door = f"http://{settings.host}:{settings.port}", f"http://127.0.0.1:{engine_port}/webhooks/door"
    app = Watched("app", lambda: _start_app(settings, token, engine_port), lambda: _answers(f"{site}/healthz"))
    engine = Watched(
        "engine", lambda: _start_engine(settings, token, engine_port, trained), lambda: _answers(f"{door}/ready", token)
    )
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
            app.look(time.monotonic())
            engine.look(time.monotonic())
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
    return subprocess.Popen(
        [sys.executable, "-m", "app.serve"], cwd=ROOT, env=environment, start_new_session=True, preexec_fn=_tied()
    )


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
            command,
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_tied(),
        )


def _tied() -> Callable[[], None] | None:
    """Return what a new process does first so that it ends with this one, however this one ends.

    Only Linux can do so by itself; elsewhere a killed `kefu up` leaves what it started to who ends it.
    """
    if sys.platform != "linux":
        return None
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl

    def tied() -> None:
        prctl(_PARENT_DIED, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before this was said
            os._exit(0)

    return tied


def _healthy(settings: Settings) -> bool:
    try:
        with urllib.request.urlopen(f"http://{settings.host}:{settings.port}/healthz", timeout=15) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _answers(url: str, token: str = "") -> bool:
    """Return whether something answers there in time, whatever it says: who says that he is unwell does not hang."""
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - our own address
    try:
        with urllib.request.urlopen(asked, timeout=ASK_SECONDS):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _announce(settings: Settings, seconds: float) -> None:
    site = f"http://{settings.host}:{settings.port}"
    say(f"ready after {seconds:.0f} s")
    if settings.demo:
        lines = [
            f"customer   {site}/          try 13800138000; the one-time code is at {site}/sandbox",
            f"agent      {site}/desk      agent1 / kefu-demo   (supervisor1 / kefu-demo)",
            f"interface  {site}/docs",
            "terminal   ./kefu chat --as 13800138000",
        ]
    else:
        lines = [
            f"customer   {site}/",
            f"staff      {site}/desk      the first administrator: ./kefu staff add",
            f"interface  {site}/docs",
        ]
    print("\n" + "".join(f"  {line}\n" for line in lines) + "  Ctrl-C stops everything.\n", flush=True)


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
