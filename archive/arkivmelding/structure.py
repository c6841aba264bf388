"""Cardinalities, choices and times of a message, checked against the tables in `order.py`."""

from collections.abc import Iterator
from datetime import datetime

from archive.arkivmelding.fields import (
    Arkivmelding,
    Arkivnotat,
    Journalpost,
)
from archive.arkivmelding.order import is_empty, is_part, values_of
from archive.oslo import is_aware
from archive.problems import Problem


def walk(part: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The part and every part inside it, with the path of each: `registrering/dokumentbeskrivelse[1]`."""
    yield path or "arkivmelding", part
    for element, values in values_of(part):
        for number, value in enumerate(values, start=1):
            if is_part(value):
                step = element.name if element.most == 1 else f"{element.name}[{number}]"
                yield from walk(value, f"{path}/{step}".lstrip("/"))


def structure_problems(message: Arkivmelding) -> Iterator[Problem]:
    """Missing and surplus elements, wrong choices, and times without a zone."""
    if message.mappe is None and message.registrering is None:
        yield Problem("arkivmelding", "Meldingen er tom.", "Legg til en mappe eller en registrering.")
    for path, part in walk(message):
        yield from _cardinality_problems(path, part)
        yield from _time_problems(path, part)
        yield from _choice_problems(path, part)
    yield from _placement_problems(message)


def _cardinality_problems(path: str, part: object) -> Iterator[Problem]:
    for element, values in values_of(part):
        where = f"{path}/{element.name}"
        if not values and (element.always or element.least):
            yield Problem(where, f"{element.name} mangler.", "Fyll ut feltet.")
        elif element.most is not None and len(values) > element.most:
            yield Problem(where, f"{element.name} står {len(values)} ganger.", f"Behold {element.most}.")


def _time_problems(path: str, part: object) -> Iterator[Problem]:
    for element, values in values_of(part):
        for value in values:
            if isinstance(value, datetime) and not is_aware(value):
                yield Problem(
                    f"{path}/{element.name}",
                    f"Tidspunktet {value.isoformat()} mangler tidssone.",
                    "Oppgi tidspunktet med tidssone.",
                )


def _choice_problems(path: str, part: object) -> Iterator[Problem]:
    for number, reference in enumerate(getattr(part, "kryssreferanse", ()), start=1):
        if sum(1 for _, values in values_of(reference) if values) != 1:
            where = f"{path}/kryssreferanse[{number}]"
            yield Problem(where, "Kryssreferansen peker ikke på nøyaktig én ting.", "Velg ett mål for referansen.")
    if isinstance(part, Journalpost | Arkivnotat) and part.referanse_forelder_mappe and part.arkivdel:
        yield Problem(path, "Journalposten har både mappe og arkivdel.", "Behold bare én av dem.")


def _placement_problems(message: Arkivmelding) -> Iterator[Problem]:
    entry, case = message.registrering, message.mappe
    if entry is None:
        return
    parent = entry.referanse_forelder_mappe
    if is_empty(parent) and entry.arkivdel is None:
        yield Problem(
            "registrering/referanseForelderMappe",
            "Journalposten hører ikke til noen mappe.",
            "Velg saken den hører til, eller en arkivdel.",
        )
    if case and parent and parent.referanse_ekstern_noekkel != case.referanse_ekstern_noekkel:
        yield Problem(
            "registrering/referanseForelderMappe",
            "Journalposten peker på en annen mappe enn den som følger med i meldingen.",
            "Bruk den samme nøkkelen begge steder.",
        )
