"""`kefu bench …`: what is promised of speed, memory and steadiness, measured."""

from collections.abc import Callable
from typing import Any

import click

from app.settings import Settings

json_too = click.option("--json", "as_json", is_flag=True, help="print one JSON object")


@click.group(invoke_without_command=True)
@click.option("--messages", default=60, show_default=True, help="messages to send, one a second")
@json_too
@click.pass_context
def bench(context: click.Context, messages: int, as_json: bool) -> int | None:
    """Measure: without a name the running service's answer time, start-up and memory."""
    if context.invoked_subcommand is not None:
        return None
    from app.cli.commands import bench

    return bench.bench(context.obj, messages, as_json)


@bench.command()
@click.argument("files", metavar="[FILE]…", nargs=-1)
@json_too
def nlu(files: tuple[str, ...], as_json: bool) -> int:
    """Our language pipeline beside Rasa's stock one; FILEs are JSON lines to judge both on, beside our own."""
    from app.cli.commands.bench_nlu import bench_nlu

    return bench_nlu(list(files), as_json)


@bench.command()
@click.option("--customers", default=1_000_000, show_default=True, help="how many")
@json_too
@click.pass_obj
def scale(settings: Settings, customers: int, as_json: bool) -> int:
    """A million customers, looked up by phone."""
    from app.cli.commands.bench_scale import bench_scale

    return bench_scale(settings, customers, as_json)


def _laboratory(name: str, help: str, *options: Callable[[Any], Any]) -> None:
    """Add a laboratory (tests/lab): its options are handed on as they are named here."""

    def run(as_json: bool, **given: Any) -> int:
        from app.cli.commands.laboratory import laboratory

        return laboratory(name, as_json, *_arguments(given))

    for option in (json_too, *reversed(options)):
        run = option(run)
    bench.command(name, help=help)(run)


def _arguments(given: dict[str, Any]) -> list[str]:
    """Return options as a command line has them.

    >>> _arguments({"walks": 3, "quick": True, "replay": None, "without": ("old",)})
    ['--walks=3', '--quick', '--without=old']
    """
    written = []
    for name, value in given.items():
        if value is True:
            written.append(f"--{name}")
        elif isinstance(value, tuple):
            written += [f"--{name}={each}" for each in value]
        elif value not in (None, False):
            written.append(f"--{name}={value}")
    return written


def _number(name: str, default: int, help: str) -> Callable[[Any], Any]:
    return click.option(f"--{name}", default=default, show_default=True, help=help)


_laboratory(
    "faults",
    "Messages over all channels while processes are killed.",
    _number("messages", 10_000, "messages to send"),
    _number("kills", 120, "processes and connections to end"),
)
_laboratory("inbox", "Storing messages beside a bare loop of commits.")
_laboratory("pages", "A thousand open chat pages.")
_laboratory(
    "desk",
    "200 agents with 1,000 open conversations over a million messages.",
    _number("races", 10_000, "takes while the bot answers"),
)
_laboratory(
    "shift",
    "A day of two agents, a supervisor and thirty customers, in real pages, held against a slow reference.",
    _number("customers", 30, "how many"),
    _number("minutes", 15, "at most"),
    _number("seed", 1, "which"),
)
_laboratory("audit", "A million entries of the audit log, verified.")
_laboratory("calls", "10,000 hostile calls, which change nothing.")
_laboratory(
    "fuzz",
    "A million changed inputs of each decoder, and 50,000 calls of each webhook (hours; see --inputs, --calls).",
    _number("inputs", 1_000_000, "for each decoder"),
    _number("calls", 50_000, "of each webhook"),
    _number("seed", 1, "which"),
    _number("processes", 2, "so many side by side"),
    click.option("--only", multiple=True, help="one of them by its name"),
)
_laboratory("check", "Every combination of up to four faults of a phone or a line, through the guided check.")
_laboratory("gate", "What a decision of the gate costs.")
_laboratory("wording", "What the wording rules find in each set of sentences.")
_laboratory(
    "turns",
    "Messages a second by REST beside an old commit and beside stock Rasa (half an hour).",
    click.option("--quick", is_flag=True, help="a short slice"),
    click.option("--without", multiple=True, type=click.Choice(["old", "stock"]), help="leave one out"),
)
_laboratory(
    "walks",
    "Random conversations, and what must hold after every turn.",
    _number("walks", 10_000, "how many"),
    _number("seed", 1, "which"),
    _number("processes", 1, "so many side by side"),
    click.option("--replay", metavar="FILE", help="play a conversation that failed again instead"),
)
_laboratory(
    "questions",
    "How long an answered question takes, with today's articles and with 10,000.",
    click.option("--messages", "questions", default=200, show_default=True, help="how many questions"),
    _number("articles", 10_000, "of the larger library"),
    _number("seed", 1, "which"),
)
