"""The words of a PDF, read out of its content streams through each font's own table to Unicode (PDF/A-2u has one)."""

import re
from io import BytesIO

import pikepdf

CHARS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")
RANGE = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


def text_in(data: bytes) -> str:
    """Return all text of the pages, pieces set apart by a space; also what lies under other things."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return " ".join(_text_of(page) for page in pdf.pages)


def _text_of(page: pikepdf.Page) -> str:
    fonts = {str(name): _unicode_of(font) for name, font in (page.Resources.get("/Font") or {}).items()}
    said, table, width = [], dict[int, str](), 2
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name == "Tf":
            table, width = fonts[str(operands[0])]
        elif name == "Tj":
            said.append(_decoded(bytes(operands[0]), table, width))
        elif name == "TJ":
            pieces = [bytes(one) for one in operands[0] if isinstance(one, pikepdf.String)]
            said.append("".join(_decoded(one, table, width) for one in pieces))
        elif name == "ET":
            said.append(" ")
    return "".join(said)


def _decoded(codes: bytes, table: dict[int, str], width: int) -> str:
    places = range(0, len(codes), width)
    return "".join(table.get(int.from_bytes(codes[place : place + width]), "�") for place in places)


def _unicode_of(font: pikepdf.Object) -> tuple[dict[int, str], int]:
    width = 2 if font.Subtype == "/Type0" else 1
    table: dict[int, str] = {}
    source = font.ToUnicode.read_bytes()
    for block in CHARS.findall(source):
        table |= {int(code, 16): _letters(letters) for code, letters in PAIR.findall(block)}
    for block in RANGES.findall(source):
        for first, last, letters in RANGE.findall(block):
            start = int(letters, 16)
            table |= {int(first, 16) + n: chr(start + n) for n in range(int(last, 16) - int(first, 16) + 1)}
    return table, width


def _letters(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be", "replace")
