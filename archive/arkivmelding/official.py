"""Validation against KS' own schemas, where an installation has them (`SOCIALDESK_ARKIVMELDING_XSD`).

The schemas are third-party files and do not travel with SocialDesk; `rules.py` holds what is checked always.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Protocol, cast

from lxml import etree

from archive.arkivmelding.order import BASE
from archive.problems import Problem

_FIRST = "no.ks.fiks.arkiv.v1.arkivering."
OPPRETT_XSD = f"{_FIRST}arkivmelding.opprett.xsd"
# By the root element of the message.
SCHEMAS = {
    "arkivmelding": OPPRETT_XSD,
    "arkivmeldingOppdatering": f"{_FIRST}arkivmelding.oppdater.xsd",
    "dokumentobjektOpprett": f"{_FIRST}dokumentobjekt.opprett.xsd",
    "nyAvskrivning": f"{_FIRST}avskrivning.opprett.xsd",
    "arkivmeldingKvittering": f"{_FIRST}arkivmelding.opprett.kvittering.xsd",
}
_VALIDATING = Lock()  # a compiled schema keeps the log of its latest run
_NAMESPACE = re.compile(r"\{" + re.escape(BASE) + r"[^}]*\}")


class _Entry(Protocol):
    """What lxml says about one fault; its stubs do not."""

    path: str | None
    message: str
    line: int


class SchemaMissingError(Exception):
    """The folder does not hold the official schemas."""


def validate_official(xml: bytes, schema_dir: Path | str) -> list[Problem]:
    """What KS' schema says about a message; an empty list means valid.

    `schema_dir` holds the files of `Schema/V1` from ks-no/fiks-arkiv-specification, unchanged. The schema is
    compiled once per process. Nothing is fetched from the network. Raises SchemaMissingError.
    """
    try:
        document = etree.fromstring(xml, _parser())
    except etree.XMLSyntaxError as error:
        return [_problem("arkivmelding.xml", str(error), error.lineno)]
    name = SCHEMAS.get(etree.QName(document).localname, OPPRETT_XSD)
    schema = _schema(str(Path(schema_dir).resolve()), name)
    with _VALIDATING:
        schema.validate(document)
        entries = list(cast("Iterable[_Entry]", schema.error_log))
    return [_problem(entry.path or "arkivmelding.xml", entry.message, entry.line) for entry in entries]


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


@lru_cache(maxsize=16)
def _schema(folder: str, name: str) -> etree.XMLSchema:
    path = Path(folder) / name
    if not path.is_file():
        raise SchemaMissingError(
            f"Fant ikke {name} i {folder}. Legg filene fra Schema/V1 i ks-no/fiks-arkiv-specification der, "
            "eller tøm innstillingen SOCIALDESK_ARKIVMELDING_XSD."
        )
    return etree.XMLSchema(etree.parse(str(path), _parser()))


def _problem(where: str, message: str, line: int | None) -> Problem:
    return Problem(
        where=where,
        what=f"Meldingen følger ikke skjemaet fra KS: {_NAMESPACE.sub('', message)}",
        remedy="Rett opplysningen i arkivsaken og lag pakken på nytt.",
        line=line,
    )
