"""Install what the project needs; runs on any Python from 3.9 on, with the standard library alone.

Two environments are made (docs/adr/0001-two-pythons.md): `.venv` for the app and
`bot/engine/.venv` for the sealed engine, each exactly as its lock file says. A stamp of the
lock file inside an environment makes the second call cost milliseconds.
"""

import hashlib
import os
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_VERSION = "0.13.9"
TOOLS = ROOT / ".tools"


def say(text):
    """Print one line of progress at once."""
    print("[install] " + text, flush=True)


def uv():
    """Return the path of our own uv, fetched with pip on the first call."""
    path = TOOLS / "bin" / "uv"
    stamp = TOOLS / "uv-version"
    if path.exists() and stamp.exists() and stamp.read_text() == UV_VERSION:
        return path
    say("fetching uv " + UV_VERSION + ", which installs the rest …")
    venv.create(TOOLS, with_pip=True, clear=True)
    python = TOOLS / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "uv==" + UV_VERSION], check=True)
    stamp.write_text(UV_VERSION)
    return path


def install(folder, title):
    """Make `folder/.venv` exactly what `folder/requirements.lock` says, if it is not that yet."""
    lock = folder / "requirements.lock"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    stamp = folder / ".venv" / "lock-sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    version = (folder / ".python-version").read_text().strip()
    started = time.monotonic()
    say("%s: Python %s and %d packages …" % (title, version, lock.read_text().count("==")))
    # pyenv's shim of the Python that runs this tells its children to use the same version: they must not.
    environment = {name: value for name, value in os.environ.items() if name not in ("PYENV_VERSION", "PYENV_DIR")}
    environment["VIRTUAL_ENV"] = str(folder / ".venv")
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    tool = str(uv())
    subprocess.run(
        [tool, "venv", "--quiet", "--clear", "--python", version, str(folder / ".venv")],
        check=True,
        cwd=folder,
        env=environment,
    )
    subprocess.run(
        [tool, "pip", "sync", "--require-hashes", *quiet, "requirements.lock"],
        check=True,
        cwd=folder,
        env=environment,
    )
    stamp.write_text(wanted)
    say("%s: ready after %.0f s" % (title, time.monotonic() - started))


def main():
    """Install both environments, the small one first."""
    try:
        install(ROOT, "app")
        install(ROOT / "bot" / "engine", "language engine")
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd[:3])
        say("failed: '%s …' ended with %d; see its message above" % (command, error.returncode))
        say("mend: check that PyPI can be reached and that the disk has 3 GB free, then run this again")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
