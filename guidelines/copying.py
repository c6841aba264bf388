"""Gives a practice municipality the rules of the one it practises for."""

from django.db import transaction

from audit import log
from guidelines.actions import put_in_force
from guidelines.models import DutyRow, Guideline, GuidelineVersion, Policy
from guidelines.rule_actions import OWN_OF_A_VERSION
from guidelines.texts import copy_sections
from team.models import Municipality


@transaction.atomic
def copy_rules(source: Municipality, target: Municipality) -> None:
    """Put a copy of the version in force in `source` in force in `target`, with the policy; nothing where none is.

    `target` must have no guideline yet. Raises what `put_in_force` raises.
    """
    _copy_policy(source, target)
    version = GuidelineVersion.objects.filter(municipality=source, status=GuidelineVersion.Status.IN_FORCE).first()
    if version is None:
        return
    fields = {field.attname for field in GuidelineVersion._meta.concrete_fields if field.name not in OWN_OF_A_VERSION}
    copy = GuidelineVersion.objects.create(
        guideline=Guideline.objects.create(municipality=target),
        municipality=target,
        number=1,
        **{name: getattr(version, name) for name in fields},
    )
    DutyRow.objects.bulk_create([DutyRow.of(copy, row.position, row.as_duty()) for row in version.rows.all()])
    copy_sections(version, copy)
    log.record("guideline.copy", subject=copy, by=None, copied_from=version.pk, content_hash=copy.content_hash)
    put_in_force(copy, by=None)


def _copy_policy(source: Municipality, target: Municipality) -> None:
    policy = Policy.objects.filter(municipality=source).first()
    if policy:
        policy.pk, policy.municipality = None, target
        policy.alone_on_duty = policy.alone_until = None  # a person of the real one
        policy._state.adding = True
        policy.save()
