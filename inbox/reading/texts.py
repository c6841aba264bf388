"""Fixed texts that a person may put into a reply, by language."""

import tomllib
from pathlib import Path

_TEXTS = tomllib.loads((Path(__file__).resolve().parent / "texts.toml").read_text(encoding="utf-8"))


def ask_removal_text(language: str, form_url: str) -> str:
    """Return the words that ask a sender to take personal data out of a comment: nb, nn or en (others get nb)."""
    texts = _TEXTS["ask_removal"]
    text = str(texts.get(language, texts["nb"]))
    return text.format(form_url=form_url) if form_url else text.rpartition(". ")[0] + "."
