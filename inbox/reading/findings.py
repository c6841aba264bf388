"""What the detectors hand over. A finding points into the text and never copies it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

VERSION = 1  # of the detectors: raise it when a rule or a list changes what is found


def gettext_noop(message: str) -> str:
    """Mark a text for the message catalogue; this room must not know Django."""
    return message


class Kind(StrEnum):
    """What a finding may be."""

    NATIONAL_ID = "national_id"
    ACCOUNT = "bank_account"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "street_address"
    NAME = "person_name"
    BIRTH_DATE = "birth_date"
    HEALTH = "health"
    ABUSE = "abuse"
    THREAT = "threat"
    POLITICAL = "political"
    URGENT = "urgent"
    CASE = "case"


PERSONAL = frozenset({Kind.NATIONAL_ID, Kind.ACCOUNT, Kind.PHONE, Kind.EMAIL, Kind.ADDRESS, Kind.NAME, Kind.BIRTH_DATE})


class Strength(StrEnum):
    """FIRM is proposed on the row; SOFT is only marked in the text."""

    FIRM = "firm"
    SOFT = "soft"


@dataclass(frozen=True, order=True)
class Finding:
    """Something a rule saw between two positions of the text (Python characters). `reason` is a bokmål message id."""

    start: int
    end: int
    kind: Kind
    rule: str
    reason: str
    strength: Strength = Strength.FIRM


EVERYBODYS = frozenset(
    {
        "gmail.com",
        "hotmail.com",
        "hotmail.no",
        "outlook.com",
        "online.no",
        "live.no",
        "live.com",
        "icloud.com",
        "yahoo.no",
    }
    | {"yahoo.com", "me.com", "proton.me", "msn.com", "getmail.no", "frisurf.no", "broadpark.no"}
)


@dataclass(frozen=True)
class Context:
    """What is the municipality's own and so never personal data: numbers and addresses as they are written, and names.

    `political_words` are the municipality's own bodies, beside the list.
    """

    own_contacts: frozenset[str] = frozenset()
    own_names: frozenset[str] = frozenset()
    political_words: frozenset[str] = frozenset()

    @property
    def contact_keys(self) -> frozenset[str]:
        """The contacts in the shape they are compared in."""
        return frozenset(contact_key(one) for one in self.own_contacts if one)

    @property
    def own_domains(self) -> frozenset[str]:
        """The domains that the municipality's own e-mail addresses stand on; never one that everybody uses."""
        return frozenset(one.rpartition("@")[2].casefold() for one in self.own_contacts if "@" in one) - EVERYBODYS


def contact_key(contact: str) -> str:
    """Return an e-mail address in small letters, or a number as its last digits without the country's code."""
    if "@" in contact:
        return contact.casefold().strip()
    digits = "".join(char for char in contact if char.isdigit())
    return digits[-8:] if len(digits) in {10, 12} and digits.removeprefix("00").startswith("47") else digits


@dataclass(frozen=True)
class Findings:
    """Everything seen in one text. An empty one means that no rule spoke, never that the text is harmless."""

    items: tuple[Finding, ...] = ()
    language: str = ""
    complete: bool = True
    failed: tuple[str, ...] = field(default=())

    def of(self, *kinds: Kind) -> tuple[Finding, ...]:
        """Return the findings of these kinds, in the order of the text."""
        return tuple(one for one in self.items if one.kind in kinds)

    @property
    def hints(self) -> list[str]:
        """The flags to propose on a row, most pressing first: values of `guidelines.vocabulary.Flag`."""
        return hints_of(self.items)


_FLAGS = (
    ("urgent", frozenset({Kind.URGENT})),
    ("threat", frozenset({Kind.THREAT})),
    ("personal_data", PERSONAL),
    ("health_data", frozenset({Kind.HEALTH})),
    ("political", frozenset({Kind.POLITICAL})),
    ("about_person", frozenset({Kind.ABUSE})),
)


def hints_of(items: Iterable[Finding]) -> list[str]:
    """Return the flags that firm findings propose."""
    firm = [one for one in items if one.strength is Strength.FIRM]
    hints = [flag for flag, kinds in _FLAGS if any(one.kind in kinds for one in firm)]
    rules = {one.rule for one in firm if one.kind is Kind.CASE}
    return hints + [flag for flag in ("access_request", "complaint") if flag in rules]
