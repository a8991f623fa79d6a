"""Lists whose rows are few or computed: all of them are at hand, and are sorted and narrowed here, not in the database."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy

from apps.common import keyset
from apps.common.typed import whole
from apps.tenancy.models import Organization

from .bulk import MOST_TOGETHER
from .columns import Column, Read, reader
from .filters import CharFilter, Filters
from .listing import Listing, Words


class TableFilters(Filters):
    """Of a short table: a text that stands anywhere in a row."""

    words = CharFilter(label=gettext_lazy("Contains"), max_length=80)


class TableListing(Listing):
    """What `last` names of a row orders those that are equal otherwise.

    Attributes:
        by: name of a filter → what of a row must be equal to its value.
    """

    page_size = 100
    filters: ClassVar[type[Filters] | None] = TableFilters
    by: ClassVar[Mapping[str, Read]] = {}

    def items(self) -> Iterable[Any]:
        """All rows of the view."""
        raise NotImplementedError

    def keeps(self, row: Any, asked: Mapping[str, Any]) -> bool:
        """Whether a row matches the filters that are set, by their names."""
        found = all(str(reader(read)(row)) == str(asked[name]) for name, read in self.by.items() if name in asked)
        words = asked.get("words", "").casefold()
        return found and (not words or any(words in text.casefold() for text in self._texts(row)))

    def _texts(self, row: Any) -> Iterator[str]:
        values = (value for column in self.all_columns.values() for value in column.values if value.kind == "text")
        return (str(value.read(row) or "") for value in values)

    def sort_value(self, column: Column) -> Callable[[Any], Any]:
        """What of a row it is sorted by: what the column names."""
        return reader(column.sort)

    def together(self) -> Any:
        """The row below all others that holds what they make together; None where nothing does."""
        return None

    def rows(self) -> QuerySet[Any]:
        # The filters' form asks for a queryset; nothing is read of it.
        return Organization.objects.none()

    @cached_property
    def found(self) -> Any:
        rows = list(self.items())
        if self.narrowed:
            asked = {name: value for name, value in self.narrowed.form.cleaned_data.items() if value not in (None, "")}
            rows = [row for row in rows if self.keeps(row, asked)]
        column, is_falling = self.sort
        value, last = self.sort_value(column), reader(self.last)
        filled = sorted((row for row in rows if value(row) is not None), key=last)
        filled.sort(key=value, reverse=is_falling)
        return filled + sorted((row for row in rows if value(row) is None), key=last)

    @cached_property
    def page(self) -> keyset.Page:
        """By their place: the rows are made anew for every page."""
        start = whole(self.asked.get("cursor", "")) or 0
        end = start + self.page_size
        earlier = str(max(start - self.page_size, 0)) if start else None
        return keyset.Page(self.found[start:end], earlier, str(end) if end < len(self.found) else None)

    def chunks(self, size: int = 500) -> Iterator[list[Any]]:
        """As below the page, so at the end of the file: what the rows make together."""
        for start in range(0, len(self.found), size):
            yield self.prepare(self.found[start : start + size])
        if (together := self._together) is not None:
            yield [together]

    def matching(self) -> list[Any]:
        return self.prepare(self.found[: MOST_TOGETHER + 1])

    @cached_property
    def _together(self) -> Any:
        return self.together() if len(self.found) > 1 else None

    def sums(self) -> list[tuple[Words, str]]:
        return []

    @property
    def is_summed(self) -> bool:
        return False

    def foot(self) -> SafeString:
        if self._together is None:
            return mark_safe("")
        cells = mark_safe("".join([column.html(self._together) for column in self.shown_columns]))
        return format_html("<tfoot><tr>{}</tr></tfoot>", cells)


class ViewedTable(TableListing):
    """Rows that are read once for all views: a view holds those that stand in it, and its count is how many they are.

    Attributes:
        in_view: name of a view → whether a row stands in it.
    """

    in_view: ClassVar[Mapping[str, Callable[[Any], bool]]]

    def every(self) -> list[Any]:
        """The rows of all views."""
        raise NotImplementedError

    @cached_property
    def known(self) -> list[Any]:
        return self.every()

    def of_view(self, view: str) -> list[Any]:
        return [row for row in self.known if self.in_view[view](row)]

    def items(self) -> Iterable[Any]:
        return self.of_view(self.view)

    def counts(self) -> Mapping[str, int]:
        return {name: len(self.of_view(name)) for name, _words in self.views()}
