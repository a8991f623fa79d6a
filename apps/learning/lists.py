"""The lists of runs, and of federations and models: of the latter few rows."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.tenancy.scope import require_scope
from apps.ui.bulk import Together
from apps.ui.columns import Column, Value, custom, link, moment, number, states, text
from apps.ui.filters import ChoiceFilter, Filters
from apps.ui.listing import Listing
from apps.ui.tables import TableListing
from apps.ui.texts import mark

from . import selectors
from .models import Federation, ModelVersion, Run
from .pages import run_look
from .statuses import RunState
from .templatetags.learning import figure, percent


class RunFilters(Filters):
    state = ChoiceFilter(label=gettext_lazy("Status"), choices=RunState.choices)


class RunList(Listing):
    name = "runs"
    url_name = "learning:runs"
    title = gettext_lazy("Runs")
    act = "view_learning"
    live = "run"
    default_sort = "-run"
    filters = RunFilters
    empty = gettext_lazy("Nothing has been trained yet. A run starts from a contract that enough sites have countersigned.")

    def rows(self) -> QuerySet[Run]:
        return selectors.runs()

    def bulk(self) -> Sequence[Together]:
        return (Together("compare", _("Compare"), "view_learning", "columns-3", _comparison),)

    def page_url(self, pk: int) -> str:
        return reverse("learning:run", args=[pk])

    def columns(self) -> Sequence[Column]:
        return (
            link("run", _("Run"), _run, lambda row: reverse("learning:run", args=[row.pk]), is_code=False, sort="id"),
            text("without", _("Left out"), lambda row: row.left_out and row.left_out.name, is_shown=False),
            custom("round", _("Round"), lambda row: f"{row.round} / {row.rounds}", ROUND, css="num"),
            moment("started", _("Started"), "started_at"),
            moment("ended", _("Ended"), "ended_at", is_shown=False),
            states("state", _("Status"), _run_state),
        )


ROUND = (
    Value(gettext_lazy("Round"), lambda row: row.round, "number"),
    Value(gettext_lazy("Rounds"), lambda row: row.rounds, "number"),
)


def _comparison(ids: Sequence[int]) -> str:
    return f"{reverse('learning:compare')}?{urlencode([('run', pk) for pk in ids])}"


def _run(row: Run) -> str:
    without = _("without %(site)s") % {"site": row.left_out.name} if row.left_out else ""
    return " · ".join(filter(None, (row.contract.programme.name, str(row.number), without)))


def _run_state(row: Run) -> list[tuple[Any, str, str]]:
    look = run_look(row)
    return [(look["label"], look["icon"], look["tone"])]


class FederationList(TableListing):
    name = "federations"
    url_name = "learning:federations"
    title = gettext_lazy("Federations")
    act = "view_learning"
    default_sort = "name"
    empty = gettext_lazy("There is no federation in your clusters yet. The coordinator sets one up.")

    def items(self) -> QuerySet[Federation]:
        return selectors.federations()

    def columns(self) -> Sequence[Column]:
        to = "learning:federation"
        return (
            link("name", _("Federation"), "name", lambda row: reverse(to, args=[row.pk]), is_code=False, sort="name"),
            number("joined", _("Sites joined"), "joined", sort="joined"),
            number("online", _("Connected"), "online", sort="online"),
        )


class ModelList(TableListing):
    name = "models"
    url_name = "learning:models"
    title = gettext_lazy("Models")
    act = "view_learning"
    default_sort = "-made"
    empty = gettext_lazy("A run that ends well leaves its model here, with contract, consents and data hashes.")
    has_buttons = True

    def items(self) -> QuerySet[ModelVersion]:
        return selectors.models()

    def columns(self) -> Sequence[Column]:
        return (
            link("name", _("Model"), _model, lambda row: reverse("learning:model", args=[row.pk]), is_code=False),
            text("hash", _("Hash"), lambda row: row.file_hash[:12], css="mono"),
            _figure("federated_auprc", _("AUPRC shared"), figure),
            _figure("local_auprc", _("AUPRC alone"), figure),
            _figure("effort_saved", _("Inspections saved"), percent),
            moment("made", _("Trained"), "created_at", sort="created_at", is_shown=False),
            custom(
                "state", _("Status"), self._state, (Value(_("Status"), lambda row: str(_model_state(row)[0])),), css="state"
            ),
        )

    def _state(self, row: Any) -> Any:
        words, icon, tone = _model_state(row)
        if icon == "hourglass" and "manage_learning" in require_scope().acts:
            label = _("Release %(model)s") % {"model": _model(row)}
            return self.button(_("Release"), reverse("learning:release", args=[row.pk]), label)
        return mark(words, icon, tone)


STATE = (Value(gettext_lazy("Status"), lambda row: str(_model_state(row)[0])),)


def _model(row: ModelVersion) -> str:
    return f"{row.programme.name} · {row.number}"


def _figure(name: str, label: Any, words: Callable[[Any], str]) -> Column:
    def value(row: ModelVersion) -> Any:
        return row.figures.get(name)

    return custom(name, label, lambda row: words(value(row)), (Value(label, value, "number"),), css="num")


def _model_state(row: Any) -> tuple[Any, str, str]:
    if row.retired_at:
        return _("Rolled back"), "undo-2", "warn"
    if row.is_champion:
        return _("In use"), "circle-check", "ok"
    return (_("Superseded"), "history", "mute") if row.released_at else (_("In review"), "hourglass", "mute")
