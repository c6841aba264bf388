"""What an archivist can do to the code lists and to the archive's settings. Every change is logged."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from archive.code_lists import Imported, import_list
from archive.errors import ArchiveRefusedError, must_archive
from archive.models import ArchiveSettings, CodeValue
from audit import log
from team.models import Membership

Lists = CodeValue.List
# Which setting names a value of which list: such a value cannot be taken out of use.
CHOSEN = {
    "class_code": Lists.CLASS,
    "access_code": Lists.ACCESS,
    "incoming_status": Lists.JOURNAL_STATUS,
    "outgoing_status": Lists.JOURNAL_STATUS,
    "case_status": Lists.CASE_STATUS,
    "write_off": Lists.WRITE_OFF,
}


@transaction.atomic
def keep_code(
    name: str,
    *,
    code: str,
    description: str,
    ours: str,
    is_active: bool,
    by: Membership,
    value: CodeValue | None = None,
) -> CodeValue:
    """Add a value to a list, or change one. Refused for a code that is there, and for taking out a chosen one."""
    must_archive(by)
    value = value or CodeValue(municipality_id=by.municipality_id, list=name)
    if value.pk and not is_active:
        _must_not_be_chosen(value)
    value.code, value.description = code.strip(), " ".join(description.split())
    value.ours, value.is_active = ours, is_active
    try:
        with transaction.atomic():
            value.save()
    except IntegrityError as error:
        raise ArchiveRefusedError(_("Koden står allerede i listen, eller vår kode har allerede en annen.")) from error
    log.record("code.keep", subject=value, by=by, list=name, code=value.code[:50], active=is_active)
    return value


def _must_not_be_chosen(value: CodeValue) -> None:
    settings = ArchiveSettings.objects.filter(municipality_id=value.municipality_id).first()
    used = [
        field for field, name in CHOSEN.items() if name == value.list and getattr(settings, field, "") == value.code
    ]
    if used:
        raise ArchiveRefusedError(_("Koden er valgt i innstillingene. Velg en annen der først."))


@transaction.atomic
def import_codes(name: str, data: bytes, *, by: Membership) -> Imported:
    """Take in a KS JSON list. Raises NotACodeListError."""
    must_archive(by)
    came = import_list(by.municipality, name, data)
    log.record("code.import", subject=by.municipality, by=by, list=name, new=came.new, changed=came.changed)
    return came


@transaction.atomic
def change_settings(settings: ArchiveSettings, changes: Mapping[str, Any], *, by: Membership) -> None:
    """Change the archive's settings; nothing is logged when nothing changed."""
    must_archive(by)
    changed = {name: value for name, value in changes.items() if getattr(settings, name) != value}
    for name, value in changed.items():
        setattr(settings, name, value)
    if changed:
        settings.save(update_fields=list(changed))
        log.record("archive.settings", subject=settings, by=by, changed=sorted(changed))
