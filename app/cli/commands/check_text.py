"""`kefu check-text`: texts judged by the wording norms and the privacy rules, one finding a line."""

from compliance.gate import TONE
from compliance.private import find, hidden
from compliance.tone import harsh
from compliance.wording import taboos


def check_text(texts: list[str]) -> int:
    """Print `rule<TAB>excerpt<TAB>why` for each finding; return 1 where there is one."""
    findings = [finding for text in texts for finding in _findings(text)]
    for rule, excerpt, why in findings:
        print(f"{rule}\t{excerpt}\t{why}")
    return 1 if findings else 0


def _findings(text: str) -> list[tuple[str, str, str]]:
    found = [(taboo.rule, taboo.phrase, f"{taboo.why}；建议：{taboo.better}") for taboo in taboos(text)]
    if not found and (sentence := harsh(text)):
        found.append((TONE, hidden(sentence), "听起来可能生硬；建议：说明原因和接下来怎么办，用“请”和“您”"))
    # An excerpt of a private thing is its beginning: what is printed may be kept somewhere.
    found += [(each.rule, text[each.start : each.end][:3] + "…", f"含有{each.kind}") for each in find(text)]
    return found
