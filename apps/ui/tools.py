"""What the tools of a list show: its filters, how it is displayed, where its files are."""

from typing import TYPE_CHECKING, Any

from django.forms import ChoiceField, ModelChoiceField
from django.utils.translation import gettext as _

from .columns import Column

if TYPE_CHECKING:
    from .listing import Listing


class Tools:
    """Of one list, as it is asked for."""

    def __init__(self, of: "Listing") -> None:
        self.of = of
        self.filter_names = tuple(of.filters.base_filters) if of.filters else ()

    def filter_form(self) -> Any:
        assert self.of.filters is not None
        form = self.of.filters(self.of.asked, self.of.rows(), listing=self.of).form
        form.auto_id = f"{self.of.name}-%s"  # a page has other forms, and other lists, with fields of the same names
        for field in form.fields.values():
            if isinstance(field, ModelChoiceField):
                field.empty_label = _("All")
            elif isinstance(field, ChoiceField) and not field.required:
                words: Any = field.choices
                field.choices = [("", _("All")), *(choice for choice in words if choice[0] not in ("", None))]
        return form

    def _hidden(self, *without: str) -> list[tuple[str, str]]:
        """What a form sends along, so that it stays as it is."""
        kept = {name: values for name, values in self.of.kept().items() if name not in without}
        return [(name, value) for name, values in kept.items() for value in values if value]

    @property
    def beside_filters(self) -> list[tuple[str, str]]:
        return self._hidden(*self.filter_names)

    @property
    def beside_display(self) -> list[tuple[str, str]]:
        return self._hidden("sort", "column")

    @property
    def without_filters(self) -> str:
        return self.of.address(**dict.fromkeys(self.filter_names))

    @property
    def as_usual(self) -> str:
        return self.of.address(sort=None, column=None)

    @property
    def file_address(self) -> str:
        return f"{self.of.path}{self.of.address()}"

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Columns that hold something, and whether each is shown."""
        return [(column, column in self.of.shown_columns) for column in self.of.all_columns.values() if column.values]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(value, words, whether now) of each order that the list can stand in."""
        now, falls = self.of.sort
        return [
            (f"{sign}{column.name}", f"{column.label} {arrow}", column is now and bool(sign) == falls)
            for column in self.of.all_columns.values()
            if column.sort
            for sign, arrow in (("", "↑"), ("-", "↓"))
        ]

    def heads(self) -> list[dict[str, Any]]:
        """The table's head: a column that can be sorted by leads to that, and back."""
        now, is_falling = self.of.sort
        found = []
        for column in self.of.shown_columns:
            head: dict[str, Any] = {"column": column, "to": "", "order": ""}
            if column.sort:
                is_now = column is now
                head["order"] = ("descending" if is_falling else "ascending") if is_now else ""
                head["to"] = self.of.address(sort=column.name if is_now and is_falling else f"-{column.name}")
            found.append(head)
        return found

    def chips(self) -> list[tuple[Any, str, str]]:
        """(filter, value in words, address without it)."""
        told = self.of.narrowed.told() if self.of.narrowed else ()
        return [(label, words, self.of.address(**{name: None})) for name, label, words in told]
