"""Take a backup."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from socialdesk.backup import BackupError, back_up


class Command(BaseCommand):
    help = "Writes database and files into a new folder. Run by the owner, also while people work."

    def add_arguments(self, parser: CommandParser) -> None:
        """Read where to."""
        parser.add_argument("folder", nargs="?", help="a folder that is not there yet; else backups/<time> in the data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it and say what is in it."""
        given = options["folder"]
        folder = Path(given) if given else settings.DATA_DIR / "backups" / f"{timezone.localtime():%Y-%m-%dT%H%M%S}"
        try:
            contents = back_up(folder.resolve(), store=Path(settings.STORAGES["default"]["OPTIONS"]["location"]))
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{sum(contents.rows.values())} rows and all files are in {folder}.")
        self.stdout.write("Keep TOKEN_KEYS with it, and these lines outside the database:")
        for anchor in contents.anchors:
            self.stdout.write(anchor)
