"""What in a title must be looked at by the archivist before it stands: names, and numbers of eleven digits."""

import re

from django.utils.translation import gettext as _

from archive.arkivmelding.masking import MASK, name_parts_in, names_in
from archive.models import CaseRecord

_ELEVEN = re.compile(r"(?<!\d)\d{6}[ .\u00a0-]?\d{5}(?!\d)")


def people_in(record: CaseRecord) -> list[str]:
    """Return everybody outside the municipality that the record names: the sender, and those who wrote above."""
    sender = f"{record.author} (@{record.author_handle.lstrip('@')})" if record.author_handle else record.author
    return [sender, *(str(one["author"]) for one in record.context)]


def leak_in(record: CaseRecord, public_title: str) -> str:
    """Return the full name or handle that a public title shows; "" when it shows none."""
    return next(iter(names_in(public_title, people_in(record))), "")


def questions_about(record: CaseRecord, title: str, public_title: str) -> list[str]:
    """Return what to ask about the titles, in whole sentences; empty when there is nothing to ask.

    A part of a name («Vik») may be a place, eleven digits may be a case or an account: a person decides.
    """
    asked = []
    people = people_in(record)
    named = [*names_in(public_title, people), *name_parts_in(public_title, people)]
    if named:
        asked.append(
            _("Den offentlige tittelen har «%(name)s», som er i navnet til en som skrev. Skal det stå, eller %(mask)s?")
            % {"name": named[0], "mask": MASK}
        )
    for label, text in ((_("Tittelen"), title), (_("Den offentlige tittelen"), public_title)):
        if _ELEVEN.search(text):
            asked.append(_("%(which)s har elleve sifre som kan være et fødselsnummer. Skal de stå?") % {"which": label})
    return asked
