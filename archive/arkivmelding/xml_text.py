"""Any text made safe for XML 1.0: what the public writes may hold anything a keyboard or a robot can send."""

import re
import unicodedata

# Control characters (C0 except TAB LF CR, DEL, C1) say nothing to a reader: dropped.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Lone surrogates are no characters and cannot be encoded; noncharacters are never for exchange: marked as lost.
_PLANE_ENDS = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_NOT_CHARACTERS = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]")


def xml_safe(text: str) -> str:
    """The text as NFC, with line ends as LF, without controls, and U+FFFD for what is no character.

    Emoji, right-to-left marks and everything else XML 1.0 allows is kept. Doing it twice changes nothing.
    """
    if text.isascii() and text.isprintable():
        return text  # nothing of it can be there, and most of a message is codes and keys
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    cleaned = _NOT_CHARACTERS.sub("\N{REPLACEMENT CHARACTER}", _CONTROLS.sub("", unified))
    return unicodedata.normalize("NFC", cleaned)
