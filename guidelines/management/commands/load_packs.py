"""Bring the councils' guidelines into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from guidelines.actions import UnsoundRulesError, load_pack
from guidelines.pack import PackError, pack_names
from team.models import Municipality


class Command(BaseCommand):
    help = (
        "Load the packs into the municipalities with the same slug, or one pack into one municipality. "
        "Harmless to run again: a new version is made only when a pack has changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--municipality", metavar="SLUG", help="only this municipality")
        parser.add_argument(
            "--pack", metavar="NAME", help="the pack to load; otherwise the one named as the municipality"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if options["pack"] and not options["municipality"]:
            raise CommandError("Say which municipality the pack is for: --municipality SLUG.")
        for municipality in self._municipalities(options["municipality"]):
            self._load(municipality, options["pack"] or municipality.slug)

    def _municipalities(self, slug: str | None) -> list[Municipality]:
        wanted = [slug] if slug else pack_names()
        found = list(Municipality.objects.filter(slug__in=wanted))
        if not found:
            raise CommandError(f"There is no municipality with the slug {' or '.join(wanted)}.")
        return found

    def _load(self, municipality: Municipality, name: str) -> None:
        try:
            version = load_pack(municipality, name)
        except (PackError, UnsoundRulesError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{municipality}: version {version.number}, {version.get_status_display()}")
