"""One thing that is wrong, said so that an archivist knows what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`where` is an element path or a file name, `what` and `remedy` are Norwegian sentences for the screen.

    `may_confirm` is true when a person may look, decide that it is right as it is, and go on;
    otherwise it must be put right first. `line` is the line in the XML file, where one is known.
    """

    where: str
    what: str
    remedy: str
    may_confirm: bool = False
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.where} (linje {self.line})" if self.line else self.where
        return f"{place}: {self.what} {self.remedy}"
