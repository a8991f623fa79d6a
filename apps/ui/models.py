"""What a reader keeps of a list: views of it, what came of acts on many rows, and files that a worker writes."""

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from apps.common.columns import CodeField, NameField
from apps.tenancy.access import Access, own, person, where
from apps.tenancy.bases import OrganizationModel

MINE = own() & person("owner")
MOST_QUERY = 2000


class SavedView(OrganizationModel):
    """An address of a list under a name: one person's, or shown to all colleagues."""

    access = Access(read=MINE | (own() & where(is_shared=True)), write=MINE, reason="one's own, or shared in the firm")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = CodeField(max_length=40)
    name = NameField(_("name"), max_length=60)
    query = CodeField(max_length=MOST_QUERY, blank=True)
    is_shared = models.BooleanField(_("shared with colleagues"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("owner", "organization", "listing", "name", name="saved_view_once")]
        indexes = [models.Index("organization", "listing", name="saved_view_of_list")]

    def __str__(self) -> str:
        return self.name


class BulkResult(OrganizationModel):
    """What came of one act on many rows: kept, so that nobody need remember which of fifty were refused."""

    access = Access(read=MINE, insert=MINE, reason="one's own; written once")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = CodeField(max_length=40)
    act = CodeField(max_length=40)
    is_whole = models.BooleanField(help_text="all or none")
    rows = models.JSONField(help_text="[id, label, what is wrong and what to do about it, or nothing, what is done] of each")
    query = CodeField(max_length=MOST_QUERY, blank=True, help_text="of the list from which it was done")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(F("owner"), F("organization"), F("id").desc(), name="bulk_result_list")]

    def __str__(self) -> str:
        return f"{self.act} {self.created_at}"


class ListFile(OrganizationModel):
    """A workbook that a worker writes, because it has too many rows to wait for."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        WRITING = "writing", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    access = Access(read=MINE, write=MINE, reason="one's own")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    listing = CodeField(max_length=40)
    query = CodeField(max_length=MOST_QUERY, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    row_count = models.PositiveIntegerField(default=0, help_text="written so far")
    file_name = CodeField(max_length=80)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(F("owner"), F("organization"), F("id").desc(), name="list_file_list")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def place(self) -> str:
        """Where its bytes lie in the storage."""
        return f"lists/{self.pk}.xlsx"
