"""The log: append-only chained events, and the functions that change a status."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "audit"
