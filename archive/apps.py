"""Case records, packages, receipts."""

from importlib import import_module

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "archive"

    def ready(self) -> None:
        """Begin to hear the log: models exist only once the apps are ready."""
        import_module("archive.ear")
