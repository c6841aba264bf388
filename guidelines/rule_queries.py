"""What the pages of the duties show of a version."""

from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from guidelines import labels
from guidelines.duties import Duty, Sorting
from guidelines.models import DutyRow, GuidelineVersion
from guidelines.queries import duties_of
from guidelines.workflow import Status

DOCUMENTATION = "dokumentasjon"
OTHERS = "andre"


@dataclass(frozen=True)
class RuleLine:
    """One duty of a version for the lead; `change` from the version in force is "", "new" or "changed"."""

    row: DutyRow
    duty: Duty
    change: str

    @property
    def tags(self) -> list[str]:
        """The sortings and flags that raise it."""
        raised_by = {tag for when in self.duty.when for tag in (*when.sortings, *when.flags)}
        return sorted(str(tag) for tag in raised_by)

    @property
    def by_documentation_value(self) -> bool:
        return any(when.documentation_value for when in self.duty.when)

    @property
    def limits(self) -> list[str]:
        """What narrows it, in words."""
        words = [_("bare når den er til oss") for when in self.duty.when if when.addressed_to_us]
        words += [_("bare når den ikke er til oss") for when in self.duty.when if when.addressed_to_us is False]
        for when in self.duty.when:
            if when.without_flags:
                flags = get_text_list([labels.tag_label(flag).lower() for flag in sorted(when.without_flags)], _("og"))
                words.append(_("ikke ved %(flags)s") % {"flags": flags})
        return list(dict.fromkeys(words))

    @property
    def stage_words(self) -> str:
        return str(labels.STAGES[self.duty.stage])


@dataclass(frozen=True)
class Rules:
    """The duties of a version in order, and those of the version in force that it has no longer."""

    lines: list[RuleLine]
    removed: list[Duty]

    @property
    def duties(self) -> list[Duty]:
        return [line.duty for line in self.lines]


def rules_of(version: GuidelineVersion) -> Rules:
    """Return the version's duties, compared with the version in force when it is a draft."""
    before = {duty.code: duty for duty in _in_force(version)}
    rows = [(row, row.as_duty()) for row in version.rows.order_by("position")]
    lines = [RuleLine(row, duty, _change(duty, before) if before else "") for row, duty in rows]
    codes = {duty.code for _row, duty in rows}
    return Rules(lines, [duty for code, duty in before.items() if code not in codes])


def under(lines: list[RuleLine], tab: str) -> list[RuleLine]:
    """Return the lines of one tab: a sorting, value as documentation, all others, or everything."""
    if tab == DOCUMENTATION:
        return [line for line in lines if line.by_documentation_value]
    if tab in set(Sorting):
        return [line for line in lines if tab in line.tags]
    if tab == OTHERS:
        return [line for line in lines if not line.by_documentation_value and not set(line.tags) & set(Sorting)]
    return lines


def drafts_of(version: GuidelineVersion) -> list[GuidelineVersion]:
    """Return the drafts of the same guideline, newest first."""
    return list(version.guideline.versions.filter(status=Status.DRAFT).order_by("-number"))


def _in_force(version: GuidelineVersion) -> tuple[Duty, ...]:
    """Return the duties in force for a draft to be compared with; nothing for what is no draft."""
    if version.status != Status.DRAFT:
        return ()
    current = version.guideline.versions.filter(status=Status.IN_FORCE).first()
    return duties_of(current) if current else ()


def _change(duty: Duty, before: dict[str, Duty]) -> str:
    if duty.code not in before:
        return "new"
    return "" if before[duty.code] == duty else "changed"
