"""What the pages of training show, prepared for the templates."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from apps.common.dates import moment_text
from apps.common.rooms import Tile
from apps.tenancy.roles import Side
from apps.tenancy.scope import require_scope
from federated.agreed.contracts import ROUND_KINDS, Contract, Kind, read_contract, said
from federated.agreed.plain import sentences
from federated.agreed.strategies import STRATEGIES

from . import selectors
from .chart import plot
from .models import Consent, ContractVersion, Node, Round, Run, SiteFigures
from .reasons import DOUBTED, LEFT_OUT, OUTLIER, Reason, reason, reasons_of_sites
from .statuses import ACTIVE, ConsentState, NodeState, RunState, SiteState
from .templatetags.learning import percent

RUN_LOOK = {
    RunState.STARTING: ("loader", "info"),
    RunState.RUNNING: ("play", "info"),
    RunState.PAUSING: ("circle-pause", "warn"),
    RunState.PAUSED: ("circle-pause", "warn"),
    RunState.STOPPING: ("circle-stop", "warn"),
    RunState.STOPPED: ("circle-stop", "mute"),
    RunState.FAILED: ("triangle-alert", "bad"),
    RunState.FINISHED: ("circle-check", "ok"),
}
NODE_LOOK = {
    NodeState.INVITED: ("mail", "info"),
    NodeState.JOINED: ("plug", "ok"),
    NodeState.SUSPENDED: ("ban", "bad"),
    NodeState.LEFT: ("log-out", "mute"),
}
SITE_LOOK = {
    SiteState.WAITING: ("cpu", "info"),
    SiteState.RECEIVED: ("circle-check", "ok"),
    SiteState.FAILED: ("circle-x", "bad"),
    SiteState.LATE: ("alarm-clock", "warn"),
    SiteState.OFFLINE: ("wifi-off", "bad"),
}
CONSENT_LOOK = {
    ConsentState.WAITING: ("hourglass", "mute"),
    ConsentState.WITHDRAWN: ("undo-2", "warn"),
    ConsentState.TAKEN_BACK: ("file-x", "warn"),
}
PHASES: dict[str, Any] = {
    Kind.RANGE: gettext_lazy("Finding the range of each feature"),
    Kind.COUNT: gettext_lazy("Counting values into bins"),
    Kind.KEY: gettext_lazy("Agreeing on masks"),
    Kind.GROW: gettext_lazy("Growing trees"),
    Kind.VOTE: gettext_lazy("Judging the trees by held-out rows"),
    Kind.TRAIN: gettext_lazy("Training"),
    Kind.SUM: gettext_lazy("Summing masked updates"),
    Kind.CALIBRATE: gettext_lazy("Calibrating"),
    Kind.FINISH: gettext_lazy("Comparing with training alone"),
}
ABSENT = {
    "consent": gettext_lazy("not approved by the firm"),
    "signature": gettext_lazy("not countersigned at the factory"),
    "later": gettext_lazy("approved after the start"),
    "state": gettext_lazy("not joined"),
}


def run_look(run: Run) -> dict[str, Any]:
    icon, tone = RUN_LOOK[RunState(run.state)]
    label = run.get_state_display()
    if run.state == RunState.STARTING and run.left_out_id and not run.flower_id:
        label, icon, tone = _("Waits its turn"), "hourglass", "mute"
    return {"run": run, "label": label, "icon": icon, "tone": tone, "programme": run.contract.programme}


def node_look(node: Node) -> dict[str, Any]:
    icon, tone = NODE_LOOK[NodeState(node.state)]
    if node.state == NodeState.JOINED and not node.is_connected:
        icon, tone = "unplug", "mute"  # a member, but no training reaches it now
    own = node.organization_id in require_scope().organization_ids
    return {"node": node, "label": node.get_state_display(), "icon": icon, "tone": tone, "is_own": own}


def privacy_of(contract: Contract) -> str:
    return _("off") if contract.privacy == "off" else said(contract.privacy)


def first_page(side: Side | None) -> list[Tile]:
    """What the models in use save, for whoever runs the cluster; one statement."""
    saved = selectors.inspections_saved() if side is None else None
    if saved is None:
        return []
    page, note = reverse("learning:home"), _("by models in use, at equal escapes")
    return [Tile(_("Inspections saved"), percent(saved), page, note, is_own=True)]


def contract_facts(version: ContractVersion) -> dict[str, Any]:
    contract = read_contract(version.document)
    # Sentences of this or an earlier version are in the catalogue; one that somebody wrote stays as it is.
    leaves = [_(text) for text in contract.leaves if text]
    strategy = _(STRATEGIES[contract.training.strategy].says)
    privacy = privacy_of(contract)
    return {"version": version, "contract": contract, "privacy": privacy, "leaves": leaves, "strategy": strategy}


def read_back(contract: Contract) -> list[tuple[str, str, list[tuple[str, list[str]]]]]:
    """All that is signed, in each language: its code, its name, and sentences with what stands below them."""
    found = []
    for code, name in settings.LANGUAGES:
        lines: list[tuple[str, list[str]]] = []
        with translation.override(code):
            for one in sentences(contract):
                text = _(one.text).format(**one.values) if one.values else _(one.text)
                if one.is_item and lines:
                    lines[-1][1].append(text)
                else:
                    lines.append((text, []))
        found.append((code, str(name), lines))
    return found


def consent_looks(version: ContractVersion, node: Node, consent: Consent | None) -> dict[str, Any]:
    """A site of a contract's page: what its firm and its factory said, or what became of the question."""
    states = selectors.consent_states(version, consent)
    given = (("circle-check", consent.approved_at if consent else None), ("stamp", consent.signed_at if consent else None))
    looks: list[tuple[Any, str, str]] = []
    for state, (icon, at) in zip(states, given, strict=True):
        if state is ConsentState.GIVEN:
            looks.append((moment_text(at), icon, "mute" if node.is_out else "ok"))
        else:
            looks.append((state.label, *CONSENT_LOOK[state]))
    return {"node": node, "looks": looks}


