"""Is the log as it was written?"""

import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from audit import log
from audit.verification import Anchor


def anchor_line(line: str) -> Anchor:
    """Read one anchor from the command line."""
    try:
        return Anchor.parse(line)
    except ValueError as error:
        raise ArgumentTypeError(f"{line} is not municipality:number:hash") from error


class Command(BaseCommand):
    help = (
        "Verifies the log and names the first broken row of each municipality; the exit code is 1 when one is broken."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read which municipality, and anchors kept elsewhere."""
        parser.add_argument("--municipality", type=int, help="only this one, by id; 0 is the installation")
        parser.add_argument(
            "--anchor",
            type=anchor_line,
            action="append",
            default=[],
            metavar="MUNICIPALITY:NUMBER:HASH",
            help="an anchor kept outside the database; may be given many times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line for each municipality."""
        only, anchors = options["municipality"], options["anchor"]
        towns = {*log.municipalities(), *(anchor.municipality_id for anchor in anchors)} if only is None else {only}
        if not towns:
            self.stdout.write("The log is empty.")
        broken = [town for town in sorted(towns) if not self._is_whole(town, anchors)]
        if broken:
            sys.exit(1)

    def _is_whole(self, municipality_id: int, anchors: list[Anchor]) -> bool:
        found = log.verify(municipality_id, anchors=anchors)
        state = (
            f"whole, {found.events} events, the last is number {found.head_number}"
            if found.ok
            else f"BROKEN. {found.problem}"
        )
        self.stdout.write(f"Municipality {municipality_id}: {state}")
        return found.ok
