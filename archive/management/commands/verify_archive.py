"""Looks through everything that was handed over to an archive."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from archive.verifying import problems_of
from team.models import Municipality


class Command(BaseCommand):
    help = (
        "Hash all stored packages again, read their messages again, and check the chain from each package to the log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--municipality", help="slug of the only municipality to look at")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = Municipality.objects.order_by("pk")
        if options["municipality"]:
            chosen = chosen.filter(slug=options["municipality"])
        if not chosen:
            raise CommandError("There is no such municipality.")
        wrong = 0
        for municipality in chosen:
            problems = list(problems_of(municipality))
            for problem in problems:
                self.stderr.write(f"{municipality}: {problem}")
            wrong += len(problems)
            self.stdout.write(f"{municipality}: {len(problems) or 'ingen'} feil")
        if wrong:
            raise CommandError(f"{wrong} feil i det som er overlevert.")
