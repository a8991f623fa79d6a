"""What lets the first firm of an installation in."""

from django.db import models

from apps.tenancy.access import Access, nobody
from apps.tenancy.scope import ScopedManager


class FirstCode(models.Model):
    """The one-time code of an empty installation; only its hash is kept, and nothing once the first firm is in."""

    access = Access(read=nobody(), reason="the operator's, before any firm is here; read by the system's role alone")

    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the code")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = ScopedManager()

    def __str__(self) -> str:
        return f"code of {self.made_at}"
