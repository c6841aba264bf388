"""One persistent Typst compiler per process: JSON and a template in, PDF/A-2u out.

The compiler memoises, so that the second document costs a fraction of the first. Text goes in as data and is never
joined into markup. Where no font has a character, PDF/A forbids the document; it is then set as `[U+1FAE1]`.
"""

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any

import typst

from archive.oslo import clock_text, in_oslo
from archive.printable import Words, code_of, stretches, unprintable

TEMPLATES = Path(__file__).parent / "typst"
STANDARD = "a-2u"

# npm packages under node_modules that carry the fonts, with the weights that are used.
FONT_PACKAGES: dict[str, tuple[str, ...]] = {
    "noto-sans": ("400Regular", "700Bold"),
    "noto-color-emoji": ("400Regular",),
    "noto-sans-arabic": ("400Regular",),
    "noto-sans-devanagari": ("400Regular",),
    "noto-sans-ethiopic": ("400Regular",),
    "noto-sans-hebrew": ("400Regular",),
    "noto-sans-math": ("400Regular",),
    "noto-sans-sc": ("400Regular",),
    "noto-sans-symbols": ("400Regular",),
    "noto-sans-symbols-2": ("400Regular",),
    "noto-sans-tamil": ("400Regular",),
    "noto-sans-thai": ("400Regular",),
}
FAMILIES = frozenset(
    f"Noto {' '.join(word.upper() if word == 'sc' else word.title() for word in package.split('-')[1:])}"
    for package in FONT_PACKAGES
)

_REPORTED = re.compile(r'(?:the text|disallowed codepoint) `"((?:[^"\\]|\\.)*)"`')
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|(.))")
_LATIN_END = 0x24F
_MOST_NAMED = 40  # codes named at the end of a document; `Rendered.replaced` has them all


class FontsMissingError(Exception):
    """The fonts that archive documents are set in are not on this machine."""


class TypesettingError(Exception):
    """Typst refused a document for another reason than a missing character."""


class _CompilerPanicError(Exception):
    """The compiler itself broke down; it must not be used again."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF/A-2u file, and the codes («U+1FAE1») of the characters no font had."""

    data: bytes
    replaced: tuple[str, ...]


def font_paths_in(node_modules: Path) -> tuple[Path, ...]:
    """The font folders inside a `node_modules` folder. Whether they exist is found when the first page is set."""
    return tuple(
        node_modules / "@expo-google-fonts" / package / weight
        for package, weights in FONT_PACKAGES.items()
        for weight in weights
    )


def typesetter(font_paths: Sequence[Path]) -> "Typesetter":
    """The typesetter of this process for these font folders. Raises FontsMissingError."""
    return _typesetter(os.getpid(), tuple(font_paths))


@lru_cache(maxsize=2)
def _typesetter(_process: int, font_paths: tuple[Path, ...]) -> "Typesetter":
    """The process is part of the key: a forked worker must not share its parent's compiler threads."""
    return Typesetter(font_paths)


