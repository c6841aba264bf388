"""The project as an app: template tags, commands and checks."""

from django.apps import AppConfig


class SocialDeskConfig(AppConfig):
    name = "socialdesk"
