"""`python -m federated.benchmark verdicts SET_DIR [--variant small] [--bases 0.02,0.1,0.4] [--seeds 0-19] --out FILE`.

Whether verdicts keep what they promise, on rows that a run has never met. For each seed sites' rows are thinned to a base
rate, two fifths are held back, and the rest goes through the product's own path: parts, trees and calibration together, each
site alone, choice, proof. What is left away of a run is its certificate and the attacks on one's own rows.
"""

import argparse
import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import betabinom, binomtest

from ..agreed.arrays import Array
from ..agreed.contracts import Contract, Kind
from ..agreed.messages import Reply, Request
from ..models.defect import model_of
from ..models.memory import with_own_head
from ..rows.table import Rows
from ..run.engine import drive
from ..site.site import Site, train_alone
from ..site.store import InMemory
from ..use.certificates import settle
from ..use.deployment import Deployment, shared_deployment
from ..use.verdicts import DEFECT, INSPECT, OK, PROMISED, at_most, usual_alarm
from .seeds import seeds
from .sets import BenchmarkSet, contract_for, read_set

RUN, HELD_BACK, BLOCK = "verdicts", 0.4, 100
SHARES = {"validation_share": 0.15, "test_share": 0.25}
BINS, DRAWS = 15, 50


class Enough(Exception):
    """The model is there."""


@dataclass(frozen=True)
class Drawn:
    """One site's rows: what a run gets, and what nobody sees."""

    rows: Rows
    back: Rows


def draw(rows: Rows, base: float | None, most: int, order: np.random.Generator, *, blocks: bool) -> Drawn:
    """Thin to a base rate by leaving rows of one class away, and hold some back.

    Args:
        base: share of defects; as it is where None.
        most: rows of a site.
        blocks: hold back neighbours together, not single rows: neighbouring shots resemble each other.
    """
    kept = {label: order.permutation(np.flatnonzero(rows.labels == label)) for label in (0, 1)}
    share = base if base is not None else len(kept[1]) / len(rows)
    total = min(most, len(kept[1]) / share if share else most, len(kept[0]) / (1 - share))
    counts = {1: round(total * share), 0: round(total * (1 - share))}
    places = np.sort(np.concatenate([kept[label][: counts[label]] for label in (0, 1)]))
    groups = places // BLOCK if blocks else places
    names = order.permutation(np.unique(groups))
    is_back = np.isin(groups, names[: round(len(names) * HELD_BACK)])
    return Drawn(rows.take(places[~is_back]), rows.take(places[is_back]))


def agreed(found: BenchmarkSet, drawn: Mapping[str, Drawn], seed: int, trees: int, network: int) -> Contract:
    rows = sum(len(one.rows) for one in drawn.values())
    plain = contract_for(found, rows=rows, defects=sum(one.rows.positives for one in drawn.values()), quorum=2, seed=seed)
    fields = plain.document() | SHARES
    fields["training"] |= {"rounds": network}
    fields["boosting"] |= {"rounds": trees}
    return Contract.model_validate(fields)


def deployments(contract: Contract, rows: Mapping[str, Rows]) -> dict[str, Deployment]:
    """What each site uses after a run of them all."""
    stores = {name: InMemory(f"{contract.training.seed}/{name}".encode()) for name in rows}
    sites = {name: Site(name, contract, some, stores[name]) for name, some in rows.items()}
    last: list[Request] = []

    def carry(request: Request) -> list[Reply]:
        if request.kind is Kind.FINISH:
            last.append(request)
            raise Enough
        return [site.answer(request) for site in sites.values() if request.is_for(site.name)]

    with contextlib.suppress(Enough):
        drive(contract, RUN, carry)
    shared = model_of(last[0].arrays)
    found = {}
    for name, site in sites.items():
        memory = stores[name].read_memory(RUN, last[0].round)
        weights = with_own_head(shared.weights, memory, contract.training.head_pull)
        own = shared_deployment(replace(shared, weights=weights, baseline=site.baseline))
        alone = train_alone(name, contract, site.parts.train)
        found[name] = settle(contract, replace(own, alone=alone), site.parts)
    return found


def measure(contract: Contract, deployment: Deployment, back: Rows) -> tuple[dict[str, Any], Array]:
    """What the verdicts did with rows that nobody had seen; and the risks, (rows,)."""
    verdicts, risks = deployment.proof.verdicts(), deployment.risks(contract, back)
    found, is_defect = verdicts.judge(risks, usual_alarm())[1], back.labels == 1
    called = found == DEFECT
    said = {
        "choice": deployment.choice,
        "proof": verdicts.defects,
        "has_ok": verdicts.ok_below is not None,
        "has_defect": verdicts.defect_from is not None,
        "defects": int(is_defect.sum()),
        "missed": int((found[is_defect] == OK).sum()),
        "called": int(called.sum()),
        "false": int((~is_defect[called]).sum()),
        "rows": len(back),
        "ok": int((found == OK).sum()),
        "inspect": int((found == INSPECT).sum()),
    }
    return said, risks


