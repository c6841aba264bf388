"""What calls have cost today, of a budget that all channels of the installation share."""

from django.db import models


class QuotaDay(models.Model):
    """Units spent by one project on one of the platform's days (YouTube: the date in California)."""

    project = models.CharField(max_length=40)
    day = models.DateField()
    spent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "day"], name="quota_day_once")]

    def __str__(self) -> str:
        return f"{self.project} {self.day}: {self.spent}"
