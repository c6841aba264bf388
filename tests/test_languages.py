"""The catalogues: every message of the code is in them, in nynorsk and English, with its fields in place."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import messages
from scripts.compile_messages import compile_all
from scripts.messages import Message
from tests.house import ROOT

EAGER = {"gettext", "ngettext", "pgettext"}
NORWEGIAN = re.compile(r"[æøåÆØÅ]|(?<![\w-])(ikke|og|er|av|til|det|som|kan|fra|kommentaren|svaret|kanalen)(?![\w-])")
SENTENCE = re.compile(r"\w \w")
# What is Norwegian by its nature, file by file: why its words are in no catalogue.
ITS_OWN = {
    "archive": "what is archived is in the archive's language: titles, documents, codes, what is wrong with a package",
    "inbox/actions/practice.py": "what invented people write in the practice, and their names",
    "inbox/channels/practice.py": "what invented people write in the practice, and their names",
    "inbox/reading": "words to find in what people write",
    "guidelines/damage.py": "words to mend in a broken text",
    "guidelines/splitting.py": "words to split a text by",
    "guidelines/wording.py": "words to find in a reply",
    "guidelines/people.py": "words of a CSV file",
    "socialdesk/management": "the demo's own content, and commands for those who run the installation",
    "guidelines/management": "commands for those who run the installation",
    "socialdesk/demo_plan.py": "the demo's own content",
}
# Words that are data: an address, a default that a municipality changes, a name for those who look in the database.
DATA = {
    "kommunedirektør",
    "Forvaltningsloven § 11: kommunens veiledningsplikt",
    "Innstillinga frå ",
    "en i sak ",
}


@pytest.fixture(scope="module")
def found() -> dict[Message, list[str]]:
    return messages.messages()


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_the_catalogue_has_what_the_code_says_and_nothing_else(language: str, found: dict[Message, list[str]]) -> None:
    entries = messages.catalogue(language)
    assert {Message(one.msgid, one.msgid_plural, one.msgctxt or "") for one in entries} == set(found), "make messages"
    assert [one.msgid for one in entries if one.fuzzy or one.obsolete] == []


@pytest.mark.parametrize("language", messages.TRANSLATED)
def test_everything_is_translated_with_the_same_fields(language: str, found: dict[Message, list[str]]) -> None:
    known = messages.translations(language)
    assert [fault for one in found for fault in messages.faults(one, known.get(one.key, []))] == []


def test_nynorsk_is_not_bokmaal_and_english_is_not_norwegian() -> None:
    bokmaal = re.compile(r"\b(ikke|hva|hvem|hvor|fra|jeg|noen|noe|mer|uten|bare|også|henvendelse\w*)\b", re.IGNORECASE)
    norwegian = re.compile(r"\b(ikke|ikkje|og|kommentar\w*|svaret|retningslinjer|kanalen)\b", re.IGNORECASE)
    nynorsk, english = messages.translations("nn"), messages.translations("en")
    assert [words for texts in nynorsk.values() for words in texts if bokmaal.search(words)] == []
    assert [words for texts in english.values() for words in texts if norwegian.search(words)] == []


def test_the_search_finds_messages_in_python() -> None:
    source = (
        'a = _("En" " to")\nb = ngettext("%(n)d sak", "%(n)d saker", n)\nc = pgettext_lazy("fane", "Ferdig")\n_(name)'
    )
    assert list(messages.messages_of_python(source)) == [
        Message("En to"),
        Message("%(n)d sak", "%(n)d saker"),
        Message("Ferdig", context="fane"),
    ]


def test_the_search_finds_messages_in_templates() -> None:
    source = (
        "{% translate 'Lagre' %}{% include 'x' with title=_(\"Ikke lagret\") %}"
        "{% blocktranslate count n=all|length trimmed %}\n {{ n }} svar {% plural %} {{ n }} svar til\n"
        "{% endblocktranslate %}"
    )
    assert set(messages.messages_of_template(source)) == {
        Message("Lagre"),
        Message("Ikke lagret"),
        Message("%(n)s svar", "%(n)s svar til"),
    }


def test_the_search_finds_our_own_titles_in_a_pack_and_leaves_the_councils() -> None:
    duty, section = '[[duty]]\ntitle = "Si takk"\n', '[[section]]\ntitle = "Del"\npoints = [{title = "Punkt"}]'
    source = f'title = "Retningslinjer"\n{duty}{section}'
    assert set(messages.messages_of_pack(source)) == {Message("Si takk"), Message("Del"), Message("Punkt")}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A project of one template: one plain message, one with a field, one plural."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        "{% translate 'Lagre' %}{% blocktranslate %}Hei {{ name }}{% endblocktranslate %}"
        "{% blocktranslate count n=all %}{{ n }} sak{% plural %}{{ n }} saker{% endblocktranslate %}",
        encoding="utf-8",
    )
    return tmp_path


def test_what_is_missing_is_told_and_taken_back(small: Path) -> None:
    assert messages.missing(small) == {
        "Lagre": {"nn": "", "en": ""},
        "Hei %(name)s": {"nn": "", "en": ""},
        "%(n)s sak": {"nn": ["", ""], "en": ["", ""]},
    }
    given: dict[str, dict[str, str | list[str]]] = {
        "Lagre": {"nn": "Lagre", "en": "Save"},
        "%(n)s sak": {"nn": ["%(n)s sak", "%(n)s saker"], "en": ["%(n)s case", "%(n)s cases"]},
    }
    assert messages.take(given, small) == []
    assert list(messages.missing(small)) == ["Hei %(name)s"]
    assert messages.translations("en", small)["%(n)s sak"] == ["%(n)s case", "%(n)s cases"]
    assert [path.name for path in compile_all(small)] == ["django.mo", "django.mo"]


@pytest.mark.parametrize("words", ["Hello %(navn)s", "Hello", "Hello %(name)s %(name)d", ["Hello %(name)s", "two"], ""])
def test_words_with_other_fields_are_refused_and_nothing_else_is_lost(small: Path, words: str | list[str]) -> None:
    messages.take({"Lagre": {"en": "Save"}}, small)
    assert messages.take({"Hei %(name)s": {"en": words}}, small) != []
    assert messages.translations("en", small) == {"Lagre": ["Save"]}


def test_what_is_no_longer_said_leaves_the_catalogue(small: Path) -> None:
    messages.take({"Lagre": {"en": "Save", "nn": "Lagre"}}, small)
    (small / "templates" / "a.html").write_text("{% translate 'Avbryt' %}", encoding="utf-8")
    messages.take({}, small)
    assert [one.msgid for one in messages.catalogue("en", small)] == ["Avbryt"]
    assert messages.take({"Lagre": {"en": "Save"}}, small) == ["'Lagre' is not a message"]


def _product() -> Iterator[tuple[str, ast.Module]]:
    for room in messages.ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def _said_at_import(tree: ast.Module) -> Iterator[int]:
    """Lines where a word is translated when the module is read, in the language of nobody: it must be lazy there."""
    eager = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
        if name.name in EAGER
    }

    def walk(node: ast.AST) -> Iterator[int]:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
                yield from walk(default)
            return
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in eager:
            yield node.lineno
        for child in ast.iter_child_nodes(node):
            yield from walk(child)

    return walk(tree)


def test_no_word_is_translated_before_anybody_asks() -> None:
    source = "from django.utils.translation import gettext as _\nA = _('x')\ndef f(a=_('y')): return _('z')"
    assert list(_said_at_import(ast.parse(source))) == [2, 3]
    assert [f"{name}:{line}" for name, tree in _product() for line in _said_at_import(tree)] == []


def _unmarked(tree: ast.Module) -> Iterator[ast.Constant]:
    """Norwegian sentences that no gettext is given: not docstrings, not what only a developer sees (__str__)."""
    marked: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            marked |= {id(one) for one in ast.walk(node)} if name in messages.CALLS else set()
        if isinstance(node, ast.FunctionDef) and node.name == "__str__":
            marked |= {id(one) for one in ast.walk(node)}
        if isinstance(node, ast.Expr):
            marked.add(id(node.value))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in marked
        if is_text and NORWEGIAN.search(node.value) and SENTENCE.search(node.value):
            yield node


def test_no_norwegian_sentence_goes_past_the_catalogue() -> None:
    source = "def f():\n    '''Ikke et svar.'''\n    a = _('Svaret er ute')\n    return 'Svaret er ikke ute'"
    assert [one.value for one in _unmarked(ast.parse(source))] == ["Svaret er ikke ute"]
    wrong = [
        f"{name}:{one.lineno} {one.value!r}"
        for name, tree in _product()
        if not name.startswith(tuple(ITS_OWN))
        for one in _unmarked(tree)
        if one.value not in DATA
    ]
    assert wrong == []


def test_dates_are_written_by_the_language_and_not_by_hand() -> None:
    by_hand = re.compile(r"""\|date:["'](?!c["']|Y-m-d|[A-Z_]+_FORMAT)|{% now ["'](?![A-Z_]+_FORMAT)""")
    in_python = re.compile(r"date_format\([^\n]*,\s*[\"'](?![A-Z_]+_FORMAT|l[\"'])|[:%]%d\.%m")
    assert by_hand.search('{{ day|date:"d.m.Y" }}')
    assert not by_hand.search('{{ day|date:"SHORT_DATE_FORMAT" }} {{ day|date:"c" }}')
    assert in_python.search('date_format(day, "j. F")')
    assert in_python.search('f"{day:%d.%m.%Y}"')
    templates = [path for path in sorted((ROOT / "templates").rglob("*.*")) if by_hand.search(path.read_text("utf-8"))]
    rooms = [room for room in messages.ROOMS if room != "archive"]  # what is archived is dated as the archive does
    python = [
        path for room in rooms for path in (ROOT / room).rglob("*.py") if in_python.search(path.read_text("utf-8"))
    ]
    assert [path.name for path in (*templates, *python)] == []


def test_the_json_for_translators_is_readable(capsys: pytest.CaptureFixture[str]) -> None:
    assert messages.main(["--missing"]) == 0
    assert json.loads(capsys.readouterr().out) == {}
