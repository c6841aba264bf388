"""How many comments stand where, kept by the database itself."""

from django.db import models


class Tally(models.Model):
    """A change of a count, appended by the triggers on comments; what holds is the sum of all rows of a name.

    `name` is a comment's status, or `mine:<membership id>` for the open ones a member is responsible for. Rows are only
    ever added by the triggers, so two people who sort at once never wait for each other; `inbox.tally.fold` makes
    many rows one.
    """

    municipality = models.ForeignKey("team.Municipality", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    amount = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["municipality"], include=["name", "amount"], name="tally_of_municipality")]

    def __str__(self) -> str:
        return f"{self.name} {self.amount:+d}"
