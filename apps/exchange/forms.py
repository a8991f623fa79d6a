from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from federated.sheets.read import ENDINGS

# What the frameworks say of a file, each in words of its own: the remedy is one.
FILE_WORDS = ("required", "invalid", "missing", "empty", "max_length", "contradiction", "no_name")

# Characters: some twenty thousand rows; more comes as a file. The settings let through what they are in bytes and more
# (DATA_UPLOAD_MAX_MEMORY_SIZE), so that it is told in words. The field has no maxlength: a browser would cut the table.
PASTED = 2_000_000


class FileForm(forms.Form):
    """A table from outside: a file, or what is copied from a spreadsheet and pasted."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("XLSX, XLS, ODS, CSV or text, as it is: titles above, totals below and two head rows do no harm."),
        error_messages=dict.fromkeys(FILE_WORDS, _("Choose the file that holds the table.")),
        required=False,
        allow_empty_file=True,  # told by the reader, with the remedy
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(ENDINGS)}),
    )
    pasted = forms.CharField(
        label=_("or paste the table, copied from a spreadsheet with its heads"),
        required=False,
        strip=False,
        validators=[MaxLengthValidator(PASTED, _("Up to %(limit_value)s characters are pasted; bring more as a file."))],
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(label=_("What its rows are"), required=False)

    def __init__(self, *args: Any, kinds: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("Found from its columns")), *kinds]  # type: ignore[attr-defined]

    def clean(self) -> Any:
        found = super().clean() or {}
        if "file" in found and "pasted" in found and bool(found["file"] is not None) is bool(found["pasted"].strip()):
            self.add_error("file", _("Choose a file or paste a table, one of the two."))
        return found
