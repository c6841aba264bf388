"""Bring the database up to date: tables, cache table, rights. Run by the owner role; harmless twice."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Migrate, make the cache table and give the app role its rights."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("grant_app_role")
        self.stdout.write("The database is up to date.")