def bins(risks: Array, labels: Array, order: np.random.Generator) -> dict[str, Any]:
    """Sums in bins of equal width, as metrics.expected_calibration_error has them; and of labels drawn by the risks."""
    place = np.minimum((risks * BINS).astype(int), BINS - 1)

    def sums(values: Array) -> list[float]:
        return [round(float(v), 4) for v in np.bincount(place, weights=values, minlength=BINS)]

    simulated = [sums((order.random(len(risks)) < risks).astype(float)) for _draw in range(DRAWS)]
    return {"rows": len(risks), "stated": sums(risks), "observed": sums(labels.astype(float)), "simulated": simulated}


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m federated.benchmark verdicts", description=__doc__)
    parser.add_argument("set_dir", type=Path)
    parser.add_argument("--variant", default="")
    parser.add_argument("--bases", type=lambda text: [float(part) for part in text.split(",")], default=[None])
    parser.add_argument("--seeds", type=seeds, default=list(range(20)))
    parser.add_argument("--most", type=int, default=5000, help="rows of a site, those held back among them")
    parser.add_argument(
        "--trees", type=int, default=8, help="rounds of trees; a short run shows as well whether promises hold"
    )
    parser.add_argument("--network", type=int, default=0, help="rounds of the network; trees alone where 0")
    parser.add_argument("--blocks", action="store_true", help="hold back blocks of neighbouring rows")
    parser.add_argument("--out", type=Path, required=True, help="JSON; a table that was stopped goes on from it")
    arguments = parser.parse_args(words)
    import torch

    torch.set_num_threads(1)
    found = read_set(arguments.set_dir, arguments.variant)
    done: dict[str, Any] = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    for base in arguments.bases:
        for seed in arguments.seeds:
            rate = "own" if base is None else f"{base:.0%}"
            name = " ".join(part for part in (found.name, arguments.variant) if part)
            key = f"{name}, {rate}|{'blocks' if arguments.blocks else 'rows'}|{seed}"
            if key in done:
                continue
            done[key] = one(found, base, seed, arguments)
            arguments.out.write_text(json.dumps(done))
            print(key, {site: (s["proof"], s["missed"], s["defects"]) for site, s in done[key]["sites"].items()}, flush=True)
    print(table(done))
    return 0


def one(found: BenchmarkSet, base: float | None, seed: int, asked: argparse.Namespace) -> dict[str, Any]:
    """One seed at one base rate."""
    order = np.random.default_rng(seed)
    drawn = {name: draw(rows, base, asked.most, order, blocks=asked.blocks) for name, rows in found.sites.items()}
    contract = agreed(found, drawn, seed, asked.trees, asked.network)
    used = deployments(contract, {name: part.rows for name, part in drawn.items()})
    sites, risks = {}, []
    for name, part in drawn.items():
        sites[name], given = measure(contract, used[name], part.back)
        risks.append(given)
    labels = np.concatenate([part.back.labels for part in drawn.values()])
    return {"sites": sites, "bins": bins(np.concatenate(risks), labels, order)}


def table(done: Mapping[str, Mapping[str, Any]]) -> str:
    """Markdown: a line for each set, base rate and way of holding back, sites and seeds counted apart."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for key, entry in done.items():
        name, how, _seed = key.split("|")
        groups.setdefault((name, how), []).append(entry)
    heads = (
        *("set, base rate", "held back", "seeds", "sites with ok", "share missed", "sites above 10 % (expected; clearly)"),
        *("sites with defect", "share false", "sites above 20 % (clearly)", "inspect", "ECE", "… of a perfect forecast"),
    )
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for (name, how), entries in groups.items():
        sites = [site for entry in entries for site in entry["sites"].values()]
        cells = [name, how, str(len(entries)), *_missed(sites), *_false(sites)]
        cells.append(f"{sum(s['inspect'] for s in sites) / sum(s['rows'] for s in sites):.0%}")
        lines.append("| " + " | ".join([*cells, *calibration([entry["bins"] for entry in entries])]) + " |")
    return "\n".join(lines)


def _missed(sites: Sequence[Mapping[str, Any]]) -> list[str]:
    given = [site for site in sites if site["has_ok"]]
    able = [site for site in given if site["defects"]]
    if not able:
        return [f"0 of {len(sites)}", "–", "–"]
    above = [site for site in able if site["missed"] > PROMISED.missed * site["defects"]]
    expected = sum(_chance(site["proof"], site["defects"]) for site in able)
    clearly = sum(_is_clear(site["missed"], site["defects"], PROMISED.missed) for site in able)
    share = sum(site["missed"] for site in able) / sum(site["defects"] for site in able)
    told = f"{len(above)} ({expected:.1f}; {clearly})"
    return [f"{len(given)} of {len(sites)}", f"{share:.1%}", told]


def _chance(proof: int, defects: int) -> float:
    """How probably so many new defects show more than the promised share, if the proof is exact: the true share itself
    follows a beta distribution, and what is seen of it a beta-binomial one."""
    rank = int((at_most(np.arange(proof), proof, PROMISED.missed) <= PROMISED.doubt).sum())
    return float(betabinom.sf(np.floor(PROMISED.missed * defects), defects, rank, proof - rank + 1))


def _false(sites: Sequence[Mapping[str, Any]]) -> list[str]:
    given = [site for site in sites if site["has_defect"]]
    able = [site for site in given if site["called"]]
    if not able:
        return [f"0 of {len(sites)}", "–", "–"]
    above = sum(site["false"] > PROMISED.false * site["called"] for site in able)
    clearly = sum(_is_clear(site["false"], site["called"], PROMISED.false) for site in able)
    share = sum(site["false"] for site in able) / sum(site["called"] for site in able)
    return [f"{len(given)} of {len(sites)}", f"{share:.1%}", f"{above} ({clearly})"]


def _is_clear(count: int, of: int, share: float) -> bool:
    return bool(binomtest(count, of, share, alternative="greater").pvalue < 0.05)


def calibration(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Calibration error over all seeds' rows together, and the mean of that of labels drawn by the very risks."""
    rows = sum(part["rows"] for part in parts)
    stated = np.sum([part["stated"] for part in parts], axis=0)
    observed = np.abs(stated - np.sum([part["observed"] for part in parts], axis=0)).sum() / rows
    drawn = np.abs(stated - np.sum([part["simulated"] for part in parts], axis=0)).sum(axis=1).mean() / rows
    return [f"{observed:.4f}", f"{drawn:.4f}"]
