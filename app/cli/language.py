"""`kefu train`, `eval` and `check-text`: what the bot understands, and what may be said."""

import click


@click.command()
def train() -> int:
    """Train the model and judge it on the project's own test sentences."""
    from app.cli.commands.judge import train_and_judge

    return train_and_judge()


@click.command("eval")
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="print one JSON object")
@click.option("--out", metavar="FILE", help="write each line with its prediction")
@click.option("--report", metavar="FOLDER", help="write the tables and a picture of the confusions there")
@click.option("--labels", metavar="FILE", help="FILE is plain sentences; labels: line number, tab, intent or -")
def evaluate(file: str, as_json: bool, out: str | None, report: str | None, labels: str | None) -> int:
    """Judge the trained model on JSON lines {text, intent, …}."""
    from app.cli.commands.judge import judge_file, judge_rejection

    return judge_rejection(file, labels) if labels else judge_file(file, as_json, out, report)


@click.command("check-text")
@click.argument("texts", metavar="TEXT…", nargs=-1, required=True)
def check_text(texts: tuple[str, ...]) -> int:
    """Judge texts by the wording norms and the privacy rules."""
    from app.cli.commands import check_text

    return check_text.check_text(list(texts))