def run_context(run: Run) -> dict[str, Any]:
    """The run page: progress, chart, sites, rounds, and the end."""
    rounds = selectors.rounds(run.pk)
    own = selectors.own_figures(run.pk)
    labels = labels_of(selectors.nodes(run.contract.programme.federation_id))
    is_active = run.state in ACTIVE
    sites = _sites(run, own, rounds, labels)
    return {
        **run_look(run),
        "is_active": is_active,
        "failure": reason(run.failure) if run.failure else None,
        "taking_part": sum(site["takes_part"] for site in sites),
        "rows_in_all": rounds[-1].figures.get("rows") if rounds else None,
        "rounds": rounds,
        "latest": rounds[-8:][::-1],
        "refused": sum("voters" in r.figures for r in rounds),
        "is_guarded": bool(run.contract.document.get("guarded")),
        "figures": _headline(rounds),
        "left": time_left(run, rounds) if is_active else "",
        "chart": plot(run.rounds, series(rounds, own, labels)),
        "sites": sites,
        "phase": PHASES.get(run.phase, "") if is_active else "",
        "seconds_left": _seconds(run) if is_active else None,
        "benefit": _benefit(own, labels),
        "model": getattr(run, "model", None),
        "privacy": privacy_of(read_contract(run.contract.document)),
        "sees_all": run.contract.document["site_metrics"] == "members",
    }


class Labels(dict[str, str]):
    """What people call a site, by what programs call it; a firm that the reader does not deal with has the latter only."""

    def __missing__(self, name: str) -> str:
        return name


def labels_of(nodes: Iterable[Node]) -> Labels:
    """The firm in the reader's language, with the site where the firm has several."""
    nodes = list(nodes)
    sites = Counter(node.organization_id for node in nodes)
    return Labels(
        {node.name: node.organization.name + (f" {node.site}" if sites[node.organization_id] > 1 else "") for node in nodes}
    )


def series(rounds: list[Round], own: list[SiteFigures], labels: Labels) -> list[tuple[str, dict[int, float]]]:
    """AUROC per round: the mean over the sites first, then the sites that the reader may see."""
    mean = {r.number: r.figures["auroc"] for r in rounds if "auroc" in r.figures}
    sites: dict[str, dict[int, float]] = {}
    for r in rounds:
        for name, figures in r.sites.items():
            if "auroc" in figures:
                sites.setdefault(name, {})[r.number] = figures["auroc"]
    for row in own:
        if row.kind in ROUND_KINDS and "auroc" in row.figures:
            sites.setdefault(row.node.name, {})[row.number] = row.figures["auroc"]
    named = [(labels[name], found) for name, found in sorted(sites.items())]
    return [(_("Mean of all sites"), mean), *sorted(named, key=lambda line: line[0])]


def _headline(rounds: list[Round]) -> dict[str, Any]:
    known = [r.figures["auroc"] for r in rounds if "auroc" in r.figures]
    if not known:
        return {}
    change = known[-1] - known[-2] if len(known) > 1 else None
    return {"auroc": known[-1], "change": change, "tone": "ok" if change is None or change >= 0 else "warn"}


