"""The words in files that leave the house: what a zip or a tar holds, what a PDF says, anything else as text."""

import re
import tarfile
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pikepdf

BFCHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
BFRANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")


def texts_in(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Give name and text of the file, and of every file inside it."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for one in archive.namelist():
                yield from texts_in(f"{name}/{one}", archive.read(one))
    elif data[257:262] == b"ustar":
        with tarfile.open(fileobj=BytesIO(data)) as archive:
            for member in archive.getmembers():
                if (file := archive.extractfile(member)) is not None:
                    yield from texts_in(f"{name}/{member.name}", file.read())
    elif data[:5] == b"%PDF-":
        yield name, _said_by_pdf(data)
    else:
        yield name, data.decode(errors="replace")


def _said_by_pdf(data: bytes) -> str:
    """Return what the pages show, the spaces left out, and everything in the file that is no page: metadata, names."""
    with pikepdf.open(BytesIO(data)) as pdf:
        pages = "".join(_said_by_page(page) for page in pdf.pages)
        streams = [one.read_bytes() for one in pdf.objects if isinstance(one, pikepdf.Stream) and "/Type" in one]
        others = " ".join(str(value) for value in pdf.docinfo.values())
    return f"{pages} {others} {b' '.join(streams).decode(errors='replace')}"


def _said_by_page(page: pikepdf.Page) -> str:
    fonts = {str(name): _letters(font) for name, font in page.resources.get("/Font", {}).items()}
    said, letters = [], dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            letters = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            pieces = operands[0] if str(operator) == "TJ" else [operands[0]]
            said += [_read(bytes(one), letters) for one in pieces if isinstance(one, pikepdf.String)]
    return "".join(said).replace(" ", "").replace("\u00a0", "")


def _read(codes: bytes, letters: dict[int, str]) -> str:
    return "".join(letters.get(int.from_bytes(codes[at : at + 2]), "?") for at in range(0, len(codes), 2))


def _letters(font: pikepdf.Object) -> dict[int, str]:
    """Return which letters the codes of a font stand for, as the font's own table says."""
    table = font.ToUnicode.read_bytes()
    found: dict[int, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.S):
        found |= {int(code, 16): _utf16(text) for code, text in BFCHAR.findall(block)}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, text in BFRANGE.findall(block):
            start = int(first, 16)
            for code in range(start, int(last, 16) + 1):
                found[code] = chr(ord(_utf16(text)) + code - start)
    return found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")
