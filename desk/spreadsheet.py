"""Lines of a file for a spreadsheet (CSV)."""

import csv
import io

# Spreadsheets take a file for UTF-8 by its mark.
MARK = "\ufeff"
# A spreadsheet would take a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def line(*cells: str) -> str:
    r"""Return a line of a file; no cell is a formula, whatever somebody has called themselves.

    >>> line("会话", "=1+1", "a,b")
    '会话,\'=1+1,"a,b"\r\n'
    """
    buffer = io.StringIO()
    csv.writer(buffer).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return buffer.getvalue()
