"""`kefu up`, `chat` and `doctor`: the service runs, is talked to, is looked over."""

import click

from app.settings import Settings
from channels import NAMES


@click.command()
@click.pass_obj
def up(settings: Settings) -> int:
    """Run everything on the embedded default, until Ctrl-C."""
    from app.cli import up

    return up.up(settings)


@click.command()
@click.option("--as", "phone", metavar="PHONE", help="the subscriber to be, e.g. 13800138000")
@click.option("--channel", default="web", type=click.Choice([name for name in NAMES if name != "rest"]))
@click.pass_obj
def chat(settings: Settings, phone: str | None, channel: str) -> int:
    """Talk to the bot in the terminal; `kefu up` must be running."""
    from app.cli.commands import chat

    return chat.chat(settings, phone, channel)


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> int:
    """Check installation and configuration; say what is wrong and the mend."""
    from app.cli.commands import doctor

    return doctor.doctor(settings)
