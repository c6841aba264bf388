"""Whether a text is nothing but emoji."""

import regex

# Pictures, their skin colours, flags, keycaps, and what joins them; "1" and "#" alone are no pictures.
_EMOJI = regex.compile(
    r"(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u20E3|\u200D|\uFE0F|\s)+"
)
_PICTURE = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}")


def is_emoji_only(text: str) -> bool:
    """Tell whether the text has at least one picture and nothing else but space between them."""
    return bool(_EMOJI.fullmatch(text)) and bool(_PICTURE.search(text))
