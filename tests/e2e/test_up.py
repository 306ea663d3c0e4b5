"""`kefu up` ends what it began, and says what is wrong when it cannot begin."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import psutil

from tests.conftest import ROOT, Service


def test_ctrl_c_ends_every_process_that_was_started(service: Service, tmp_path: Path) -> None:
    second = Service(tmp_path)
    second.start()
    assert second.process is not None
    started = psutil.Process(second.process.pid).children(recursive=True)
    assert len(started) >= 2
    second.stop()
    assert second.process.returncode == 0
    _, alive = psutil.wait_procs(started, timeout=5)
    assert alive == []


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environment = os.environ | {"PORT": str(taken.getsockname()[1])}
        ended = subprocess.run(
            [sys.executable, "-m", "app.cli", "up"], cwd=ROOT, env=environment, capture_output=True, text=True
        )
    assert ended.returncode == 2
    assert "is taken" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
