"""Bytes we keep, found by what they are."""

from django.db import models


class StoredFile(models.Model):
    """Bytes in the store. The name in the store is the hash, so the same bytes are kept once per municipality.

    The municipality is a plain number: this room knows no other.
    """

    municipality_id = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality_id", "sha256"], name="stored_file_once")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size} byte)"
