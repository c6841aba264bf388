"""What the sender is told of a hiding, a deletion or a ban: in their own language, with the rule and where to complain.

The rule itself stands as the municipality published it.
"""

import tomllib
from functools import cache
from pathlib import Path

from inbox.library import languages_of
from inbox.models import Comment, HouseRule

WORDS = Path(__file__).resolve().parent / "telling.toml"


def message_for(comment: Comment, kind: str, rule: HouseRule | None) -> str:
    """Return the words prepared for the sender: what is done, by which rule, where it stands and where to complain."""
    words = {name: by_language[language_for(comment)] for name, by_language in _words().items()}
    parts = [words[kind].format(town=comment.municipality.name)]
    if rule:
        parts.append(words["rule"].format(title=rule.title, text=rule.text))
        parts += [rule.link] if rule.link else []
    if address := complaint_address(comment):
        parts.append(words["complain"].format(address=address))
    return " ".join(parts)


def language_for(comment: Comment) -> str:
    """Return the language to write to the sender in: their own (nb, nn, en), else the municipality's."""
    return next((one for one in languages_of(comment) if one in _words()["hide"]), "nb")


def complaint_address(comment: Comment) -> str:
    """Return where the sender may complain: the municipality's own form or address for enquiries."""
    town = comment.municipality
    return (town.enquiry_email or town.enquiry_url)[:200]


@cache
def _words() -> dict[str, dict[str, str]]:
    with WORDS.open("rb") as file:
        return tomllib.load(file)
