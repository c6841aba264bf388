"""The municipality's own titles in our words: «{executive_title}ens» is rådmannens here, kommunedirektørens there."""

from django.utils.translation import gettext as _

from guidelines import wording
from team.models import Municipality


def own_words(municipality: Municipality) -> dict[str, str]:
    """Return what the municipality calls itself, its leader, its chief executive and its accounts."""
    return {
        "municipality": municipality.name,
        "leader_title": municipality.leader_title,
        "executive_title": municipality.executive_title,
        "accounts_word": municipality.accounts_word,
    }


def said_by(municipality: Municipality, text: str) -> str:
    """Return a title or an explanation of a duty in the person's language, with the municipality's own titles."""
    return wording.with_titles(_(text) if text else "", own_words(municipality))
