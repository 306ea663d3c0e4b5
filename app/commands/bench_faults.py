"""`kefu bench faults`: the fault laboratory, whose far ends are the tests' own (tests/lab/faults.py)."""

import subprocess
import sys

from app.settings import ROOT


def bench_faults(messages: int, kills: int, as_json: bool) -> int:
    """Play, kill, reconcile; return 1 where anything was lost, came twice or out of order."""
    command = [sys.executable, "-m", "tests.lab.faults", "--messages", str(messages), "--kills", str(kills)]
    return subprocess.run([*command, *(["--json"] if as_json else [])], cwd=ROOT, check=False).returncode
