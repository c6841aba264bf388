"""What a lead can do to the duties of a draft version, and to the municipality's own policy.

Nothing here changes what holds for anybody: that is `guidelines.actions.put_in_force`. Every act is in the log.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log
from guidelines.as_data import FIELDS, duty_to_data
from guidelines.duties import Duty
from guidelines.models import DutyRow, Guideline, GuidelineVersion, Policy
from guidelines.queries import policy_of
from guidelines.texts import copy_sections
from guidelines.workflow import Status
from team.models import Membership

# A version's own; everything else is copied into the draft that begins from it.
OWN_OF_A_VERSION = frozenset(
    {"id", "number", "status", "pack_name", "in_force_from", "replaced_at", "created_at", "guideline", "municipality"}
)
UP, DOWN = "opp", "ned"


class RuleRefusedError(Exception):
    """A change of the rules was refused; str() is what to tell the person."""


def must_lead(by: Membership) -> None:
    """Raise RuleRefusedError unless the person is a lead."""
    if not by.may_approve:
        raise RuleRefusedError(_("Bare en leder kan endre reglene."))


@transaction.atomic
def begin_draft(version: GuidelineVersion, *, by: Membership) -> GuidelineVersion:
    """Return a new draft with the version's text and duties, for a lead to change."""
    must_lead(by)
    Guideline.objects.select_for_update(no_key=True).get(pk=version.guideline_id)
    latest = version.guideline.versions.aggregate(number=Max("number"))["number"] or 0
    fields = {field.attname for field in GuidelineVersion._meta.concrete_fields if field.name not in OWN_OF_A_VERSION}
    draft = GuidelineVersion.objects.create(
        guideline_id=version.guideline_id,
        municipality_id=version.municipality_id,
        number=latest + 1,
        **{name: getattr(version, name) for name in fields},
    )
    rows = [DutyRow.of(draft, row.position, row.as_duty()) for row in version.rows.all()]
    DutyRow.objects.bulk_create(rows)
    copy_sections(version, draft)
    log.record(
        "guideline.begin_draft", subject=draft, by=by, copied_from=version.pk, number=draft.number, duties=len(rows)
    )
    return draft


@transaction.atomic
def save_duty(version: GuidelineVersion, duty: Duty, *, by: Membership, row: DutyRow | None = None) -> DutyRow:
    """Save a duty of a draft: a new row at the end, or `row` with what has changed. The code of a row never changes."""
    _open_draft(version, by)
    if row is None:
        if version.rows.filter(code=duty.code).exists():
            raise RuleRefusedError(_("Koden %(code)s er i bruk. Velg en annen.") % {"code": duty.code})
        row = DutyRow.of(version, _last(version) + 1, duty)
        row.save()
        _changed(version, "duty.add", by, code=row.code)
        return row
    new, old = duty_to_data(duty), duty_to_data(row.as_duty())
    fields = [name for name in FIELDS if new[name] != old[name] and name != "code"]
    if fields:
        for name in fields:
            setattr(row, name, new[name])
        row.save(update_fields=fields)
        _changed(version, "duty.change", by, code=row.code, fields=fields)
    return row


@transaction.atomic
def remove_duty(row: DutyRow, *, by: Membership) -> None:
    """Take a duty out of a draft; `restore_duty` brings it back as it stands in the version in force."""
    version = row.version
    _open_draft(version, by)
    code = row.code
    row.delete()
    _changed(version, "duty.remove", by, code=code)


@transaction.atomic
def move_duty(row: DutyRow, *, way: str, by: Membership) -> None:
    """Move a duty one place «opp» or «ned» in the draft's order; at the end of the list nothing happens."""
    version = row.version
    _open_draft(version, by)
    rows = list(version.rows.order_by("position"))
    place = rows.index(row)
    other = place - 1 if way == UP else place + 1
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    _place(version, rows)
    _changed(version, "duty.move", by, code=row.code, place=other + 1)


@transaction.atomic
def restore_duty(version: GuidelineVersion, code: str, *, by: Membership) -> DutyRow:
    """Give the draft the duty as it stands in the version in force: undoes changes, brings back what was removed."""
    _open_draft(version, by)
    original = DutyRow.objects.filter(
        version__guideline_id=version.guideline_id, version__status=Status.IN_FORCE, code=code
    ).first()
    if original is None:
        raise RuleRefusedError(_("Plikten %(code)s finnes ikke i versjonen som gjelder.") % {"code": code})
    row = version.rows.filter(code=code).first()
    position = row.position if row else _last(version) + 1
    restored = DutyRow.of(version, position, original.as_duty())
    restored.pk = row.pk if row else None
    restored.save()
    _changed(version, "duty.restore", by, code=code)
    return restored


@transaction.atomic
def change_policy(policy: Policy, *, by: Membership, **changes: Any) -> Policy:
    """Change the municipality's policy: alone_for, alone_on_duty, alone_until, citizens_may_be_left.

    RuleRefusedError when somebody is alone on duty without an end, after today, or cannot answer for the municipality.
    """
    must_lead(by)
    policy = policy_of(policy.municipality)
    changed = sorted(name for name, value in changes.items() if getattr(policy, name) != value)
    for name, value in changes.items():
        setattr(policy, name, value)
    _alone_must_end(policy)
    if changed or policy.pk is None:
        policy.save()
        log.record(
            "policy.change",
            subject=policy,
            by=by,
            fields=changed,
            alone_for=policy.alone_for,
            alone_on_duty=policy.alone_on_duty_id,
            alone_until=policy.alone_until,
            citizens_may_be_left=policy.citizens_may_be_left,
        )
    return policy


def _alone_must_end(policy: Policy) -> None:
    if policy.alone_on_duty is None:
        policy.alone_until = None
        return
    if policy.alone_on_duty.municipality_id != policy.municipality_id or not policy.alone_on_duty.may_answer:
        raise RuleRefusedError(_("Velg en som svarer for kommunen."))
    if policy.alone_until is None or policy.alone_until < timezone.localdate():
        raise RuleRefusedError(_("Si til og med hvilken dag, i dag eller senere."))


def _open_draft(version: GuidelineVersion, by: Membership) -> None:
    """Wait for who puts a version in force, and look again: it may have happened while the page stood open."""
    must_lead(by)
    Guideline.objects.select_for_update(no_key=True).get(pk=version.guideline_id)
    if not GuidelineVersion.objects.filter(pk=version.pk, status=Status.DRAFT).exists():
        raise RuleRefusedError(_("Versjon %(number)s er ikke lenger et utkast.") % {"number": version.number})


def _last(version: GuidelineVersion) -> int:
    return version.rows.aggregate(last=Max("position"))["last"] or 0


def _place(version: GuidelineVersion, rows: Sequence[DutyRow]) -> None:
    """Number the rows from one. Two rows never hold the same place, so all step aside first."""
    version.rows.update(position=F("position") + len(rows) + _last(version))
    for position, row in enumerate(rows, 1):
        row.position = position
    DutyRow.objects.bulk_update(rows, ["position"])


def _changed(version: GuidelineVersion, action: str, by: Membership, **data: object) -> None:
    """Log the change; the version's hash always tells of the duties as they stand."""
    duties = [duty_to_data(row.as_duty()) for row in version.rows.order_by("position")]
    version.content_hash = log.content_hash(json.dumps([version.sections, duties], ensure_ascii=False, sort_keys=True))
    version.save(update_fields=["content_hash"])
    log.record(action, subject=version, by=by, guideline_version_id=version.pk, **data)
