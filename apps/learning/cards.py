"""What a run gave, for the pages: the certificate of one site, and the card of a model."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from federated.agreed.contracts import CHOICES, Kind, read_contract

from . import selectors
from .models import DriftReport, ModelVersion, SiteFigures
from .pages import Labels, labels_of, privacy_of, run_look
from .statuses import RunState
from .templatetags.learning import percent, signed

SIDES = {
    "local": gettext_lazy("Your rows alone"),
    "federated": gettext_lazy("Shared model"),
    "personal": gettext_lazy("In use at your site"),
}
MEAN_SIDES = {
    "local": gettext_lazy("Each site alone"),
    "federated": gettext_lazy("Shared model"),
    "personal": gettext_lazy("In use at the sites"),
}
FIGURES = {
    "auprc": gettext_lazy("AUPRC: defects found among the rows of highest risk"),
    "auroc": gettext_lazy("AUROC"),
    "recall_5": gettext_lazy("Defects among the riskiest twentieth of the rows"),
    "brier": gettext_lazy("Brier score (lower is better)"),
    "ece": gettext_lazy("Calibration error (lower is better)"),
    "cost_1": gettext_lazy("Cost, a miss as dear as a false alarm"),
    "cost_10": gettext_lazy("Cost, a miss as dear as 10 false alarms"),
    "cost_50": gettext_lazy("Cost, a miss as dear as 50 false alarms"),
}
ENDED_EARLY = (RunState.STOPPED, RunState.FAILED)
INVERSIONS = {
    "round": gettext_lazy("Cells found in what a site sends each round"),
    "batch": gettext_lazy("… in the gradient of eight rows, which is never sent"),
    "row": gettext_lazy("… in the gradient of one row, which is never sent"),
}
CHOICE_NAMES = {
    "federated": gettext_lazy("the shared model"),
    "blend": gettext_lazy("the mean of the shared model and the one of your own rows"),
    "local": gettext_lazy("the model of your own rows"),
}


def certificate_context(row: SiteFigures) -> dict[str, Any]:
    figures = row.figures
    choice = choice_of(figures)
    icon, tone, words = verdict(figures)
    return {
        "row": row,
        "run": row.run,
        "programme": row.run.contract.programme,
        "figures": figures,
        "icon": icon,
        "tone": tone,
        "verdict": words,
        "gain": _gain(figures),
        "used": CHOICE_NAMES[choice],
        "table": _table(figures, SIDES),
        "sides": list(SIDES.values()),
        "attacks": _attacks(figures),
        "promises": _promises(figures, by_lot=bool(read_contract(row.run.contract.document).lot)),
    }


def _promises(figures: dict[str, float], *, by_lot: bool) -> list[tuple[str, str]]:
    """What the verdicts of the model in use promise, or that they do not; runs of earlier versions said a coverage.

    Args:
        by_lot: each lot proves once, and the shares are means over lots.
    """
    if "coverage" in figures:
        earlier = (("coverage", _("Verdict holds (9 of 10 promised)")), ("coverage_defect", _("… among defects")))
        return [(label, percent(figures.get(name))) for name, label in earlier]
    if not figures.get("test_rows"):
        return []
    false = missed = _("Not given: the test rows do not prove it")
    if by_lot:
        if "test_lots" in figures:
            lots = int(figures["test_lots"])
            missed = _("Not given: {n} lots with defects among the test rows do not prove it").format(n=lots)
        labels = (
            _("Defects of a lot that pass as ok, in the mean over lots with defects"),
            _("Good rows among those of a lot called defect, in the mean over such lots"),
        )
    else:
        defects = int(figures.get("test_positives", 0))
        missed = _("Not given: {n} defects among the test rows do not prove it").format(n=defects)
        labels = (_("Defects that pass as ok, of all defects"), _("Good rows among those called defect"))
    parts = (("missed_promise", labels[0], missed), ("false_promise", labels[1], false))
    return [
        (label, _("At most {share}").format(share=percent(figures[name])) if name in figures else absent)
        for name, label, absent in parts
    ]


def choice_of(figures: dict[str, float]) -> str:
    """The model that a site uses."""
    return CHOICES[int(figures["choice"])] if "choice" in figures else "federated"


def verdict(figures: dict[str, float]) -> tuple[str, str, str]:
    """Icon, tone and the sentence that a plant manager reads first."""
    if "gain" not in figures:
        return "circle-question-mark", "mute", _("Among your test rows are too few defects to compare the models.")
    low, high = figures["gain_low"], figures["gain_high"]
    if choice_of(figures) == "local":
        text = _("At your site the model of your own rows was better on the validation rows; it is the one in use.")
        return "circle-alert", "warn", text
    if high < 0:
        text = _("At your site the model of your own rows is better on the test rows. You are better off alone.")
        return "circle-alert", "warn", text
    if low > 0:
        return "circle-check", "ok", _("At your site the shared model is better than one of your own rows.")
    return "circle-equal", "", _("At your site no clear difference can be seen yet; more defects would show it.")


def _gain(figures: dict[str, float]) -> str:
    if "gain" not in figures:
        return ""
    text = _("Difference of AUPRC, shared less alone: %(gain)s (95 %% interval %(low)s to %(high)s).")
    return text % {
        name: signed(figures[key]) for name, key in (("gain", "gain"), ("low", "gain_low"), ("high", "gain_high"))
    }


def _table(figures: dict[str, float], sides: dict[str, Any]) -> list[tuple[Any, list[float | None]]]:
    return [(label, [figures.get(f"{side}_{name}") for side in sides]) for name, label in FIGURES.items()]


def model_context(model: ModelVersion) -> dict[str, Any]:
    champion = selectors.champion(model.programme_id)
    rival = champion if champion and champion.pk != model.pk else None
    figures = model.figures
    own = [row for row in selectors.own_figures(model.run_id) if row.kind == Kind.FINISH]
    spread = [
        (
            label,
            [figures.get(f"{side}_auprc_{level}") for level in ("q1", "q2", "q3")],
            [row.figures.get(f"{side}_auprc") for row in own],
        )
        for side, label in MEAN_SIDES.items()
    ]
    contract = read_contract(model.run.contract.document)
    labels = labels_of(selectors.nodes(model.programme.federation_id))
    drift = [drift_look(report, labels) for report in selectors.latest_drift(model.run_id)]
    return {
        "model": model,
        "programme": model.programme,
        "federation": model.programme.federation,
        "contract": contract,
        "privacy": privacy_of(contract),
        "version": model.run.contract,
        "state": state_of(model, champion),
        "rival": rival,
        "ahead": _ahead(figures, rival.figures) if rival else None,
        "figures": figures,
        "table": _table(figures, MEAN_SIDES),
        "sides": list(MEAN_SIDES.values()),
        "spread": spread if own or "federated_auprc_q1" in figures else [],
        "sites": sorted((labels[name], digest) for name, digest in model.data_hashes.items()),
        "own": [(row, labels[row.node.name]) for row in own],
        "attacks": _attacks(figures),
        "contributions": (contributions := _contributions(model, labels)),
        "can_measure": not contributions or any(row["run"].state in ENDED_EARLY for row in contributions),
        "drift": drift,
        "proposes_training": any(row["drift"] for row in drift),
    }


def _attacks(figures: dict[str, float]) -> list[tuple[Any, float, float]]:
    """What attacks on the sites' own rows found, and what guessing finds."""
    rows: list[tuple[Any, float, float]] = []
    if "membership_auroc" in figures:
        rows.append((_("Was a row in the training? Told by its loss (AUROC)"), figures["membership_auroc"], 0.5))
    for kind, label in INVERSIONS.items():
        if f"inversion_{kind}" in figures:
            rows.append((label, figures[f"inversion_{kind}"], figures[f"inversion_{kind}_guess"]))
    return rows


