"""What stops a reply from being published, in words."""

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from guidelines.duties import Obligation
from guidelines.own_words import said_by
from team.models import Municipality


def missing_words(missing: list[Obligation], municipality: Municipality) -> str:
    """Return what stops publishing, in one line; "" when nothing does."""
    if not missing:
        return ""
    return _("Mangler: %(duties)s") % {
        "duties": get_text_list([said_by(municipality, one.title) for one in missing], _("og"))
    }
