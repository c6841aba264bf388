"""What a person, or an installation, can do to a guideline."""

from dataclasses import asdict

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import log, moves
from guidelines import workflow
from guidelines.errors import RefusedError
from guidelines.models import DutyRow, Guideline, GuidelineVersion
from guidelines.pack import Pack, read_pack
from guidelines.soundness import check_rules
from team.models import Membership, Municipality


class UnsoundRulesError(Exception):
    """The duties of a version contradict each other or lack something; `problems` says what, in bokmål."""

    def __init__(self, version: GuidelineVersion, problems: list[str]) -> None:
        super().__init__(f"{version} cannot come into force: {' '.join(problems)}")
        self.problems = problems


@transaction.atomic
def put_in_force(version: GuidelineVersion, *, by: Membership | None) -> None:
    """Let a draft be the guideline from now on; the one in force until now is replaced. `by` None: the installation.

    UnsoundRulesError when the duties cannot be meant; IllegalMoveError when the version is no draft.
    """
    lock(version.guideline)
    if problems := check_rules([row.as_duty() for row in version.rows.all()]):
        raise UnsoundRulesError(version, problems)
    now = timezone.now()
    current = version.guideline.versions.filter(status=workflow.Status.IN_FORCE).first()
    if current:
        moves.advance(current, workflow.REPLACE, by=by, guideline_version_id=version.pk, replaced_at=now)
    moves.advance(version, workflow.PUT_IN_FORCE, by=by, guideline_version_id=version.pk, in_force_from=now)


@transaction.atomic
def delete_draft(version: GuidelineVersion, *, by: Membership) -> None:
    """Delete a draft with its duties and its cut text; the log keeps that it was and how many duties it had.

    RefusedError for a version that has been in force, or that anything refers to: those are never deleted.
    """
    if not by.may_approve:
        raise RefusedError(_("Bare en leder kan slette et utkast."))
    lock(version.guideline)
    draft = GuidelineVersion.objects.filter(pk=version.pk, status=workflow.Status.DRAFT).first()
    if draft is None or draft.in_force_from:
        raise RefusedError(_("Bare et utkast kan slettes. Versjoner som har vært i bruk, blir stående."))
    log.record(
        "guideline.delete_draft",
        subject=draft,
        by=by,
        number=draft.number,
        duties=draft.rows.count(),
        sections=draft.text_sections.count(),
        content_hash=draft.content_hash,
    )
    draft.rows.all().delete()
    draft.text_sections.all().delete()
    try:
        draft.delete()
    except ProtectedError as error:
        raise RefusedError(_("Noe viser til utkastet. Det kan ikke slettes.")) from error


@transaction.atomic
def load_pack(municipality: Municipality, name: str, *, by: Membership | None = None) -> GuidelineVersion:
    """Return the version that holds the pack; a new one, in force at once, when the pack has changed since last time.

    A municipality that has put a version of its own in force keeps it: the new one waits as a draft.
    PackError when there is no such pack; UnsoundRulesError when its duties cannot be meant.
    """
    pack = read_pack(name)
    guideline, _created = Guideline.objects.get_or_create(municipality=municipality)
    lock(guideline)
    loaded = guideline.versions.filter(pack_name=name).order_by("-number").first()
    if loaded and loaded.content_hash == pack.content_hash:
        return loaded
    version = _draft_from(pack, guideline, by=by)
    if not guideline.versions.filter(status=workflow.Status.IN_FORCE, pack_name="").exists():
        put_in_force(version, by=by)
    return version


def _draft_from(pack: Pack, guideline: Guideline, *, by: Membership | None) -> GuidelineVersion:
    latest = guideline.versions.aggregate(number=Max("number"))["number"] or 0
    version = GuidelineVersion.objects.create(
        guideline=guideline,
        municipality_id=guideline.municipality_id,
        number=latest + 1,
        title=pack.title,
        adopted_by=pack.adopted_by,
        adopted_on=pack.adopted_on,
        case_number=pack.case_number,
        leader_title=pack.leader_title,
        executive_title=pack.executive_title,
        accounts_word=pack.accounts_word,
        sections=[asdict(section) for section in pack.sections],
        pack_name=pack.name,
        content_hash=pack.content_hash,
    )
    DutyRow.objects.bulk_create([DutyRow.of(version, position, duty) for position, duty in enumerate(pack.duties, 1)])
    log.record(
        "guideline.load",
        subject=version,
        by=by,
        guideline_version_id=version.pk,
        pack=pack.name,
        number=version.number,
        content_hash=pack.content_hash,
    )
    return version


def lock(guideline: Guideline) -> None:
    """One change of a guideline at a time."""
    Guideline.objects.select_for_update(no_key=True).get(pk=guideline.pk)
