"""Put a backup back."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from socialdesk.backup import BackupError, restore


class Command(BaseCommand):
    help = "Puts a backup in the place of the database and the files, and checks it. Run by the owner, alone."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Read from where, and whether data may go."""
        parser.add_argument("folder", help="a folder that `backup` wrote")
        parser.add_argument(
            "--over-data", action="store_true", help="also over a database that holds data: it is gone then"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, check, and say what came back."""
        store = Path(settings.STORAGES["default"]["OPTIONS"]["location"])
        try:
            contents = restore(Path(options["folder"]).resolve(), store=store, over_data=options["over_data"])
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"The backup of {contents.taken_at} is back: {sum(contents.rows.values())} rows as they were,"
            f" {len(contents.anchors)} logs whole. Run prepare_database if SocialDesk is newer than the backup."
        )
