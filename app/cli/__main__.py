"""The command line `kefu`. Every command has --help, exits 0 on success and 2 on wrong use with one clear line."""

import sys
from typing import Any

import click
from click.exceptions import NoArgsIsHelpError

from app.cli.benches import bench
from app.cli.language import check_text, evaluate, train
from app.cli.records import audit, data, erase, flows, keys
from app.cli.service import chat, doctor, up
from app.settings import Settings
from channels.registry import kinds


@click.group(
    help="A carrier's customer service.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
def kefu() -> None:
    """Hold the commands together; each imports what it needs when it runs: `kefu --help` is there at once."""


for command in (up, chat, train, evaluate, check_text, bench, data, audit, keys, flows, erase, doctor):
    kefu.add_command(command)
for kind in kinds().values():
    if kind.commands:
        kefu.add_command(kind.commands(), kind.name)


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    try:
        settings = Settings.from_environment()
    except ValueError as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 2
    try:
        status: Any = kefu.main(arguments, prog_name="kefu", obj=settings, standalone_mode=False)
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "kefu"
        wrong = "name a command" if isinstance(error, NoArgsIsHelpError) else " ".join(error.format_message().split())
        print(f"kefu: {wrong.rstrip('.')} (see {path} --help)", file=sys.stderr)
        return 2
    except click.Abort:
        return 130
    return int(status or 0)


if __name__ == "__main__":
    sys.exit(main())
