"""Reads a council's guideline from `packs/*.toml`. Pure: a file in, plain values out."""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from guidelines.as_data import DutyDataError, duty_from_data
from guidelines.duties import Duty

PACKS = Path(__file__).resolve().parent / "packs"


class PackError(ValueError):
    """A pack is not there, or cannot be understood."""


@dataclass(frozen=True)
class Point:
    """One point of the guideline, with our short wording of it; the adopted words are not here."""

    code: str
    number: str
    title: str


@dataclass(frozen=True)
class Section:
    """A part of the guideline and those it speaks to."""

    code: str
    title: str
    audience: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Pack:
    """A guideline as data. The adoption fields are empty (None, "") where nobody has recorded the adoption."""

    name: str
    title: str
    adopted_by: str
    adopted_on: date | None
    case_number: str
    leader_title: str
    executive_title: str
    accounts_word: str
    sections: tuple[Section, ...]
    duties: tuple[Duty, ...]
    content_hash: str


def pack_names() -> list[str]:
    """Return the names of the packs that come with the program."""
    return sorted(path.stem for path in PACKS.glob("*.toml"))


def read_pack(name: str) -> Pack:
    """Return the pack called `name`, as "meraker"; PackError says what is wrong."""
    if not re.fullmatch(r"[a-z0-9-]+", name) or name not in pack_names():
        raise PackError(f"There is no pack {name!r}. Packs: {', '.join(pack_names())}.")
    return parse_pack(name, (PACKS / f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def parse_pack(name: str, text: str) -> Pack:
    """Return the pack written in `text` (TOML). Comments and layout do not change its content hash.

    The same text gives the same value again: reading the TOML takes longer than everything else in loading a pack.
    """
    try:
        data = tomllib.loads(text)
        adoption = data["adoption"]
        return Pack(
            name=name,
            title=data["title"],
            adopted_by=adoption.get("by", ""),
            adopted_on=adoption.get("on"),
            case_number=adoption.get("case_number", ""),
            leader_title=data["leader_title"],
            executive_title=data["executive_title"],
            accounts_word=data["accounts_word"],
            sections=tuple(section_from_data(one) for one in data["sections"]),
            duties=tuple(duty_from_data(one) for one in data["duties"]),
            content_hash=_hash_of(data),
        )
    except KeyError as error:
        raise PackError(f"The pack {name} lacks {error}.") from error
    except (tomllib.TOMLDecodeError, DutyDataError) as error:
        raise PackError(f"The pack {name} cannot be read: {error}") from error


def section_from_data(data: Mapping[str, Any]) -> Section:
    """Return a section from plain values; KeyError when one is missing."""
    points = tuple(Point(code=one["code"], number=one["number"], title=one["title"]) for one in data["points"])
    return Section(code=data["code"], title=data["title"], audience=data["audience"], points=points)


def _hash_of(data: Mapping[str, Any]) -> str:
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, default=str, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
