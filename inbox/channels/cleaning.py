"""Text as it may be stored: what the platform sent, with the characters no store or document can hold replaced."""

import re

# NUL and the other C0 but TAB, LF and CR; DEL and C1; lone surrogates; noncharacters of every plane.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
    + "]"
)


def clean(text: str) -> tuple[str, bool]:
    """Return the text with each forbidden character as U+FFFD, and whether there was one.

    Nothing is stripped, normalised or escaped: bidirectional controls and invisible characters stay.
    """
    cleaned, replaced = _FORBIDDEN.subn("\ufffd", text)
    return cleaned, bool(replaced)
