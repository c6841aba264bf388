"""Gets the text out of a file that a lead uploads. Knows files, not guidelines; refuses with a reason."""

import io
import zipfile
from collections.abc import Callable
from typing import IO

from django.utils.translation import gettext as _
from lxml.etree import LxmlError
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from guidelines.word_files import text_of_word

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_PAGES = 300
MAX_CHARACTERS = 500_000
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
MEDIA_TYPES = {
    "plain": "text/plain",
    "markdown": "text/markdown",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
KINDS = {".txt": "plain", ".md": "markdown", ".markdown": "markdown", ".pdf": "pdf", ".docx": "docx"}


class UnreadableFileError(ValueError):
    """The file cannot be brought in; the text says why and what to do, for a screen."""


def read_text(content: IO[bytes], *, name: str, size: int) -> tuple[str, str]:
    """Return (text, kind) of an uploaded file; kind is a key of MEDIA_TYPES. UnreadableFileError says why not.

    Line ends become one newline; the numbers that Word writes by itself are written out; nothing else is changed.
    """
    kind = next((kind for ending, kind in KINDS.items() if name.casefold().endswith(ending)), "")
    if not kind:
        raise UnreadableFileError(_("Filtypen kan ikke leses. Bruk ren tekst, Markdown, PDF eller Word (.docx)."))
    if size > MAX_BYTES:
        raise UnreadableFileError(_("Filen er større enn 20 MB. Last opp en mindre fil, eller lim inn teksten."))
    content.seek(0)
    data = content.read(MAX_BYTES + 1)
    return checked(_READERS[kind](data)), kind


def checked(text: str) -> str:
    """Return the text with plain newlines; UnreadableFileError when it is empty, too long or holds what is no text."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\x00" in text:
        raise UnreadableFileError(_("Filen er ikke en tekstfil. Lim inn teksten i stedet."))
    if not text.strip():
        raise UnreadableFileError(_("Filen har ingen tekst. Er den et skannet bilde, må teksten leses av først."))
    if len(text) > MAX_CHARACTERS:
        raise UnreadableFileError(_("Teksten er for lang. Grensen er 500 000 tegn. Ta bare med retningslinjene."))
    return text


def _plain(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            _("Filen er ikke lagret som UTF-8. Lagre den på nytt som UTF-8, eller lim inn teksten.")
        ) from error


def _pdf(data: bytes) -> str:
    if not data.lstrip()[:5] == b"%PDF-":
        raise UnreadableFileError(
            _("Filen heter .pdf, men er ikke en PDF. Lagre den på nytt som PDF, eller lim inn teksten.")
        )
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise UnreadableFileError(_("PDF-en er kryptert. Lagre den uten passord, og prøv igjen."))
        if len(reader.pages) > MAX_PAGES:
            raise UnreadableFileError(
                _("PDF-en har mer enn 300 sider. Last opp bare sidene med retningslinjene, eller lim inn teksten.")
            )
        return "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(_("PDF-en er skadet og kan ikke leses. Lim inn teksten i stedet.")) from error


def _docx(data: bytes) -> str:
    if data.startswith(OLD_OFFICE):
        raise UnreadableFileError(_("Word-filen har passord eller gammelt format. Lagre den som .docx uten passord."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
                raise UnreadableFileError(
                    _("Word-filen pakker seg ut til mer enn 100 MB, og blir ikke åpnet. Lim inn teksten i stedet.")
                )
        return text_of_word(data)
    except (zipfile.BadZipFile, LxmlError, KeyError, ValueError, OSError, NotImplementedError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        raise UnreadableFileError(
            _("Word-filen er skadet og kan ikke leses. Lagre den på nytt fra Word, eller lim inn teksten.")
        ) from error


_READERS: dict[str, Callable[[bytes], str]] = {"plain": _plain, "markdown": _plain, "pdf": _pdf, "docx": _docx}
