"""Reads lists of people to ask: addresses line by line, or a CSV file. Pure but for the words of its errors."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from guidelines.models import Audience

MAX_PEOPLE = 2000
MAX_BYTES = 1024 * 1024
# A spreadsheet would run what begins with one of these.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
WORDS = {
    **{value: value for value in Audience.values},
    "ansatt": "employees",
    "ansatte": "employees",
    "tilsett": "employees",
    "tilsette": "employees",
    "folkevalgt": "elected",
    "folkevalgte": "elected",
    "folkevald": "elected",
    "folkevalde": "elected",
    "gruppe": "group",
    "gruppen": "group",
    "gruppen som svarer": "group",
}


@dataclass(frozen=True)
class Person:
    """One person to ask."""

    name: str
    email: str
    audience: str


class PeopleListError(ValueError):
    """The list cannot be used; `problems` names each bad line by its number, in the person's language."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def from_lines(text: str, audience: str) -> list[Person]:
    """Return a person for each line that holds an address. PeopleListError names the bad lines."""
    rows = [("", line.strip(), audience) for line in text.splitlines()]
    return _people(enumerate(rows, 1))


def from_csv(data: bytes, audience: str) -> list[Person]:
    """Return the people of a CSV file: name, e-mail, group (may be left out: `audience`). Comma or semicolon, UTF-8.

    A first line without an address is a heading. PeopleListError names the bad lines.
    """
    if len(data) > MAX_BYTES:
        raise PeopleListError([_("CSV-filen er større enn 1 MB.")])
    try:
        text = data.decode("utf-8-sig")
        delimiter = ";" if text.partition("\n")[0].count(";") else ","
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise PeopleListError([_("CSV-filen kan ikke leses. Lagre den som CSV med UTF-8.")]) from error
    if rows and not any("@" in cell for cell in rows[0][1]):
        rows = rows[1:]
    return _people((number, _fields(row, audience)) for number, row in rows)


def _fields(row: list[str], audience: str) -> tuple[str, str, str]:
    name, email, group = (*row, "", "", "")[:3]
    return name, email, group.casefold() or audience


def _people(rows: Iterable[tuple[int, tuple[str, str, str]]]) -> list[Person]:
    people: dict[str, Person] = {}
    problems: list[str] = []
    for number, (name, email, group) in rows:
        if not (name or email):
            continue
        if problem := _problem(name, email, group):
            problems.append(_("Linje %(number)s: %(problem)s") % {"number": number, "problem": problem})
        else:
            people.setdefault(email.casefold(), Person(name, email.casefold(), WORDS[group]))
    if len(people) > MAX_PEOPLE:
        problems.append(_("Listen har mer enn 2000 personer. Del den."))
    if not (people or problems):
        problems.append(_("Listen er tom."))
    if problems:
        raise PeopleListError(problems)
    return list(people.values())


def _problem(name: str, email: str, group: str) -> str:
    if name.startswith(FORMULA) or email.startswith(FORMULA):
        return _("begynner med et tegn som regneark leser som en formel.")
    if len(name) > 150:
        return _("navnet er lengre enn 150 tegn.")
    try:
        validate_email(email)
    except ValidationError:
        return _("e-postadressen er ikke gyldig.")
    return "" if group in WORDS else _("gruppen er ukjent. Bruk ansatt, folkevalgt eller gruppen.")
