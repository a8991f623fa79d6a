"""The imports of a firm, of the kinds that a person may load."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.selectors import names_of
from apps.ui.columns import Column, age, buttons, link, number, states, text
from apps.ui.filters import ChoiceFilter, Filters
from apps.ui.listing import Listing
from apps.ui.tables import TableFilters, TableListing
from apps.ui.texts import unit as unit_text

from .incoming.mapping import kinds, seen
from .incoming.words import choices, listed
from .models import Import, ImportState, ImportWord

LOOKS = {
    ImportState.MAPPING: ("columns-3", "warn"),
    ImportState.CHECKING: ("loader", "info"),
    ImportState.CHECKED: ("list-checks", "warn"),
    ImportState.LOADING: ("loader", "info"),
    ImportState.LOADED: ("circle-check", "ok"),
    ImportState.TAKEN_BACK: ("undo-2", "mute"),
    ImportState.CANCELLED: ("ban", "mute"),
}


def look(row: Import) -> tuple[str, str, str]:
    return (row.get_state_display(), *LOOKS[ImportState(row.state)])


class ImportFilters(Filters):
    state = ChoiceFilter("state", label=gettext_lazy("State"), choices=ImportState.choices)


class ImportList(Listing):
    name = "imports"
    url_name = "exchange:imports"
    title = gettext_lazy("Imports")
    act = "import_tables"
    default_sort = "-when"
    filters = ImportFilters
    empty = gettext_lazy("No table has been loaded yet.")

    def lead(self) -> str:
        return _("Tables that your firm has brought; everything is shown before it is written")

    def rows(self) -> QuerySet[Import]:
        return seen()

    def prepare(self, found: list[Any]) -> list[Any]:
        people = names_of({row.owner_id for row in found})
        for row in found:
            row.who = people.get(row.owner_id, "—")
        return found

    def columns(self) -> Sequence[Column]:
        known = kinds()
        return (
            link("file", _("File"), "file_name", lambda row: reverse("exchange:import", args=[row.pk])),
            text("kind", _("Rows of"), lambda row: str(known[row.kind].label) if row.kind in known else "—"),
            number("written", _("New and changed"), lambda row: _written(row)),
            number("errors", _("Errors"), lambda row: row.counts.get("error", 0)),
            text("who", _("Who"), "who"),
            age("when", _("When"), "created_at", sort="id"),
            states("state", _("State"), lambda row: [look(row)]),
        )

    def page_url(self, pk: int) -> str:
        return reverse("exchange:import", args=[pk])


A_LIST = "list"


class WordFilters(TableFilters):
    of = ChoiceFilter(
        label=gettext_lazy("Stands for"), choices=(*ImportWord.Of.choices, (A_LIST, gettext_lazy("Value of a fixed list")))
    )


class WordList(TableListing):
    name = "import-words"
    url_name = "exchange:remembered"
    title = gettext_lazy("Remembered words")
    act = "import_tables"
    default_sort = "word"
    filters = WordFilters
    by = {"of": lambda row: A_LIST if listed(row.of) else row.of}
    empty = gettext_lazy("Nobody has said yet what a word of a file means.")
    has_buttons = True

    def lead(self) -> str:
        return _("What words of files mean to your firm: said once, used for every later file")

    def items(self) -> QuerySet[ImportWord]:
        return ImportWord.objects.all()

    def columns(self) -> Sequence[Column]:
        return (
            text("word", _("In the file"), "word", sort="word", css="first", is_fixed=True),
            text("of", _("Stands for"), _stands_for, sort="of"),
            text("means", _("Here"), _means, sort="means"),
            buttons("acts", _("Actions"), self._buttons),
        )

    def _buttons(self, row: ImportWord) -> Any:
        label = _("Remove %(word)s") % {"word": row.word}
        asks = _("Remove this word? The next file that has it asks again; what was loaded stays.")
        return self.button(_("Remove"), reverse("exchange:forget", args=[row.pk]), label, asks=asks)


def _stands_for(row: ImportWord) -> str:
    if found := listed(row.of):
        return f"{found[0].label}: {found[1].label}"
    return str(dict(ImportWord.Of.choices).get(row.of, row.of))


def _means(row: ImportWord) -> str:
    if listed(row.of):
        return str(dict(choices(row.of)).get(row.means, row.means))
    return str(unit_text(row.means)) if row.of == ImportWord.Of.UNIT else row.means


def _written(row: Import) -> int:
    return int(row.counts.get("new", 0)) + int(row.counts.get("changed", 0))