class Typesetter:
    """Sets documents with one compiler; safe to share between threads (they take turns)."""

    def __init__(self, font_paths: Sequence[Path]) -> None:
        self._fonts = _load_fonts(font_paths)
        self._compiler: Any = None
        self._lock = RLock()
        self._shown: set[str] = set()
        self._missing: set[str] = set()

    def render(self, template: str, content: Mapping[str, object], made_at: datetime) -> Rendered:
        """Set `template` (a name in archive/typst) with `content`; the same input gives the same bytes.

        `content` holds strings, `Words`, lists and mappings. `made_at` is the document's own date, aware.
        Raises TypesettingError.
        """
        characters = set(_characters(content))
        with self._lock:
            replaced = unprintable(characters) | self._without_glyph(characters)
            for harder in (self._only_marks, self._all_reported, self._everything_foreign):
                try:
                    return self._set(template, content, made_at, replaced)
                except _CompilerPanicError:
                    replaced |= self._everything_foreign(characters, characters)
                except typst.TypstError as error:
                    replaced |= harder(characters, _reported(error))
            try:
                return self._set(template, content, made_at, replaced)
            except (_CompilerPanicError, typst.TypstError) as error:
                raise TypesettingError(f"Dokumentet lot seg ikke sette: {error}") from error

    def _set(self, template: str, content: Mapping[str, object], made_at: datetime, replaced: set[str]) -> Rendered:
        codes = tuple(code_of(character) for character in sorted(replaced))
        replacements = {ord(character): f"[{code_of(character)}]" for character in replaced}
        local = in_oslo(made_at)
        frame = {
            "replaced": codes[:_MOST_NAMED],
            "more_replaced": len(codes[_MOST_NAMED:]),
            "made": clock_text(made_at),
            "date": {part: getattr(local, part) for part in ("year", "month", "day", "hour", "minute", "second")},
        }
        data = {**_as_json(content, replacements), **frame}
        return Rendered(self._compile(f"{template}.typ", data, local), codes)

    def _compile(self, name: str, data: object, made_at: datetime | None = None) -> bytes:
        if self._compiler is None:
            self._compiler = typst.Compiler(root=TEMPLATES, font_paths=self._fonts, ignore_system_fonts=True)
        try:
            compiled: bytes = self._compiler.compile(
                input=TEMPLATES / name,
                format="pdf",
                pdf_standards=[STANDARD],
                sys_inputs={"data": json.dumps(data)},
                timestamp=int(made_at.timestamp()) if made_at else 0,
            )
        except BaseException as error:
            if type(error).__name__ != "PanicException":  # pyo3's class cannot be imported
                raise
            self._compiler = None
            raise _CompilerPanicError(str(error)) from None
        return compiled

    def _without_glyph(self, characters: set[str]) -> set[str]:
        """Of these, the characters no font has. Each character is tried once in the life of the process."""
        unseen = {one for one in characters - self._shown - self._missing if _wants_glyph(one)}
        if unseen:
            missing = self._probe(unseen)
            self._missing |= missing
            self._shown |= unseen - missing
        return characters & self._missing

    def _probe(self, unseen: set[str]) -> set[str]:
        try:
            self._compile("probe.typ", sorted(unseen))
        except typst.TypstError as error:
            return _reported(error) & unseen
        return set()

    @staticmethod
    def _only_marks(_characters: set[str], reported: set[str]) -> set[str]:
        """A letter and its marks are shown alone but not together: the marks give way."""
        marks = {character for character in reported if unicodedata.category(character)[0] == "M"}
        return marks or {character for character in reported if not character.isascii()}

    @staticmethod
    def _all_reported(_characters: set[str], reported: set[str]) -> set[str]:
        return {character for character in reported if not character.isascii()}

    @staticmethod
    def _everything_foreign(characters: set[str], _reported: set[str]) -> set[str]:
        return {character for character in characters if ord(character) > _LATIN_END}


def _load_fonts(font_paths: Sequence[Path]) -> Any:
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path) for path in font_paths],
    )
    if missing := sorted(FAMILIES - set(fonts.families())):
        raise FontsMissingError(
            f"Mangler skrifter til arkivdokumentene: {', '.join(missing)}. "
            "Kjør make setup, og sjekk at innstillingen for skriftmapper peker på node_modules."
        )
    return fonts


def _wants_glyph(character: str) -> bool:
    """Unprintable characters are replaced anyway; format characters and spaces are never drawn."""
    return unicodedata.category(character) not in ("Cc", "Cs", "Cf", "Zl", "Zp") and not unprintable(character)


def _reported(error: typst.TypstError) -> set[str]:
    """The characters Typst names as impossible to show."""
    return {character for found in _REPORTED.findall(error.diagnostic) for character in _ESCAPE.sub(_unescaped, found)}


def _unescaped(found: re.Match[str]) -> str:
    code, plain = found.groups()
    return chr(int(code, 16)) if code else {"n": "\n", "t": "\t", "r": "\r", "0": "\x00"}.get(plain, plain)


def _characters(content: object) -> Iterator[str]:
    if isinstance(content, Words):
        yield from set(unicodedata.normalize("NFC", content.text))
    elif isinstance(content, str):
        yield from set(content)
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from _characters(value)
    elif isinstance(content, list | tuple):
        for value in content:
            yield from _characters(value)


def _as_json(content: Any, replacements: Mapping[int, str]) -> Any:
    if isinstance(content, Words):
        return stretches(content, replacements)
    if isinstance(content, str):
        return content.translate(replacements)
    if isinstance(content, Mapping):
        return {key: _as_json(value, replacements) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_as_json(value, replacements) for value in content]
    return content
