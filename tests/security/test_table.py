"""The security table (docs/security.md): whole, in order, of tests that are there, and counted right."""

import ast
import re
from functools import cache

from app.settings import ROOT

# Section of ASVS 5.0.0, and of each of its rows of levels 1 and 2 number and level.
ROWS = """
1.1: 1/2 2/2
1.2: 1/1 2/1 3/1 4/1 5/1 6/2 7/2 8/2 9/2
1.3: 1/1 2/1 3/2 4/2 5/2 6/2 7/2 8/2 9/2 10/2 11/2
1.4: 1/2 2/2 3/2
1.5: 1/1 2/2
2.1: 1/1 2/2 3/2
2.2: 1/1 2/1 3/2
2.3: 1/1 2/2 3/2 4/2
2.4: 1/2
3.2: 1/1 2/1
3.3: 1/1 2/2 3/2 4/2
3.4: 1/1 2/1 3/2 4/2 5/2 6/2
3.5: 1/1 2/1 3/1 4/2 5/2
3.7: 1/2 2/2
4.1: 1/1 2/2 3/2
4.2: 1/2
4.3: 1/2 2/2
4.4: 1/1 2/2 3/2 4/2
5.1: 1/2
5.2: 1/1 2/1 3/2
5.3: 1/1 2/1
5.4: 1/2 2/2 3/2
6.1: 1/1 2/2 3/2
6.2: 1/1 2/1 3/1 4/1 5/1 6/1 7/1 8/1 9/2 10/2 11/2 12/2
6.3: 1/1 2/1 3/2 4/2
6.4: 1/1 2/1 3/2 4/2
6.5: 1/2 2/2 3/2 4/2 5/2
6.6: 1/2 2/2 3/2
6.8: 1/2 2/2 3/2 4/2
7.1: 1/2 2/2 3/2
7.2: 1/1 2/1 3/1 4/1
7.3: 1/2 2/2
7.4: 1/1 2/1 3/2 4/2 5/2
7.5: 1/2 2/2
7.6: 1/2 2/2
8.1: 1/1 2/2
8.2: 1/1 2/1 3/2
8.3: 1/1
8.4: 1/2
9.1: 1/1 2/1 3/1
9.2: 1/1 2/2 3/2 4/2
10.1: 1/2 2/2
10.2: 1/2 2/2
10.3: 1/2 2/2 3/2 4/2
10.4: 1/1 2/1 3/1 4/1 5/1 6/2 7/2 8/2 9/2 10/2 11/2
10.5: 1/2 2/2 3/2 4/2 5/2
10.6: 1/2 2/2
10.7: 1/2 2/2 3/2
11.1: 1/2 2/2
11.2: 1/2 2/2 3/2
11.3: 1/1 2/1 3/2
11.4: 1/1 2/2 3/2 4/2
11.5: 1/2
11.6: 1/2
12.1: 1/1 2/2 3/2
12.2: 1/1 2/1
12.3: 1/2 2/2 3/2 4/2
13.1: 1/2
13.2: 1/2 2/2 3/2 4/2 5/2
13.3: 1/2 2/2
13.4: 1/1 2/2 3/2 4/2 5/2
14.1: 1/2 2/2
14.2: 1/1 2/2 3/2 4/2
14.3: 1/1 2/2 3/2
15.1: 1/1 2/2 3/2
15.2: 1/1 2/2 3/2
15.3: 1/1 2/2 3/2 4/2 5/2 6/2 7/2
16.1: 1/2
16.2: 1/2 2/2 3/2 4/2 5/2
16.3: 1/2 2/2 3/2 4/2
16.4: 1/2 2/2 3/2
16.5: 1/2 2/2 3/2
17.1: 1/2
17.2: 1/2 2/2 3/2 4/2
17.3: 1/2 2/2
"""
BAR = 0.8
PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| (V[\d.]+) \| ([123]) \| ([^|]+) \| (test|not here|open): ([^|]+) \|$", PAGE, re.M)


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of a file's tests."""
    tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in functions if node.name.startswith("test_"))


def test_every_row_is_there_once_in_order_with_its_level() -> None:
    sections = (line.split(": ") for line in ROWS.split("\n") if line)
    wanted = [(f"V{section}.{row.split('/')[0]}", row[-1]) for section, rows in sections for row in rows.split()]
    assert [(row, level) for row, level, *_ in TABLE] == wanted
    assert len(re.findall(r"^\| V", PAGE, re.M)) == len(wanted)  # none is written so that it was not read


def test_every_test_that_is_named_is_there() -> None:
    for row, _, _, verdict, why in TABLE:
        if verdict == "test":
            named = re.findall(r"`([\w/]+\.py)::(\w+)`", why)
            assert named and why.count("`") == 2 * len(named), row
            assert [each for each in named if each[1] not in names_in(each[0])] == [], row


def test_what_is_said_of_the_table_is_what_stands_in_it() -> None:
    verdicts = [verdict for *_, verdict, _ in TABLE]
    tested, opened, absent = (verdicts.count(each) for each in ("test", "open", "not here"))
    share = tested / (tested + opened)
    said = (
        f"Of {len(TABLE)} rows {tested + opened} apply here; {tested} of them have a test ({int(share * 100)} %), "
        f"{opened} are open, {absent} do not apply."
    )
    assert said in PAGE
    assert share >= BAR
