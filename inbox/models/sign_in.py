"""A person's way to a platform and back, and our app at servers where we register it ourselves."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from inbox.models.channel import Channel
from inbox.models.fields import EncryptedTextField
from team.models import Membership, Municipality

LASTS = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=1)


class SignIn(models.Model):
    """One sign-in at a platform by one member. Its state is good once, for ten minutes, for that member only."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=20, choices=Channel.Platform)
    # The channel that is connected anew; None for a new one, which gets this name.
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=100, blank=True)
    base_url = models.URLField()
    # Asks for the right to upload as well, where that is one of its own (inbox.rights.FOR_PICTURES).
    with_pictures = models.BooleanField(default=False)
    state = models.CharField(max_length=64, unique=True)
    verifier = EncryptedTextField()
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)
    # What the platform gave, until the person has chosen: accounts with their tokens (inbox.channels.oauth.as_text).
    found = EncryptedTextField(blank=True)

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @classmethod
    def forget_old(cls) -> None:
        """Remove the sign-ins nobody can take up again, with whatever they hold."""
        cls.objects.filter(created_at__lt=timezone.now() - FORGOTTEN_AFTER).delete()

    @property
    def ends_at(self) -> datetime:
        """When it is too late to come back, and then to choose."""
        return (self.used_at or self.created_at) + LASTS

    @property
    def is_over(self) -> bool:
        return self.ends_at <= timezone.now()


class ServerApp(models.Model):
    """Our app at one Mastodon server. The installation's, not a municipality's: it says who we are, not for whom."""

    base_url = models.URLField()
    redirect_uri = models.URLField()
    client_id = models.CharField(max_length=500)
    client_secret = EncryptedTextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["base_url", "redirect_uri"], name="server_app_once")]

    def __str__(self) -> str:
        return self.base_url
