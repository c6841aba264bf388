"""Give the app role its rights: run by the owner after every migrate."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.roles import GrantError, grant_app_role


class Command(BaseCommand):
    help = "Gives the app role (DATABASE_APP_ROLE) its rights. Run by the owner after migrate; may be run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Give the rights, or say what is missing."""
        role = settings.DATABASE_APP_ROLE
        try:
            grant_app_role(role)
        except GrantError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"{role} may read and write, and in the log only read and add.")
