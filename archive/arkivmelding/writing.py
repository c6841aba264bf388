"""From dataclasses to bytes. The order of everything comes from `order.py`."""

from datetime import date, datetime
from typing import cast

from lxml import etree

from archive.arkivmelding.fields import Arkivmelding
from archive.arkivmelding.order import (
    CHILD_NAMESPACE,
    KATALOG,
    MELDING,
    SOCIALDESK,
    XSI,
    XSI_TYPE,
    Element,
    is_part,
    values_of,
)
from archive.arkivmelding.xml_text import xml_safe
from archive.oslo import in_oslo

# lxml's stubs do not know that None names the default namespace.
NAMESPACES = cast("dict[str, str]", {None: MELDING, "m": KATALOG, "sd": SOCIALDESK, "xsi": XSI})


def serialize(message: Arkivmelding) -> bytes:
    """The message as Fiks Arkiv V1 XML in UTF-8, indented, empty elements omitted. Same message, same bytes.

    Times are written on the Oslo clock with their offset. Raises NaiveTimeError for a time without a zone.
    """
    root = etree.Element(f"{{{MELDING}}}arkivmelding", nsmap=NAMESPACES)
    fill(root, message)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def as_text(value: object) -> str:
    """A single value in XML Schema's words: true/false, dates, times with offset, numbers, XML-safe text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return in_oslo(value).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    return xml_safe(str(value))


def fill(parent: etree._Element, part: object) -> None:
    """Add everything the part has to the element, in schema order."""
    namespace = CHILD_NAMESPACE.get(type(part), MELDING)
    for element, values in values_of(part):
        if element.name == "hendelser":
            _add_events(parent, values)
            continue
        for value in values:
            _add(parent, namespace, element, value)


def _add(parent: etree._Element, namespace: str, element: Element, value: object) -> None:
    tag = f"{{{namespace}}}{element.name}"
    if is_part(value):
        child = etree.SubElement(parent, tag)
        if type(value) in XSI_TYPE:
            child.set(f"{{{XSI}}}type", XSI_TYPE[type(value)])
        fill(child, value)
    else:
        etree.SubElement(parent, tag).text = as_text(value)


def _add_events(parent: etree._Element, events: tuple[object, ...]) -> None:
    """Events are short and many: one line each, with attributes."""
    if not events:
        return
    listing = etree.SubElement(parent, f"{{{SOCIALDESK}}}hendelser")
    for event in events:
        line = etree.SubElement(listing, f"{{{SOCIALDESK}}}hendelse")
        for element, values in values_of(event):
            for value in values:
                line.set(element.name, as_text(value))
