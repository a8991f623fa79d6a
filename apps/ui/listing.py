"""A list of one kind of thing: what it may be asked for in its address, and the page of rows that answers.

A room says what its rows and columns are; sort, filters, columns, pages both ways, sums and files follow. All that a
reader chose stands in the address, so that it can be kept, sent and gone back to.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.common import keyset
from apps.common.errors import InvalidParameter
from apps.common.typed import shown
from apps.tenancy.scope import require_scope

from .bulk import MOST_TOGETHER, BulkAct, Together
from .columns import Column
from .exceptions import AddressTooLong
from .filters import Filters
from .models import MOST_QUERY
from .rows import row_html
from .sums import sums
from .tools import Tools

Words = str | Promise


class Listing:
    """
    Attributes:
        name: of the list: in the names of its files and of saved views.
        url_name: of its page.
        live: kind of thing whose signals renew the list and its rows; "" where none does.
        renewal: the event that renews the list, where it is not that of `live`.
        kinds: things whose signals renew a computed list, parted by blanks; it has no rows of its own to fetch.
        act: what the reader's role must include.
        default_sort: name of a column, with "-" for falling.
        last: the field that makes an order unique.
        default_view: of the tabs, where the address names none.
        filters: what the list may be narrowed by.
        has_buttons: rows have buttons of their own (`button`).
    """

    name: ClassVar[str]
    url_name: ClassVar[str]
    title: ClassVar[Words]
    act: ClassVar[str]
    live: ClassVar[str] = ""
    renewal: ClassVar[str] = ""
    kinds: ClassVar[str] = ""
    default_sort: ClassVar[str]
    last: ClassVar[str] = "id"
    default_view: ClassVar[str] = ""
    page_size: ClassVar[int] = 25
    filters: ClassVar[type[Filters] | None] = None
    empty: ClassVar[Words]
    has_buttons: ClassVar[bool] = False

    def __init__(self, asked: QueryDict | Mapping[str, str]) -> None:
        """Read when it is needed: `InvalidParameter` where the list has no such sort, column or filter."""
        self.asked = asked if isinstance(asked, QueryDict) else QueryDict(urlencode(asked))
        self.reason = ""  # chosen with the question of an act that asks for one
        self.read: dict[int, int] = {}  # of chosen rows: what the page showed of each (`state_read`)

    # What a room says.

    def columns(self) -> Sequence[Column]:
        raise NotImplementedError

    def views(self) -> Sequence[tuple[str, Words]]:
        """The tabs of the list: what `view` in its address may be, with words."""
        return ()

    def counts(self) -> Mapping[str, int]:
        """How many rows the views hold; asked for once, with the page."""
        return {}

    def rows(self) -> QuerySet[Any]:
        """All rows of the view, in no order."""
        raise NotImplementedError

    def all_rows(self) -> QuerySet[Any]:
        """The rows of every view: where rows are named by their ids."""
        return self.rows()

    def named(self, ids: Sequence[int]) -> list[Any]:
        """The rows with some keys, prepared, whichever view they stood in."""
        return self.prepare(list(self.all_rows().filter(pk__in=ids)))

    def prepare(self, found: list[Any]) -> list[Any]:
        """What the cells read of: the rows of one page with all that belongs to them, in a constant number of statements."""
        return found

    def key(self, row: Any) -> int:
        return row["id"] if isinstance(row, dict) else row.pk

    def state_read(self, row: Any) -> int:
        """Tells what of the row a page showed from what may have replaced it since; 0 where acts need not know."""
        return 0

    def bulk(self) -> Sequence[BulkAct | Together]:
        """What may be done with many rows at once; of these the reader's role decides."""
        return ()

    def page_url(self, pk: int) -> str:
        """The page of one row; "" where it has none."""
        return ""

    def row_url(self, row: Any) -> str:
        """Where one row is fetched again after a signal; "" where it is not."""
        return ""

    def lead(self) -> Words:
        """One sentence below the title."""
        return ""

    def sides(self) -> Sequence[tuple[str, Words, bool]]:
        """(value of `side`, word, whether now): where the firm both buys and supplies."""
        return ()

    def fixed(self) -> Mapping[str, str]:
        """What of the address belongs to the list itself, as the side."""
        return {}

    def label(self, row: Any) -> str:
        """How people call a row: what its first column says."""
        return str(next(iter(self.all_columns.values())).values[0].read(row))

    def state(self, row: Any) -> str:
        """The words of a row's states, where it has a column of that name."""
        column = self.all_columns.get("status") or self.all_columns.get("state")
        return str(column.values[0].read(row)) if column else ""

    # What the address says.

    @cached_property
    def path(self) -> str:
        return reverse(self.url_name)

    @cached_property
    def view(self) -> str:
        """Which tab is asked for; an unknown one is the usual one, so that old addresses lead somewhere."""
        wanted = self.asked.get("view", "")
        return wanted if wanted in dict(self.views()) else self.usual_view

    @property
    def usual_view(self) -> str:
        return self.default_view

    @cached_property
    def all_columns(self) -> Mapping[str, Column]:
        return {column.name: column for column in self.columns()}

    @cached_property
    def shown_columns(self) -> list[Column]:
        wanted = self.asked.getlist("column")
        if not wanted:
            return [column for column in self.all_columns.values() if column.is_shown]
        for name in wanted:
            if name not in self.all_columns:
                raise self._unknown("column", name, self.all_columns)
        return [column for column in self.all_columns.values() if column.is_fixed or column.name in wanted]

    def shows(self, name: str) -> bool:
        """Whether the reader sees a column: what it alone needs is read only then."""
        return any(column.name == name for column in self.shown_columns)

    @cached_property
    def sort(self) -> tuple[Column, bool]:
        """The column by which rows are ordered, and whether falling."""
        asked = self.asked.get("sort") or self.sort_of_view()
        column = self.all_columns.get(asked.removeprefix("-"))
        if column is None or not column.sort:
            raise self._unknown("sort", asked, [name for name, column in self.all_columns.items() if column.sort])
        return column, asked.startswith("-")

    def sort_of_view(self) -> str:
        """How the rows of the view stand where the address says nothing."""
        return self.default_sort

    def _unknown(self, place: str, value: str, known: Any) -> InvalidParameter:
        words = ", ".join(known)
        text = _("The value is none of: %(words)s.") % {"words": words}
        return InvalidParameter(text, place=place, value=shown(value), remedy=_("Choose it on the page."))

    @cached_property
    def narrowed(self) -> Filters | None:
        """The filters of the address, checked; None where it has none."""
        if self.filters is None or not any(self.asked.get(name) for name in self.filters.base_filters):
            return None
        found = self.filters(self.asked, self.rows(), listing=self)
        if not found.is_valid():
            place, errors = next(iter(found.form.errors.items()))
            text = f"{found.form.fields[place].label}: {errors[0]}"
            value, remedy = shown(self.asked.get(place, "")), _("Correct the filter.")
            raise InvalidParameter(text, place=place, value=value, remedy=remedy)
        return found

    @cached_property
    def found(self) -> QuerySet[Any]:
        """All rows that the address asks for."""
        return self.narrowed.qs if self.narrowed else self.rows()

    def check(self) -> None:
        """Read all of the address, before the first byte of an answer is sent.

        Raises:
            InvalidParameter: the list has no such sort, column or filter, or a filter takes no such value.
        """
        self.sort, self.shown_columns, self.narrowed  # noqa: B018

    @property
    def ordering(self) -> tuple[str, ...]:
        column, is_falling = self.sort
        sign = "-" if is_falling else ""
        return (f"{sign}{column.sort}",) if column.sort == self.last else (f"{sign}{column.sort}", f"{sign}{self.last}")

    # What a page shows.

    @cached_property
    def page(self) -> keyset.Page:
        turn = partial(keyset.window, self.found, self.ordering, limit=self.page_size, has_gaps=self.sort[0].has_gaps)
        page = turn(cursor=self.asked.get("cursor"), is_back="back" in self.asked)
        return page if page.rows or "back" not in self.asked else turn()

    @cached_property
    def page_rows(self) -> list[Any]:
        return self.prepare(self.page.rows)

    def chunks(self, size: int = 500) -> Iterator[list[Any]]:
        """All rows that the address asks for, prepared, `size` at a time: for files. Each takes the same time."""
        cursor: str | None = None
        while True:
            page = keyset.window(self.found, self.ordering, limit=size, cursor=cursor, has_gaps=self.sort[0].has_gaps)
            if page.rows:
                yield self.prepare(page.rows)
            if (cursor := page.later) is None:
                return

    def matching(self) -> list[Any]:
        """The rows that the address asks for, whichever page they stand on, prepared: for acts on all of them at once. One
        more than `MOST_TOGETHER` at most, so that whoever needs it knows that there are too many."""
        most = MOST_TOGETHER + 1
        return self.prepare(keyset.window(self.found, self.ordering, limit=most, has_gaps=self.sort[0].has_gaps).rows)

    @property
    def is_paged(self) -> bool:
        """Whether rows stand on other pages, too."""
        return bool(self.page.earlier or self.page.later)

    def address(self, **changes: Any) -> str:
        """The query of this list with other values; None takes one away. Only a cursor leaves the first page."""
        kept = self.kept()
        for name, value in changes.items():
            kept[name] = [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
        return "?" + urlencode([(name, value) for name, values in kept.items() for value in values])

    def kept(self) -> dict[str, list[str]]:
        """What of the address goes along wherever the list leads."""
        names = ("view", "sort", "column", *self.tools.filter_names)
        found = {name: self.asked.getlist(name) for name in names if self.asked.get(name)}
        return found | {name: [value] for name, value in self.fixed().items()}

    @cached_property
    def tools(self) -> Tools:
        return Tools(self)

    @property
    def own_address(self) -> str:
        """As it is asked for, its page included."""
        return self.address(**{name: self.asked[name] for name in ("cursor", "back") if name in self.asked})

    def earlier(self) -> str:
        return self.address(cursor=self.page.earlier, back=1) if self.page.earlier else ""

    def later(self) -> str:
        return self.address(cursor=self.page.later) if self.page.later else ""

    def tabs(self) -> list[tuple[str, Words, int | None, str]]:
        """(name, word, rows, address with all that the reader chose). Numbers beside filters would be untrue: none."""
        counts = {} if self.narrowed else self.counts()
        return [(name, word, counts.get(name), self.address(view=name)) for name, word in self.views()]

    def view_label(self) -> Words:
        return next((word for name, word in self.views() if name == self.view), self.title)

    @property
    def form_id(self) -> str:
        """Of the form that the buttons of all rows send."""
        return f"act-{self.name}"

    def button(self, words: Any, to: str, label: Any, *, asks: Any = "") -> SafeString:
        """A button of a row: sends a form to an address; `label` says it with the row's name, for who hears it alone.

        Args:
            asks: the question before an act that loses something.
        """
        question = format_html(' data-asks="{}"', asks) if asks else ""
        css = "btn slim danger" if asks else "btn slim"
        return format_html(
            '<button class="{}" form="{}" formaction="{}" aria-label="{}"{}>{}</button>',
            *(css, self.form_id, to, label, question, words),
        )

    @property
    def renewed_by(self) -> str:
        if self.kinds:
            return ", ".join(f"{kind}-list from:body delay:150ms" for kind in self.kinds.split())
        return self.renewal or (f"{self.live}-list from:body" if self.live else "")

    @cached_property
    def acts(self) -> list[BulkAct | Together]:
        """Acts on many rows that this reader may do."""
        mine = require_scope().acts
        return [act for act in self.bulk() if act.act in mine]

    @property
    def has_changes(self) -> bool:
        """Whether one of the acts changes rows: those can be done all or none."""
        return any(isinstance(act, BulkAct) for act in self.acts)

    @cached_property
    def address_of_rows(self) -> str:
        """What each row is asked for when it is fetched again."""
        return self.address()

    def body(self) -> SafeString:
        return mark_safe("".join([row_html(self, row) for row in self.page_rows]))

    def foot(self) -> SafeString:
        """What stands below the rows of the table."""
        return mark_safe("")

    # Where no row is, and below all rows.

    @property
    def nothing(self) -> Words:
        """What is said where no row is."""
        if self.narrowed:
            return _("Nothing matches the filters.")
        return self.empty if self.view == self.usual_view else _("Nothing is in this view.")

    @property
    def whole(self) -> str:
        """Where all rows are, from an empty page of some."""
        if self.narrowed:
            return self.tools.without_filters
        return "" if self.view == self.usual_view else "?" + urlencode({**self.fixed(), "view": self.usual_view})

    @property
    def query(self) -> str:
        return self.address()[1:]

    @property
    def kept_query(self) -> str:
        """What it is asked for, as views, results and files keep it.

        Raises:
            AddressTooLong: no room for it.
        """
        found = self.query
        if len(found) > MOST_QUERY:
            raise AddressTooLong(place="query", value=len(found))
        return found

    @property
    def has_filters(self) -> bool:
        return self.filters is not None

    @cached_property
    def _summed(self) -> list[Column]:
        return [column for column in self.all_columns.values() if column.total]

    @property
    def is_summed(self) -> bool:
        return bool(self._summed and self.page.rows)

    def sums(self) -> list[tuple[Words, str]]:
        return sums(self.found, self._summed) if self._summed else []
