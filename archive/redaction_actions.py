"""Marking what the redacted copy of a record does not show."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from archive import facts
from archive.access import settings_for
from archive.errors import ArchiveRefusedError, must_archive
from archive.models import CaseRecord
from archive.redaction import SHORTEST, found_in
from audit import log
from team.models import Membership

MOST = 200


@transaction.atomic
def redact(record: CaseRecord, passages: Iterable[str], *, by: Membership) -> None:
    """Keep which passages the redacted copy does not show; none removes the redaction. The original is never touched.

    Refused when a passage stands nowhere: a slip of the pen would leave the words in the copy.
    """
    must_archive(by)
    wanted = list(dict.fromkeys(" ".join(one.split()) for one in passages if one.strip()))
    if len(wanted) > MOST:
        raise ArchiveRefusedError(_("Merk høyst %(most)s steder.") % {"most": MOST})
    short = [one for one in wanted if len(one) < SHORTEST]
    missing = [one for one in wanted if len(one) >= SHORTEST and not found_in(record, one)]
    if short:
        raise ArchiveRefusedError(_("«%(words)s» er for kort til å sladdes alene.") % {"words": short[0]})
    if missing:
        raise ArchiveRefusedError(
            _("«%(words)s» står ikke i det som skal sladdes. Skriv det slik det står.") % {"words": missing[0][:80]}
        )
    record.redactions = wanted
    record.save(update_fields=["redactions"])
    if record.exported_at:
        record.has_news = bool(facts.untold(record, settings_for(record.municipality_id)))
        record.save(update_fields=["has_news"])
    log.record("record.redact", subject=record, by=by, passages=len(wanted))
