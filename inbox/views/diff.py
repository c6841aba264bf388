"""What changed between two texts, word by word, for a person to read."""

import difflib
import re


def diff(before: str, after: str) -> list[dict[str, str]]:
    """Return the change word by word: parts of kind same, gone or new, in reading order."""
    old, new = _words(before), _words(after)
    parts: list[dict[str, str]] = []
    gone = added = ""
    for act, i1, i2, j1, j2 in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        same = "".join(old[i1:i2]) if act == "equal" else ""
        if act != "equal" or ((gone or added) and same.isspace() and j2 < len(new) and i2 < len(old)):
            # A lone space between two changes belongs to them: one change reads better than two.
            gone += "".join(old[i1:i2])
            added += "".join(new[j1:j2])
            continue
        parts += _changed(gone, added)
        gone = added = ""
        parts.append({"kind": "same", "text": same})
    return parts + _changed(gone, added)


def _changed(gone: str, added: str) -> list[dict[str, str]]:
    return [{"kind": kind, "text": text} for kind, text in (("gone", gone), ("new", added)) if text]


def _words(text: str) -> list[str]:
    """Return words and spaces; a very long text by lines, so that the comparison stays quick."""
    return re.findall(r"\s+|[^\s]+", text) if len(text) < 20_000 else text.splitlines(keepends=True)
