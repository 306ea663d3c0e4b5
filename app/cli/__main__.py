"""The command line `kefu`. Every command has --help, exits 0 on success and 2 on wrong use with one clear line."""

import argparse
import sys
from typing import NoReturn

from app.settings import Settings
from channels import NAMES
from channels.registry import kinds

_LABORATORIES = ("faults", "inbox", "pages", "desk", "audit", "calls", "gate", "wording", "turns", "walks", "questions")


class _OneLine(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line and exit with 2."""
        print(f"kefu: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(2)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    whole = _OneLine(prog="kefu", description="A carrier's customer service.")
    commands = whole.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_OneLine)
    commands.add_parser("up", help="run everything on the embedded default, until Ctrl-C")
    chat = commands.add_parser("chat", help="talk to the bot in the terminal; `kefu up` must be running")
    chat.add_argument("--as", dest="phone", metavar="PHONE", help="the subscriber to be, e.g. 13800138000")
    chat.add_argument("--channel", default="web", choices=[name for name in NAMES if name != "rest"])
    commands.add_parser("train", help="train the model and judge it on the project's own test sentences")
    judge = commands.add_parser("eval", help="judge the trained model on JSON lines {text, intent, …}")
    judge.add_argument("file", metavar="FILE")
    judge.add_argument("--json", action="store_true", help="print one JSON object")
    judge.add_argument("--out", metavar="FILE", help="write each line with its prediction")
    judge.add_argument("--report", metavar="FOLDER", help="write the tables and a picture of the confusions there")
    judge.add_argument(
        "--labels", metavar="FILE", help="FILE is plain sentences; labels: line number, tab, intent or -"
    )
    check = commands.add_parser("check-text", help="judge texts by the wording norms and the privacy rules")
    check.add_argument("text", metavar="TEXT", nargs="+")
    bench = commands.add_parser("bench", help="measure the running service: answer time, start-up, memory")
    bench.add_argument(
        "what",
        nargs="?",
        choices=["nlu", "scale", *_LABORATORIES],
        help="nlu: our language pipeline beside Rasa's stock one; scale: a million customers; faults: 10,000 messages "
        "over all channels while processes are killed; inbox: storing messages beside a bare loop of commits; pages: a "
        "thousand open chat pages; desk: 200 agents with 1,000 open conversations over a million messages; "
        "audit: a million entries of the audit log verified; calls: 10,000 hostile calls, which change nothing; "
        "gate: what a decision costs; wording: what the wording rules find in each set of sentences; "
        "turns: messages a second by REST beside an old commit and beside stock Rasa (half an hour); "
        "walks: 10,000 random conversations, and what must hold after every turn; "
        "questions: how long an answered question takes, with today's articles and with 10,000",
    )
    bench.add_argument("files", nargs="*", metavar="FILE", help="nlu: JSON lines to judge both on, beside our own")
    bench.add_argument("--json", action="store_true", help="print one JSON object")
    bench.add_argument(
        "--messages", type=int, help="messages to send (default 60, one a second; faults: 10,000; questions: 200)"
    )
    bench.add_argument("--kills", type=int, default=120, help="faults: processes and connections to end (default 120)")
    bench.add_argument("--races", type=int, default=10_000, help="desk: takes while the bot answers (default 10000)")
    bench.add_argument("--quick", action="store_true", help="turns: a short slice")
    bench.add_argument("--without", action="append", default=[], choices=["old", "stock"], help="turns: leave one out")
    bench.add_argument("--walks", type=int, default=10_000, help="walks: how many (default 10000)")
    bench.add_argument("--seed", type=int, default=1, help="walks, questions: which (default 1)")
    bench.add_argument("--articles", type=int, default=10_000, help="questions: of the larger library (default 10000)")
    bench.add_argument("--processes", type=int, default=1, help="walks: so many side by side (default 1)")
    bench.add_argument("--replay", metavar="FILE", help="walks: play a conversation that failed again instead")
    bench.add_argument("--customers", type=int, default=1_000_000, help="scale: how many (default 1000000)")
    data = commands.add_parser("data", help="bring data in")
    deeds = data.add_subparsers(dest="deed", required=True, metavar="DEED", parser_class=_OneLine)
    taking = deeds.add_parser(
        "import", help="import plans, customers, bills or halls from a CSV file (docs/howto/import.md)"
    )
    taking.add_argument("kind", choices=["plans", "customers", "bills", "halls", "numbers"])
    taking.add_argument("file", metavar="FILE")
    taking.add_argument("--dry-run", action="store_true", help="check everything, write nothing")
    for kind in kinds().values():
        if kind.commands:
            own = commands.add_parser(kind.name, help=f"look after the {kind.name} account")
            kind.commands(own.add_subparsers(dest="wish", required=True, metavar="WISH", parser_class=_OneLine))
    log = commands.add_parser("audit", help="look after the audit log")
    proofs = log.add_subparsers(dest="proof", required=True, metavar="PROOF", parser_class=_OneLine)
    verify = proofs.add_parser(
        "verify", help="prove that no entry was changed, removed or moved; name the first broken"
    )
    verify.add_argument("--head", default="", metavar="HASH", help="a link that must be in it: the app's log has them")
    keys = commands.add_parser("keys", help="look after the keys that seal what identifies a person (docs/rules.md)")
    keyed = keys.add_subparsers(dest="turn", required=True, metavar="DEED", parser_class=_OneLine)
    fresh = keyed.add_parser("new", help="print a new key")
    fresh.add_argument("name", metavar="NAME", help="1 to 8 letters and digits, e.g. k2")
    keyed.add_parser("rotate", help="seal everything with the newest key; may be cut off and run again")
    going = commands.add_parser("flows", help="how the flows went: reached, misread, broken off, handed over, by step")
    going.add_argument("--days", type=int, default=7, help="of the last so many days (default 7)")
    going.add_argument("--json", action="store_true", help="print one JSON list")
    erasing = commands.add_parser("erase", help="erase for good what was kept long enough (content/retention.yml)")
    erasing.add_argument(
        "--customer", type=int, metavar="ID", help="instead: what this subscriber has said; the desk shows the ID"
    )
    commands.add_parser("doctor", help="check installation and configuration; say what is wrong and the mend")
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit status."""
    given = parser().parse_args(arguments)
    try:
        settings = Settings.from_environment()
    except ValueError as error:
        print(f"kefu: {error}", file=sys.stderr)
        return 2
    if run := getattr(given, "run", None):  # a channel's own command
        return int(run(given, settings.given))
    # Each command imports what it needs: `kefu --help` is there at once.
    match given.command:
        case "up":
            from app.cli.up import up

            return up(settings)
        case "chat":
            from app.cli.commands.chat import chat

            return chat(settings, given.phone, given.channel)
        case "train":
            from app.cli.commands.judge import train_and_judge

            return train_and_judge()
        case "eval":
            from app.cli.commands.judge import judge_file, judge_rejection

            if given.labels:
                return judge_rejection(given.file, given.labels)
            return judge_file(given.file, given.json, given.out, given.report)
        case "check-text":
            from app.cli.commands.check_text import check_text

            return check_text(given.text)
        case "bench":
            if given.what == "nlu":
                from app.cli.commands.bench_nlu import bench_nlu

                return bench_nlu(given.files, given.json)
            if given.what == "scale":
                from app.cli.commands.bench_scale import bench_scale

                return bench_scale(settings, given.customers, given.json)
            if given.what in _LABORATORIES:
                from app.cli.commands.laboratory import laboratory

                sized = ["--messages", str(given.messages or 10_000), "--kills", str(given.kills)]
                slice_of = ["--quick"] * given.quick + [f"--without={name}" for name in given.without]
                walked = ["--walks", str(given.walks), "--seed", str(given.seed), "--processes", str(given.processes)]
                walked += [f"--replay={given.replay}"] * bool(given.replay)
                races = ["--races", str(given.races)]
                drawn = [f"--questions={given.messages or 200}", f"--articles={given.articles}", f"--seed={given.seed}"]
                options = {"faults": sized, "desk": races, "turns": slice_of, "walks": walked, "questions": drawn}
                return laboratory(given.what, given.json, *options.get(given.what, []))
            from app.cli.commands.bench import bench

            return bench(settings, given.messages or 60, given.json)
        case "data":
            from app.cli.commands.data import import_data

            return import_data(settings, given.kind, given.file, given.dry_run)
        case "audit":
            from app.cli.commands.audit import verify_audit

            return verify_audit(settings, given.head)
        case "keys":
            from app.cli.commands.keys import print_new_key, rotate_keys

            return print_new_key(given.name) if given.turn == "new" else rotate_keys(settings)
        case "flows":
            from app.cli.commands.flows import flows

            return flows(settings, given.days, given.json)
        case "erase":
            from app.cli.commands.erase import erase

            return erase(settings, given.customer)
        case _:
            from app.cli.commands.doctor import doctor

            return doctor(settings)


if __name__ == "__main__":
    sys.exit(main())
