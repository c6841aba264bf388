"""A choice in the queue that somebody wants to come back to."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from team.models import Membership, Municipality

LONGEST_NAME = 40


class SavedView(models.Model):
    """A tab and what is chosen of it, under a name: the owner's own, or for everybody who answers.

    `query` is `inbox.queue_choice.Choice.query`, and is read back through `Choice.read`.
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="saved_views")
    name = models.CharField(_("navn"), max_length=LONGEST_NAME)
    tab = models.CharField(max_length=20)
    query = models.CharField(max_length=300)
    is_shared = models.BooleanField(_("for alle som svarer"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_name_once")]
        indexes = [
            models.Index(fields=["municipality"], condition=models.Q(is_shared=True), name="saved_view_shared"),
        ]

    def __str__(self) -> str:
        return self.name
