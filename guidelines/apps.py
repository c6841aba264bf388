"""What a council adopted: versions, duties, pure rules."""

from django.apps import AppConfig


class GuidelinesConfig(AppConfig):
    name = "guidelines"
