"""Who we are: people, municipalities, roles, units."""

from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "team"
