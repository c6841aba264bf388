"""What is asked of the guidelines."""

from dataclasses import dataclass
from functools import lru_cache

from guidelines.duties import Duty, Flag, Sorting
from guidelines.models import DutyRow, GuidelineVersion, Policy
from guidelines.pack import Point, Section
from team.models import Municipality


class NoGuidelineInForceError(LookupError):
    """The municipality has no guideline, so nothing can say what it must do: `manage.py load_packs` brings one."""

    def __init__(self, municipality: Municipality) -> None:
        super().__init__(f"{municipality} has no guideline in force. Load one: manage.py load_packs.")


def version_in_force(municipality: Municipality) -> GuidelineVersion:
    """Return the version that holds now; NoGuidelineInForceError when there is none."""
    version = GuidelineVersion.objects.filter(
        municipality=municipality, status=GuidelineVersion.Status.IN_FORCE
    ).first()
    if version is None:
        raise NoGuidelineInForceError(municipality)
    return version


def duties_in_force(municipality: Municipality) -> tuple[Duty, ...]:
    """Return the duties that hold now, in the guideline's order; NoGuidelineInForceError when there are none."""
    return duties_of(version_in_force(municipality))


def duties_of(version: GuidelineVersion) -> tuple[Duty, ...]:
    """Return a version's duties in order. Kept in memory unless it is a draft, whose rows may still change."""
    if version.status == GuidelineVersion.Status.DRAFT:
        return _read_duties(version.pk)
    return _settled_duties(version.pk, version.content_hash)


@lru_cache(maxsize=256)
def _settled_duties(version_id: int, _content_hash: str) -> tuple[Duty, ...]:
    return _read_duties(version_id)


def _read_duties(version_id: int) -> tuple[Duty, ...]:
    return tuple(row.as_duty() for row in DutyRow.objects.filter(version_id=version_id).order_by("position"))


@dataclass(frozen=True)
class DutyLine:
    """A duty for the reader: `tags` are the sortings and flags that raise it."""

    duty: Duty
    tags: list[str]
    by_documentation_value: bool


@dataclass(frozen=True)
class PointLine:
    """A point of the guideline and the duties that SocialDesk draws from it."""

    point: Point
    duties: list[DutyLine]


@dataclass(frozen=True)
class SectionLines:
    """A part of the guideline, for the reader."""

    section: Section
    points: list[PointLine]


def sections_with_duties(version: GuidelineVersion) -> list[SectionLines]:
    """Return the guideline's parts in order, each point with its duties."""
    duties = duties_of(version)
    return [
        SectionLines(section, [PointLine(point, _lines_of(duties, point.code)) for point in section.points])
        for section in version.parts
    ]


def lines_by_clause(version: GuidelineVersion) -> dict[str, list[DutyLine]]:
    """Return the duties of a version by the clause they come from, in order."""
    lines: dict[str, list[DutyLine]] = {}
    for duty in duties_of(version):
        lines.setdefault(duty.clause, []).append(_line(duty))
    return lines


def duties_of_the_law(version: GuidelineVersion) -> list[DutyLine]:
    """Return the duties that hold by law and cite no point."""
    return _lines_of(duties_of(version), "")


def _lines_of(duties: tuple[Duty, ...], clause: str) -> list[DutyLine]:
    return [_line(duty) for duty in duties if duty.clause == clause]


def _line(duty: Duty) -> DutyLine:
    raised_by = {tag for when in duty.when for tag in (*when.sortings, *when.flags)}
    return DutyLine(
        duty=duty,
        tags=[tag for tag in (*Sorting, *Flag) if tag in raised_by],
        by_documentation_value=any(when.documentation_value for when in duty.when),
    )


def policy_of(municipality: Municipality) -> Policy:
    """Return what the municipality has decided for itself; unsaved, with the defaults, when it has decided nothing."""
    return Policy.objects.filter(municipality=municipality).first() or Policy(municipality=municipality)


def versions_of(municipality: Municipality) -> list[GuidelineVersion]:
    """Return the municipality's versions, newest first."""
    return list(GuidelineVersion.objects.filter(municipality=municipality).order_by("-number"))


def neighbours_in_force(municipality: Municipality) -> list[GuidelineVersion]:
    """Return the other municipalities' versions in force, by name. What a council adopted is public."""
    others = GuidelineVersion.objects.filter(status=GuidelineVersion.Status.IN_FORCE, municipality__practice_of=None)
    return list(others.exclude(municipality=municipality).select_related("municipality").order_by("municipality__name"))
