"""Runs of one programme beside each other: what differs in their contracts, who took part, what came of them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.dates import moment_text
from apps.ui.texts import quantity
from federated.agreed.contracts import ROUND_KINDS, Contract, Kind, read_contract
from federated.agreed.plain import SETTINGS, settings

from . import selectors
from .cards import FIGURES, MEAN_SIDES, drift_look, verdict
from .feature_lines import feature_line
from .forms import PLAIN, SHARES, ContractForm
from .models import Round, Run, SiteFigures
from .pages import Labels, labels_of, run_look
from .reasons import DOUBTED, reason
from .templatetags.learning import figure, megabytes, percent, signed

# What the contract's form asks, by the place in the document.
ASKED = {
    **{name: name for name in (*PLAIN, "refused", "relative", "guarded", "masked", "trials")},
    **SHARES,
    "training.rounds": "rounds",
    "training.local_epochs": "local_epochs",
    "training.strategy": "strategy",
    "boosting.rounds": "tree_rounds",
}
ELSEWHERE = ("programme", "version", "features", "leaves", *SETTINGS)
END_FIGURES = {
    "effort_saved": gettext_lazy("Inspections saved while 19 of 20 defects are found"),
    "inspect": gettext_lazy("Left to inspection"),
}


@dataclass(frozen=True)
class Cell:
    """
    Attributes:
        look: icon and tone of a state; None for plain text.
        note: what stands small below.
    """

    text: str
    to: str = ""
    note: str = ""
    look: tuple[str, str] | None = None


NOTHING = Cell("—")
FEATURE = "features."
SHOWN = ("auprc", "recall_5", "brier")  # of the means
T = TypeVar("T")


@dataclass(frozen=True)
class Line:
    label: Any
    cells: list[Cell]

    @property
    def differs(self) -> bool:
        return len({cell.text for cell in self.cells}) > 1


@dataclass(frozen=True)
class Compared:
    """One table: a line a thing, a column a run."""

    name: str
    title: Any
    note: Any
    lines: list[Line]


def context(runs: Sequence[Run]) -> dict[str, Any]:
    """Of two to four runs of one programme; the statements do not grow with them."""
    ids = [run.pk for run in runs]
    federation = runs[0].contract.programme.federation
    rounds, own = selectors.rounds_of(ids), selectors.last_figures(ids)
    labels = labels_of(selectors.nodes(federation.pk))
    agreed = [read_contract(run.contract.document) for run in runs]
    asked, same = _settings(agreed)
    tables = [
        Compared("course", _("The runs"), "", _course(runs, rounds)),
        Compared("settings", _("Settings that differ"), _("of the contracts, as they were signed"), asked),
        Compared(
            "sites",
            _("Sites"),
            _("complete rounds in which it counted; AUPRC on its validation rows"),
            _sites(runs, rounds, own, labels),
        ),
        Compared(
            "means", _("Means over the sites"), _("each site's own test rows, every site counts the same"), _means(runs)
        ),
        Compared("own", _("What it brought your sites"), _("on rows that neither model has seen"), _own(runs, own, labels)),
        Compared(
            "value", _("What each member adds"), _("AUPRC of the others with it, less without it"), _added(runs, labels)
        ),
        Compared("drift", _("Drift watch"), _("the latest look at new rows"), _drift(runs, labels)),
    ]
    return {
        "runs": [(run, run_look(run)) for run in runs],
        "programme": runs[0].contract.programme,
        "federation": federation,
        "tables": [table for table in tables if table.lines or table.name == "settings"],
        "same": same,
    }


def _course(runs: Sequence[Run], rounds: dict[int, list[Round]]) -> list[Line]:
    lines: list[tuple[Any, Callable[[Run], Cell]]] = [
        (_("Status"), _state),
        (_("Contract"), lambda run: Cell(f"v{run.contract.number}", reverse("learning:contract", args=[run.contract_id]))),
        (_("Started"), lambda run: Cell(moment_text(run.started_at))),
        (_("Duration"), lambda run: Cell(_duration(run))),
        (_("Complete rounds"), lambda run: Cell(f"{run.round} / {run.rounds}")),
        (_("Seconds of a round"), lambda run: _middle(rounds[run.pk])),
        (_("Sites asked"), lambda run: Cell(str(len(run.nodes)))),
        (
            _("Training rows in all"),
            lambda run: Cell(quantity(rounds[run.pk][-1].figures.get("rows")) if rounds[run.pk] else "—"),
        ),
        (_("From the sites"), lambda run: _bytes(run.received_bytes)),
        (_("To the sites"), lambda run: _bytes(run.sent_bytes)),
        (_("Model"), _model),
    ]
    return [Line(label, [cell(run) for run in runs]) for label, cell in lines]


def _duration(run: Run) -> str:
    if run.ended_at is None:
        return "—"
    minutes, seconds = divmod(round((run.ended_at - run.started_at).total_seconds()), 60)
    return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}


def _state(run: Run) -> Cell:
    look = run_look(run)
    return Cell(str(look["label"]), look=(look["icon"], look["tone"]))


def _middle(rounds: list[Round]) -> Cell:
    return Cell(f"{median(row.seconds for row in rounds):.1f}") if rounds else NOTHING


def _bytes(count: int | None) -> Cell:
    return NOTHING if count is None else Cell(megabytes(count))


def _model(run: Run) -> Cell:
    model = getattr(run, "model", None)
    return Cell(str(model.number), reverse("learning:model", args=[model.pk])) if model else NOTHING


def _settings(agreed: Sequence[Contract]) -> tuple[list[Line], int]:
    """Lines of what differs, and how many settings do not."""
    told = [_told(contract) for contract in agreed]
    names = dict.fromkeys(name for one in told for name in one)
    lines = [Line(_label(name), [Cell(one.get(name, "—")) for one in told]) for name in names]
    leaves = [set(contract.leaves) for contract in agreed]
    common = set.intersection(*leaves)
    further = [" ".join(_(text) for text in contract.leaves if text not in common) or "—" for contract in agreed]
    lines.append(Line(_("What leaves a site, beyond what is the same"), [Cell(text) for text in further]))
    differing = [line for line in lines if line.differs]
    return differing, len(lines) - len(differing)


def _told(contract: Contract) -> dict[str, str]:
    """Every setting by its place in the document, as people read it."""
    document = contract.document()
    found = {name: _value(name, value) for name, value in document.items() if name not in ELSEWHERE}
    for place in ("relative", "guarded", "masked", "trials"):
        found[place] = _value(place, "on" if getattr(contract, place) else "")
    found |= {name: _value(name, json.loads(value)) for name, value in settings(contract)}
    return found | {f"{FEATURE}{feature.name}": feature_line(feature).partition("; ")[2] for feature in contract.features}


def _value(place: str, value: Any) -> str:
    if place in SHARES:
        return f"{value:.0%}"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    field = ContractForm.base_fields.get(ASKED.get(place, ""))
    return str(dict(getattr(field, "choices", ())).get(value, value)) or "—"


def _label(place: str) -> Any:
    if place.startswith(FEATURE):
        return _("Feature %(name)s") % {"name": place.removeprefix(FEATURE)}
    return ContractForm.base_fields[ASKED[place]].label if place in ASKED else place


def _sites(runs: Sequence[Run], rounds: dict[int, list[Round]], own: list[SiteFigures], labels: Labels) -> list[Line]:
    """One line a site that any of them asked, by its name for the reader; figures are those that the reader may see."""
    mine = {(row.run_id, row.node.name): row.figures for row in own if row.kind in ROUND_KINDS}
    names = sorted({name for run in runs for name in run.nodes}, key=lambda name: (labels[name], name))
    return [
        Line(labels[name], [_site(run, name, rounds[run.pk], mine.get((run.pk, name), {})) for run in runs])
        for name in names
    ]


def _site(run: Run, name: str, rounds: list[Round], own: dict[str, float]) -> Cell:
    if name not in run.nodes:
        text = _("Left out") if run.left_out and run.left_out.name == name else _("Not asked")
        return Cell(text, look=("circle-slash", "mute"))
    missed = sum(name in row.failed and reason(row.failed[name]).code not in DOUBTED for row in rounds)
    published = rounds[-1].sites.get(name, {}) if rounds else {}
    auprc = (own or published).get("auprc")
    note = "" if auprc is None else _("AUPRC %(value)s") % {"value": figure(auprc)}
    if not rounds:
        return Cell(_("No round was complete"), note=note, look=("circle-dashed", "mute"))
    text = _("%(n)s of %(all)s rounds") % {"n": len(rounds) - missed, "all": len(rounds)}
    return Cell(text, note=note, look=("circle-alert", "warn") if missed else ("circle-check", "ok"))


def _means(runs: Sequence[Run]) -> list[Line]:
    told = [getattr(getattr(run, "model", None), "figures", {}) for run in runs]
    if not any(told):
        return []
    lines = [
        Line(f"{FIGURES[name]} · {side_label}", [Cell(figure(figures.get(f"{side}_{name}"))) for figures in told])
        for name in SHOWN
        for side, side_label in MEAN_SIDES.items()
    ]
    return lines + [
        Line(label, [Cell(percent(figures.get(name))) for figures in told]) for name, label in END_FIGURES.items()
    ]


def _by_site(
    found: Mapping[tuple[int, str], T], runs: Sequence[Run], labels: Labels, cell: Callable[[T], Cell]
) -> list[Line]:
    """A line for each site of which something is known in one of the runs."""
    names = sorted({name for _run, name in found}, key=lambda name: (labels[name], name))
    return [
        Line(labels[name], [cell(found[run.pk, name]) if (run.pk, name) in found else NOTHING for run in runs])
        for name in names
    ]


def _own(runs: Sequence[Run], own: list[SiteFigures], labels: Labels) -> list[Line]:
    """Own sites at the end: the shared model against one trained alone."""
    found = {(row.run_id, row.node.name): row for row in own if row.kind == Kind.FINISH and "federated_auprc" in row.figures}
    return _by_site(found, runs, labels, _brought)


def _brought(row: SiteFigures) -> Cell:
    shared, alone = row.figures["federated_auprc"], row.figures["local_auprc"]
    text = _("AUPRC %(shared)s, alone %(alone)s") % {"shared": figure(shared), "alone": figure(alone)}
    icon, tone, _words = verdict(row.figures)  # as the certificate says, which this opens
    to = reverse("learning:certificate", args=[row.run_id, row.node_id])
    return Cell(text, to, signed(shared - alone), (icon, tone))


def _added(runs: Sequence[Run], labels: Labels) -> list[Line]:
    found = {(row.model.run_id, row.node.name): row for row in selectors.contributions_of([run.pk for run in runs])}
    return _by_site(found, runs, labels, lambda row: Cell(signed(row.gain), note=_interval(row.low, row.high)))


def _interval(low: float | None, high: float | None) -> str:
    return "" if low is None else f"{signed(low)} … {signed(high)}"


def _drift(runs: Sequence[Run], labels: Labels) -> list[Line]:
    reports = selectors.latest_drift(*(run.pk for run in runs))
    looks = {(report.run_id, report.node.name): drift_look(report, labels) for report in reports}
    return _by_site(looks, runs, labels, _look)


def _look(row: dict[str, Any]) -> Cell:
    return Cell(row["label"], note=", ".join(row["drift"] or row["watch"]), look=(row["icon"], row["tone"]))