def _contributions(model: ModelVersion, labels: Labels) -> list[dict[str, Any]]:
    """One row for each site that was left out, or will be; figures of other firms' sites are not there."""
    known = selectors.contributions(model.pk)
    runs = selectors.valuations(model.pk)
    return [
        {"run": run, "name": labels[run.left_out.name], "look": run_look(run), "found": known.get(run.left_out.pk)}
        for run in runs
        if run.left_out
    ]


def drift_look(report: DriftReport, labels: Labels) -> dict[str, Any]:
    """One site's latest look in words: what drifts, what is watched."""
    named = {state: sorted(name for name, flag in report.flags.items() if flag == state) for state in ("drift", "watch")}
    if named["drift"]:
        label, icon, tone = _("Drift: train again"), "triangle-alert", "warn"
    elif named["watch"]:
        label, icon, tone = _("Watched"), "eye", "info"
    elif "unknown" in report.flags.values():
        label, icon, tone = _("Too few rows"), "circle-question-mark", "mute"
    else:
        label, icon, tone = _("As in training"), "circle-check", "mute" if report.node.is_out else "ok"
    return {"report": report, "name": labels[report.node.name], "label": label, "icon": icon, "tone": tone, **named}


def state_of(model: ModelVersion, champion: ModelVersion | None) -> tuple[str, str, str]:
    """Label, icon and tone."""
    if model.retired_at:
        return _("Rolled back"), "undo-2", "warn"
    if champion and champion.pk == model.pk:
        return _("In use"), "circle-check", "ok"
    if model.released_at:
        return _("Superseded"), "history", "mute"
    return (_("Challenger"), "swords", "info") if champion else (_("In review"), "hourglass", "mute")


def _ahead(figures: dict[str, float], rival: dict[str, float]) -> float | None:
    """Mean AUPRC in use at the sites, less that of the model in use."""
    if "personal_auprc" in figures and "personal_auprc" in rival:
        return figures["personal_auprc"] - rival["personal_auprc"]
    return None
