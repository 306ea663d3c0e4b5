"""`kefu bench faults|inbox|…|walks`: the laboratories, whose far ends and servers are the tests' own (tests/lab)."""

import subprocess
import sys

from app.settings import ROOT


def laboratory(name: str, as_json: bool, *options: str) -> int:
    """Run tests/lab/`name`.py and return its exit code: 1 where a bar was missed."""
    command = [sys.executable, "-m", f"tests.lab.{name}", *options, *(["--json"] if as_json else [])]
    return subprocess.run(command, cwd=ROOT, check=False).returncode
