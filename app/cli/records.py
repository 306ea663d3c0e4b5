"""`kefu data`, `audit`, `keys`, `flows` and `erase`: what is kept, and what becomes of it."""

import click

from app.settings import Settings


@click.group()
def data() -> None:
    """Bring data in."""


@data.command("import")
@click.argument("kind", type=click.Choice(["plans", "customers", "bills", "halls", "numbers"]))
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="check everything, write nothing")
@click.pass_obj
def import_(settings: Settings, kind: str, file: str, dry_run: bool) -> int:
    """Import plans, customers, bills, halls or numbers from a CSV file (docs/howto/import.md)."""
    from app.cli.commands.data import import_data

    return import_data(settings, kind, file, dry_run)


@click.group()
def audit() -> None:
    """Look after the audit log."""


@audit.command()
@click.option("--head", default="", metavar="HASH", help="a link that must be in it: the app's log has them")
@click.pass_obj
def verify(settings: Settings, head: str) -> int:
    """Prove that no entry was changed, removed or moved; name the first broken."""
    from app.cli.commands.audit import verify_audit

    return verify_audit(settings, head)


@click.group()
def keys() -> None:
    """Look after the keys that seal what identifies a person (docs/rules.md)."""


@keys.command()
@click.argument("name")
def new(name: str) -> int:
    """Print a new key; NAME is 1 to 8 letters and digits, e.g. k2."""
    from app.cli.commands.keys import print_new_key

    return print_new_key(name)


@keys.command()
@click.pass_obj
def rotate(settings: Settings) -> int:
    """Seal everything with the newest key; may be cut off and run again."""
    from app.cli.commands.keys import rotate_keys

    return rotate_keys(settings)


@click.command()
@click.option("--days", default=7, show_default=True, help="of the last so many days")
@click.option("--json", "as_json", is_flag=True, help="print one JSON list")
@click.pass_obj
def flows(settings: Settings, days: int, as_json: bool) -> int:
    """Say how the flows went: reached, misread, broken off, handed over, by step."""
    from app.cli.commands import flows

    return flows.flows(settings, days, as_json)


@click.command()
@click.option("--customer", type=int, metavar="ID", help="instead: what this subscriber said; the desk has the ID")
@click.pass_obj
def erase(settings: Settings, customer: int | None) -> int:
    """Erase for good what was kept long enough (content/retention.yml)."""
    from app.cli.commands import erase

    return erase.erase(settings, customer)
