"""A table on its way in: its file, its columns, its rows held against what stands; and what a firm remembers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.common.columns import CodeField, NameField
from apps.tenancy.bases import OrganizationModel


class ImportState(models.TextChoices):
    MAPPING = "mapping", _("Columns are open")
    CHECKING = "checking", _("Being checked")
    CHECKED = "checked", _("Checked, not loaded")
    LOADING = "loading", _("Being loaded")
    LOADED = "loaded", _("Loaded")
    TAKEN_BACK = "taken_back", _("Undone")
    CANCELLED = "cancelled", _("Cancelled")


class RowState(models.TextChoices):
    NEW = "new", pgettext_lazy("row of a table", "New")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("Unchanged")
    MISSING = "missing", _("Not in the file")
    ERROR = "error", _("Error")
    HELD = "held", _("Held back")


class Import(OrganizationModel):
    """One file, and what became of it. Colleagues with the kind's act see it too, so that two do not load it twice."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = CodeField(max_length=40, blank=True)
    file_name = NameField(max_length=200)
    file_bytes = models.PositiveBigIntegerField()
    file_hash = CodeField(max_length=64, help_text="SHA-256: by it a file is known again")
    state = models.CharField(max_length=12, choices=ImportState, default=ImportState.MAPPING)
    tables = models.JSONField(default=list, help_text="what the reader found: sheet, rows, heads with examples, notes")
    table = models.PositiveSmallIntegerField(default=0, help_text="place of the chosen one among them")
    mapping = models.JSONField(default=dict, help_text="field → head; a constant stands under constants")
    constants = models.JSONField(default=dict)
    mended = models.JSONField(
        default=list, db_default=models.Value([], models.JSONField()), help_text="[sheet, row, column, text] of cells"
    )
    counts = models.JSONField(default=dict, help_text="state of rows → how many")
    is_confirmed = models.BooleanField(default=False, help_text="days far ahead, very high quantities and prices are meant")
    created_at = models.DateTimeField(auto_now_add=True)
    loaded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(F("organization"), F("id").desc(), name="import_list")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def place(self) -> str:
        """Where its bytes lie in the storage."""
        return f"imports/{self.pk}"


class ImportRow(OrganizationModel):
    """One row: what it says, what stood there, and what is wrong with it."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    place = models.PositiveIntegerField(help_text="its place among the rows of the import, from 0")
    number = models.PositiveIntegerField(help_text="as its sheet numbers it; 0 of what is not in the file")
    sheet = NameField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=RowState)
    is_chosen = models.BooleanField(default=True)
    group = models.PositiveIntegerField(help_text="place of the first row that is written in the same act")
    values = models.JSONField()
    before = models.JSONField(null=True, help_text="what stood under its key; null where nothing did")
    version = models.CharField(default="", blank=True, help_text="of what stands once it is loaded")
    faults = models.JSONField(default=list, help_text="field, column, value, rule, remedy of each")

    class Meta:
        constraints = [models.UniqueConstraint("of", "place", name="import_row_place")]
        indexes = [
            models.Index("of", "state", "place", name="import_row_state"),
            models.Index("of", "group", name="import_row_group"),
        ]

    def __str__(self) -> str:
        return f"{self.of_id}: {self.place}"


class ImportLayout(OrganizationModel):
    """How a firm meant the columns of such a file before."""

    kind = CodeField(max_length=40)
    signature = CodeField(max_length=64, help_text="SHA-256 of the heads")
    mapping = models.JSONField()
    constants = models.JSONField(default=dict)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint("organization", "kind", "signature", name="import_layout_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"


class ImportWord(OrganizationModel):
    """What a word of a file means to a firm: a unit, a part, a supplier, a site, a customer, or one value of a fixed list;
    said once."""

    class Of(models.TextChoices):
        UNIT = "unit", _("Unit")
        PART = "part", _("Part")
        PARTNER = "partner", _("Partner")
        SITE = "site", _("Site")
        CUSTOMER = "customer", _("Customer")

    of = CodeField(max_length=80, help_text="one of Of, or the list as “kind.field”: stock.status")
    word = NameField(max_length=200)
    means = NameField(
        max_length=200,
        help_text="code of the unit, site or partner, number of the part, name of the customer, value of the list",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("organization", "of", "word", name="import_word_once"),
            models.CheckConstraint(condition=~Q(means=""), name="import_word_means"),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.means}"
