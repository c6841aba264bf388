"""Let today's detectors read what was stored before them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inbox import readings
from team.models import Municipality

BATCH = 500


class Command(BaseCommand):
    help = (
        "Read stored comments that today's detectors have not read, in batches of their own transaction. "
        "Changes proposals only, never what a person decided. May be stopped and run again: it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", metavar="SLUG", help="only this municipality")
        parser.add_argument("--batch", type=int, default=BATCH, help=f"comments in one transaction (default {BATCH})")
        parser.add_argument(
            "--all",
            action="store_true",
            help="also what they have read: after a change of the municipality's own words",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["batch"] <= 5_000:
            raise CommandError("--batch is between 1 and 5000.")
        for municipality in self._municipalities(options["municipality"]):
            if options["all"]:
                readings.forget_readings(municipality)
            self._read(municipality, options["batch"])

    def _municipalities(self, slug: str | None) -> list[Municipality]:
        found = list(Municipality.objects.filter(slug=slug) if slug else Municipality.objects.all())
        if slug and not found:
            raise CommandError(f"There is no municipality with the slug {slug}.")
        return found

    def _read(self, municipality: Municipality, batch: int) -> None:
        left = readings.unread(municipality).count()
        done, after = 0, 0
        while (last := readings.read_some_again(municipality, after=after, most=batch)) is not None:
            after, done = last, min(done + batch, left)
            self.stdout.write(f"{municipality.slug}: {done} of {left} read")
        self.stdout.write(f"{municipality.slug}: nothing left to read")
