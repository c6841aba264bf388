"""Duties to and from plain data: the same form in a pack's TOML and in the database's columns."""

from collections.abc import Iterable, Mapping
from typing import Any

from guidelines.duties import Check, Duty, DutyKind, EnquiryChoice, Flag, Sorting, Stage, When

FIELDS = (
    "code",
    "clause",
    "point",
    "kind",
    "stage",
    "title",
    "when",
    "wording",
    "short_wording",
    "recognised_by",
    "alternatives",
    "alternative_wording",
    "draft_check",
    "same_day",
)
WHEN_FIELDS = frozenset({"sortings", "flags", "without_flags", "addressed_to_us", "documentation_value"})


class DutyDataError(ValueError):
    """A duty written as data has a field or a word that does not exist, or lacks one that must be there."""


def duty_from_data(data: Mapping[str, Any]) -> Duty:
    """Return the duty that `data` describes; DutyDataError names the row and what is wrong with it."""
    code = str(data.get("code", "?"))
    if unknown := set(data) - set(FIELDS):
        raise DutyDataError(f"{code}: unknown field {', '.join(sorted(unknown))}.")
    try:
        return Duty(
            code=data["code"],
            clause=data.get("clause", ""),
            point=data["point"],
            kind=DutyKind(data["kind"]),
            stage=Stage(data["stage"]),
            title=data["title"],
            when=tuple(_when(one) for one in data["when"]),
            wording=_texts(data.get("wording", {})),
            short_wording=_texts(data.get("short_wording", {})),
            recognised_by=_texts(data.get("recognised_by", {})),
            alternatives=frozenset(EnquiryChoice(one) for one in data.get("alternatives", ())),
            alternative_wording=_texts(data.get("alternative_wording", {})),
            draft_check=Check(data["draft_check"]) if data.get("draft_check") else None,
            same_day=bool(data.get("same_day", False)),
        )
    except KeyError as error:
        raise DutyDataError(f"{code}: the field {error} is missing.") from error
    except (TypeError, ValueError) as error:
        raise DutyDataError(f"{code}: {error}.") from error


def duty_to_data(duty: Duty) -> dict[str, Any]:
    """Return the duty as plain JSON values; `duty_from_data` gives the same duty back."""
    return {
        "code": duty.code,
        "clause": duty.clause,
        "point": duty.point,
        "kind": str(duty.kind),
        "stage": str(duty.stage),
        "title": duty.title,
        "when": [_when_to_data(one) for one in duty.when],
        "wording": _lists(duty.wording),
        "short_wording": _lists(duty.short_wording),
        "recognised_by": _lists(duty.recognised_by),
        "alternatives": _sorted(duty.alternatives),
        "alternative_wording": _lists(duty.alternative_wording),
        "draft_check": str(duty.draft_check or ""),
        "same_day": duty.same_day,
    }


def _when(data: Mapping[str, Any]) -> When:
    if unknown := set(data) - WHEN_FIELDS:
        raise ValueError(f"unknown condition {', '.join(sorted(unknown))}")
    return When(
        sortings=frozenset(Sorting(one) for one in data.get("sortings", ())),
        flags=frozenset(Flag(one) for one in data.get("flags", ())),
        without_flags=frozenset(Flag(one) for one in data.get("without_flags", ())),
        addressed_to_us=data.get("addressed_to_us"),
        documentation_value=data.get("documentation_value"),
    )


def _when_to_data(when: When) -> dict[str, Any]:
    data: dict[str, Any] = {
        "sortings": _sorted(when.sortings),
        "flags": _sorted(when.flags),
        "without_flags": _sorted(when.without_flags),
        "addressed_to_us": when.addressed_to_us,
        "documentation_value": when.documentation_value,
    }
    return {name: value for name, value in data.items() if value not in (None, [])}


def _sorted(words: Iterable[str]) -> list[str]:
    return sorted(str(word) for word in words)


def _texts(data: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    if loose := [language for language, texts in data.items() if isinstance(texts, str)]:
        raise ValueError(f"the texts for {', '.join(loose)} must be a list")
    return {language: tuple(texts) for language, texts in data.items()}


def _lists(texts: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {language: list(variants) for language, variants in texts.items()}
