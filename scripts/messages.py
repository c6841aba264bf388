"""The messages of the screens: found in templates and Python, kept in `locale/*/LC_MESSAGES/django.po`.

    python scripts/messages.py                   bring the catalogues in step with the code
    python scripts/messages.py --missing         print what is not translated, as JSON: {msgid: {"nn": "", "en": ""}}
    python scripts/messages.py --take FILE.json  put translations back; a plural is a list of two: [one, many]

The gettext tools are not needed. A message with a context stands as "context|msgid" in the JSON, see `key_of`.
"""

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("socialdesk", "archive", "inbox", "guidelines", "notices", "team", "files", "audit")
WIDTH = 118
SOURCE = "nb"  # what the msgids are written in
LANGUAGES = ("nb", "nn", "en")
TRANSLATED = tuple(one for one in LANGUAGES if one != SOURCE)
# Function name: which of its arguments are (context, message, plural).
CALLS = {
    **dict.fromkeys(("_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
IN_TEMPLATES = re.compile(r"""\b(?:_|n?p?gettext)\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\)""")
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%|\{\w*\}")


@dataclass(frozen=True)
class Message:
    """One message of the screens: its bokmål, its plural in bokmål (or ""), and a context (or "")."""

    msgid: str
    plural: str = ""
    context: str = ""

    @property
    def key(self) -> str:
        return key_of(self.msgid, self.context)


def key_of(msgid: str, context: str | None) -> str:
    """Return the name of a message in the JSON: its msgid, with its context and «|» before it when it has one."""
    return f"{context}|{msgid}" if context else msgid


def messages_of_python(source: str) -> Iterator[Message]:
    """Find the messages in Python: the words given to gettext and its kin as plain strings."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        words = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        if name in CALLS and words:
            context, message, plural = (words[at] if at is not None else "" for at in CALLS[name])
            if isinstance(message, str):
                yield Message(message, str(plural or ""), str(context or ""))


def messages_of_template(source: str) -> Iterator[Message]:
    """Find the messages in a Django template: translate, blocktranslate and `_("…")`."""
    for call in IN_TEMPLATES.finditer(templatize(source)):
        yield from messages_of_python(call.group())


def messages_of_pack(source: str) -> Iterator[Message]:
    """Find our own words in a guideline pack: titles, points and who they apply to. The council's name for it stays."""
    for part in tomllib.loads(source).values():
        yield from _labels(part)


def _labels(value: object) -> Iterator[Message]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield from (Message(one[key]) for key in ("title", "point", "audience") if isinstance(one.get(key), str))
            for inner in one.values():
                yield from _labels(inner)


def sources(root: Path) -> Iterator[tuple[Path, Iterable[Message]]]:
    """Go through the product's files, in order, each with its messages."""
    for path in sorted((root / "templates").rglob("*.*")):
        yield path, messages_of_template(path.read_text("utf-8"))
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            yield path, messages_of_python(path.read_text("utf-8"))
    for path in sorted((root / "guidelines" / "packs").glob("*.toml")):
        yield path, messages_of_pack(path.read_text("utf-8"))


def messages(root: Path = ROOT) -> dict[Message, list[str]]:
    """Return every message of the product with the files it stands in."""
    found: dict[tuple[str, str], tuple[Message, list[str]]] = {}
    for path, here in sources(root):
        for message in here:
            known, files = found.setdefault((message.context, message.msgid), (message, []))
            if message.plural and not known.plural:  # gettext keeps one entry for both
                found[message.context, message.msgid] = (message, files)
            if str(path.relative_to(root)) not in files:
                files.append(str(path.relative_to(root)))
    return dict(found.values())


def path_of(language: str, root: Path = ROOT) -> Path:
    """Return where the catalogue of a language is."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str, root: Path = ROOT) -> polib.POFile:
    """Return the catalogue of a language as it is saved; an empty one when there is none."""
    path = path_of(language, root)
    return polib.pofile(str(path), wrapwidth=WIDTH) if path.exists() else _empty(language)


def _empty(language: str) -> polib.POFile:
    fresh = polib.POFile(wrapwidth=WIDTH)
    fresh.metadata = {
        "Project-Id-Version": "SocialDesk",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return fresh


def translations(language: str, root: Path = ROOT) -> dict[str, list[str]]:
    """Return what is translated: the key of each message and its words, one, or two where it has a plural."""
    return {key_of(one.msgid, one.msgctxt): words for one in catalogue(language, root) if all(words := _words(one))}


def _words(entry: polib.POEntry) -> list[str]:
    return [entry.msgstr_plural.get(form, "") for form in (0, 1)] if entry.msgid_plural else [entry.msgstr]


def write(language: str, found: dict[Message, list[str]], known: dict[str, list[str]], root: Path = ROOT) -> None:
    """Save the catalogue of a language: every message of the code in order, with the words we have."""
    fresh = _empty(language)
    for message, files in found.items():
        forms = 2 if message.plural else 1
        words = known.get(message.key, [])
        words = words if len(words) == forms else [""] * forms
        fresh.append(
            polib.POEntry(
                msgctxt=message.context or None,
                msgid=message.msgid,
                msgid_plural=message.plural,
                msgstr="" if message.plural else words[0],
                msgstr_plural=dict(enumerate(words)) if message.plural else {},
                occurrences=[(name, "") for name in files],
            )
        )
    path_of(language, root).parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(path_of(language, root)))


def missing(root: Path = ROOT) -> dict[str, dict[str, str | list[str]]]:
    """Return the messages that some language lacks, with "" or ["", ""] to fill in."""
    known = {language: translations(language, root) for language in TRANSLATED}
    return {
        message.key: {language: ["", ""] if message.plural else "" for language in lacks}
        for message in messages(root)
        if (
            lacks := [one for one in TRANSLATED if len(known[one].get(message.key, [])) != (2 if message.plural else 1)]
        )
    }


def faults(message: Message, words: list[str]) -> list[str]:
    """Return why the words do not do for the message: the fields that do not match, or too few forms."""
    if len(words) != (2 if message.plural else 1) or not all(words):
        return [f"{message.key!r} needs {2 if message.plural else 1} texts"]
    wanted = [set(PLACEHOLDER.findall(one)) for one in (message.msgid, message.plural) if one]
    # «1 kommentar» may leave its number out, as the bokmål does.
    allowed = set().union(*wanted)
    wrong = [one for one, needs in zip(words, wanted, strict=True) if set(PLACEHOLDER.findall(one)) != needs]
    if message.plural:
        wrong = [one for one in wrong if one is not words[0] or not set(PLACEHOLDER.findall(one)) <= allowed]
    return [f"{message.key!r}: the fields of {one!r} are not the same" for one in wrong]


def take(given: dict[str, dict[str, str | list[str]]], root: Path = ROOT) -> list[str]:
    """Put translations into the catalogues and return what could not be taken, with the reason."""
    found = messages(root)
    by_key = {message.key: message for message in found}
    problems = [f"{key!r} is not a message" for key in given if key not in by_key]
    for language in TRANSLATED:
        known = translations(language, root)
        for key, texts in given.items():
            if key in by_key and language in texts:
                text = texts[language]
                words = text if isinstance(text, list) else [text]
                wrong = faults(by_key[key], words)
                problems += [f"{language}: {one}" for one in wrong]
                known.update({} if wrong else {key: words})
        write(language, found, known, root)
    return problems


def main(arguments: list[str]) -> int:
    """Do what the command line asks; 1 when something was not taken."""
    if arguments[:1] == ["--missing"]:
        print(json.dumps(missing(), ensure_ascii=False, indent=1))
        return 0
    given = json.loads(Path(arguments[1]).read_text("utf-8")) if arguments[:1] == ["--take"] else {}
    problems = take(given)
    for problem in problems:
        print(problem, file=sys.stderr)
    left = missing()
    print(f"{len(messages())} messages, {len(left)} to translate", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
