"""Mail as an outbox."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"
