"""The training sentences as files: whether they can be learned from, said before a minute of training is spent."""

from collections.abc import Iterator
from pathlib import Path

import yaml


def check(folder: Path, intents: set[str]) -> list[str]:
    """Return what is wrong with the files of `folder`: file, line and the mend, one string each.

    intents  the names that domain.yml knows
    """
    problems: list[str] = []
    seen: dict[str, tuple[str, str]] = {}
    for path in sorted(folder.glob("*.yml")):
        try:
            blocks = list(_blocks(yaml.compose(path.read_text(encoding="utf-8"))))
        except UnicodeDecodeError as error:
            problems.append(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8")
            continue
        except (yaml.YAMLError, ValueError) as error:
            problems.append(f"{path.name} {_where(error)}")
            continue
        for line, intent, sentences in blocks:
            if intent not in intents:
                problems.append(
                    f"{path.name} line {line}: the intent {intent} is not in domain.yml; add it or mend the name"
                )
            for number, sentence in sentences:
                place = f"{path.name} line {number}"
                if not sentence.startswith("- ") or not sentence[2:].strip():
                    problems.append(f"{place}: a sentence begins with “- ” and has words")
                    continue
                first, known = seen.setdefault(sentence, (place, intent))
                if known != intent:
                    problems.append(f"{place}: {intent} has a sentence that {first} has for {known}; keep one of them")
    return problems


def _blocks(root: yaml.Node | None) -> Iterator[tuple[int, str, list[tuple[int, str]]]]:
    """Yield (line, intent, [(line, sentence)]) of every block; raises ValueError where there is no list of them."""
    top = _pairs(root)
    blocks = top.get("nlu")
    if not isinstance(blocks, yaml.SequenceNode):
        raise ValueError("line 1: a list of blocks under “nlu:” is missing")
    for block in blocks.value:
        parts, line = _pairs(block), block.start_mark.line + 1
        intent, examples = parts.get("intent"), parts.get("examples")
        if not isinstance(intent, yaml.ScalarNode) or not isinstance(examples, yaml.ScalarNode):
            raise ValueError(f"line {line}: a block has “intent:” and “examples: |”")
        first = examples.start_mark.line + 2
        sentences = [(first + at, text) for at, text in enumerate(examples.value.splitlines()) if text.strip()]
        yield line, intent.value, sentences


def _pairs(node: yaml.Node | None) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 1
        raise ValueError(f"line {line}: “name: value” was expected")
    return {str(key.value): value for key, value in node.value}


def _where(error: Exception) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}; mend the indentation or the quotes there"
    return str(error)