def time_left(run: Run, rounds: list[Round]) -> str:
    if len(rounds) < 2 or run.round == run.rounds:  # the phase says what comes after the last round
        return ""
    taken = sorted(r.seconds for r in rounds[-5:])[len(rounds[-5:]) // 2]
    seconds = taken * (run.rounds - run.round)
    minutes = round(seconds / 60)
    if minutes < 1:
        return _("less than a minute left · %(s).1f s a round") % {"s": taken}
    text = ngettext("about %(n)s minute left · %(s).1f s a round", "about %(n)s minutes left · %(s).1f s a round", minutes)
    return text % {"n": minutes, "s": taken}


def _seconds(run: Run) -> int | None:
    if run.deadline_at is None:
        return None
    return max(0, round((run.deadline_at - timezone.now()) / timedelta(seconds=1)))


def _sites(run: Run, own: list[SiteFigures], rounds: list[Round], labels: Labels) -> list[dict[str, Any]]:
    """Every site of the federation: who is in, who is awaited, who is not asked and why."""
    failed, published = (rounds[-1].failed, rounds[-1].sites) if rounds else ({}, {})
    why = {site: reason(text) for site, text in failed.items()} | reasons_of_sites(run.failure, run.nodes)
    mine = {row.node_id: row for row in own if row.kind in ROUND_KINDS}
    consents = selectors.consents(run.contract_id)
    found = []
    for node in selectors.members(run.contract.programme.federation_id):
        row: dict[str, Any] = {"name": labels[node.name], "is_own": node.organization_id in require_scope().organization_ids}
        if node.name in run.nodes:
            row |= site_look(run, run.states.get(node.name, ""), why.get(node.name))
            if node.is_out:
                row |= _out(run, node, row)
            elif row["tone"] == "ok" and run.state not in ACTIVE and not node.is_connected:
                row |= {"tone": "mute", "now": _("not connected now")}  # it did take part; a next run would not reach it
        else:
            row |= {"label": _("Not asked"), "icon": "circle-slash", "tone": "mute", "takes_part": False}
            row["absent"] = _why_absent(node, consents)
        own_row = mine.get(node.pk)
        shown = own_row.figures if own_row else published.get(node.name, {})
        row["examples"] = own_row.examples if own_row else shown.get("rows")
        row["auroc"] = shown.get("auroc")
        found.append(row)
    return found


def site_look(run: Run, state: str, why: Reason | None) -> dict[str, Any]:
    """One site of a run: in the present round, or at its end what became of it. Green is only who gave what counts.

    Args:
        state: its last state, empty where the run never told one.
        why: its reply did not count.
    """
    known = SiteState(state) if state in SiteState.values else None
    if why is not None and why.code in LEFT_OUT:
        return {"label": _("Excluded"), "icon": "ban", "tone": "bad", "why": why, "takes_part": False}
    doubt, why = (why, None) if why is not None and why.code in DOUBTED else (None, why)
    if known in (None, SiteState.WAITING, SiteState.RECEIVED) and why is not None:
        known = {"offline": SiteState.OFFLINE, "deadline": SiteState.LATE}.get(why.code, SiteState.FAILED)
    takes_part = known not in (SiteState.FAILED, SiteState.OFFLINE, SiteState.LATE)
    if run.state in ACTIVE or not takes_part:
        known = known or SiteState.WAITING
        icon, tone = SITE_LOOK[known]
        label = str(known.label)
        if known == SiteState.FAILED and why is not None and why.code == OUTLIER:
            label, icon, tone = (
                pgettext("update", "Left out"),
                "circle-slash",
                "warn",
            )  # nothing was refused: the strategy chose
    elif run.round == 0:
        label, icon, tone, takes_part = _("No round was complete"), "circle-dashed", "mute", False
    else:
        label, icon, tone = _("Took part"), "circle-check", "ok"
    if doubt is not None:
        label, icon, tone, why = _("Takes part, in doubt"), "circle-question-mark", "warn", doubt
    return {"label": label, "icon": icon, "tone": tone, "why": why, "takes_part": takes_part}


def _out(run: Run, node: Node, row: dict[str, Any]) -> dict[str, Any]:
    """A site that is suspended or has left is awaited no more; what it gave before it did give."""
    if run.state not in ACTIVE:
        return {"tone": "mute"} if row["tone"] == "ok" else {}
    icon, tone = NODE_LOOK[NodeState(node.state)]
    return {"label": node.get_state_display(), "icon": icon, "tone": tone, "takes_part": False}


def _why_absent(node: Node, consents: dict[int, Any]) -> Any:
    """What keeps a site out; a firm that sees no consents of others is told nothing about them."""
    scope = require_scope()
    if node.organization_id not in scope.organization_ids and node.office_id not in scope.organization_ids:
        return ""
    if node.state != NodeState.JOINED:
        return ABSENT["state"]
    consent = consents.get(node.pk)
    if consent is None or not consent.approved_at or consent.withdrawn_at:
        return ABSENT["consent"]
    return ABSENT["later"] if consent.signed_at else ABSENT["signature"]


def _benefit(own: list[SiteFigures], labels: Labels) -> list[dict[str, Any]]:
    """Own sites at the end: the shared model against one trained alone, on rows that neither has seen."""
    found = []
    for row in own:
        if row.kind == Kind.FINISH and "federated_auprc" in row.figures:
            f = row.figures
            gain = f["federated_auprc"] - f["local_auprc"]
            found.append(
                {
                    "node_id": row.node_id,
                    "name": labels[row.node.name],
                    "gain": gain,
                    "tone": "ok" if gain >= 0 else "warn",
                    **f,
                }
            )
    return found
