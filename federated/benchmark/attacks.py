"""`python -m federated.benchmark attacks SET_DIR [--variant small] [--seeds 0-9] [--hostile WHICH] --out FILE`.

One site of a set is hostile (hostile.py), or two with one mind. AUPRC of the shared model on the pooled test rows of the
other sites, beside that of a run without the hostile ones; and who was left out. The end of a run, where each site trains
alone, is left away. From the sixth seed on a set's splits come again with other draws of training. With `--dropouts 0.1`
each honest site misses that share of its requests to grow or train.
"""

import argparse
import contextlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import numpy as np

from ..agreed.contracts import Contract, Kind
from ..agreed.leaving import HALVES, SEARCHED, VOTES
from ..agreed.messages import Reply, Request
from ..models.defect import DefectModel, risks
from ..rows.partition import Parts, partition
from ..rows.table import join
from ..run.engine import Answering, drive
from ..run.steps import Report
from ..run.watch import EXCLUDED, SPOILS
from ..site.site import Site
from ..site.store import InMemory
from ..use.metrics import score
from .hostile import ATTACKS, LATE, Hostile
from .seeds import seeds
from .sets import BenchmarkSet, read_set

VALIDATION, QUORUM = 0.15, 3
SECRET = b"the same halves each time"
HOSTILE = ("largest", "middle", "both")
MODES = ("no votes", "always", "guarded")
HONEST, WITHOUT = "nobody hostile", "without the site"


class Enough(Exception):
    """The model is there; what comes is comparison."""


@dataclass(frozen=True)
class Outcome:
    """
    Attributes:
        auprc: of the shared model, pooled over the honest sites' test rows.
        excluded: site → the round in which it was left out for good.
        named: sites that at least one reply of did not count.
        refused: rounds of trees that were not kept.
    """

    auprc: float
    excluded: dict[str, int]
    named: tuple[str, ...]
    refused: int


def agreed(found: BenchmarkSet, seed: int, mode: str, network: int | None = None) -> Contract:
    """The benchmark's contract with rows held out at each site, as a real one has them.

    Args:
        network: its rounds; the contract's where not given.
    """
    plain = found.contract(seed % found.split_count, training_seed=seed)
    fields = plain.document() | {"validation_share": VALIDATION, "quorum": QUORUM, "guarded": mode == "guarded"}
    fields.pop("leaves")
    if network is not None:
        fields["training"] |= {"rounds": network}
    contract = Contract.model_validate(fields)
    if mode != "no votes":
        return contract
    leaves = tuple(text for text in contract.leaves if text not in (VOTES, HALVES, SEARCHED))
    return contract.model_copy(update={"leaves": leaves})


def hostile_sites(parts: Mapping[str, Parts], which: str) -> tuple[str, ...]:
    """That of most defects, the middle one, or both."""
    ranked = sorted(parts, key=lambda name: -parts[name].train.positives)
    found = {"largest": ranked[0], "middle": ranked[len(ranked) // 2]}
    return tuple(found.values()) if which == "both" else (found[which],)


def run(
    contract: Contract, parts: Mapping[str, Parts], hostile: Collection[str], attack: str, dropouts: float = 0.0
) -> Outcome:
    """One run in this process.

    Args:
        attack: one of ATTACKS, or HONEST or WITHOUT.
        dropouts: share of requests to grow or train that an honest site misses, drawn by the contract's seed.
    """
    held = {name: partition(part.train, contract) for name, part in parts.items()}
    sites: list[Answering] = []
    framed = next(name for name in sorted(held) if name not in hostile)
    for name, part in held.items():
        if name not in hostile or attack == HONEST:
            sites.append(Site(name, contract, part.train, InMemory(name.encode()), parts=part))
        elif attack != WITHOUT:
            sites.append(Hostile(name, contract, part, attack, hostile, framed))
    reports: list[Report] = []
    missing = np.random.default_rng(contract.training.seed)

    def answer(site: Answering, request: Request) -> Reply:
        late = request.kind in (Kind.GROW, Kind.TRAIN) and missing.random() < dropouts and isinstance(site, Site)
        return Reply(site.name, error=LATE) if late else site.answer(request)

    def carry(request: Request) -> list[Reply]:
        if request.kind in (Kind.CALIBRATE, Kind.FINISH):
            raise Enough
        return [answer(site, request) for site in sites if request.is_for(site.name)]

    with contextlib.suppress(Enough):
        drive(contract, "attacks", carry, watch=reports.append, secret=SECRET)
    checkpoint = next(report.checkpoint for report in reversed(reports) if report.checkpoint)
    excluded: dict[str, int] = {}
    for report in reports:
        for site, why in report.failed.items():
            if why.partition(":")[0] in (EXCLUDED, SPOILS):
                excluded.setdefault(site, report.round)
    named = sorted({site for report in reports for site in report.failed})
    refused = sum(report.refused is not None for report in reports)
    honest = [part for name, part in parts.items() if name not in hostile]
    return Outcome(auprc_of(contract, checkpoint.model, honest), excluded, tuple(named), refused)


def auprc_of(contract: Contract, model: DefectModel, parts: Sequence[Parts]) -> float:
    rows = join([part.test for part in parts])
    return score(rows.labels, risks(contract, model, rows))["auprc"] or float("nan")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m federated.benchmark attacks", description=__doc__)
    parser.add_argument("set_dir", type=Path)
    parser.add_argument("--variant", default="")
    parser.add_argument("--seeds", type=seeds, default=[0])
    parser.add_argument("--hostile", choices=HOSTILE, default="largest")
    parser.add_argument("--attacks", type=lambda text: text.split(","), default=[WITHOUT, HONEST, *ATTACKS])
    parser.add_argument("--modes", type=lambda text: text.split(","), default=list(MODES))
    parser.add_argument("--dropouts", type=float, default=0.0, help="share of requests that an honest site misses")
    parser.add_argument("--network", type=int, help="rounds of the network; the contract's where not given")
    parser.add_argument("--out", type=Path, required=True, help="JSON; a table that was stopped goes on from it")
    arguments = parser.parse_args(words)
    import torch

    torch.set_num_threads(1)
    found = read_set(arguments.set_dir, arguments.variant)
    done: dict[str, dict[str, object]] = json.loads(arguments.out.read_text()) if arguments.out.exists() else {}
    for seed in arguments.seeds:
        parts = found.parts(seed % found.split_count)
        hostile = hostile_sites(parts, arguments.hostile)
        for mode in arguments.modes:
            contract = agreed(found, seed, mode, arguments.network)
            for attack in arguments.attacks:
                key = "|".join((attack, mode, arguments.hostile, str(seed)))
                if key in done:
                    continue
                outcome = run(contract, parts, hostile, attack, arguments.dropouts)
                done[key] = {"hostile": hostile, **vars(outcome)}
                arguments.out.write_text(json.dumps(done, indent=1))
                print(f"{key:60} {outcome.auprc:.3f} {outcome.excluded or ''} refused {outcome.refused}", flush=True)
    print(table(done, arguments.hostile))
    return 0


def table(done: Mapping[str, Mapping[str, object]], which: str) -> str:
    """Markdown: for each attack and defence the mean and the worst AUPRC, and who was left out."""
    rows: dict[str, dict[str, list[Mapping[str, object]]]] = {}
    for key, outcome in done.items():
        attack, mode, site, _seed = key.split("|")
        if site == which:
            rows.setdefault(attack, {}).setdefault(mode, []).append(outcome)
    modes = [mode for mode in MODES if any(mode in found for found in rows.values())]
    lines = ["| " + " | ".join(["", *modes]) + " |", "|---" * (1 + len(modes)) + "|"]
    for attack, found in rows.items():
        lines.append("| " + " | ".join([attack, *(_cell(found.get(mode, [])) for mode in modes)]) + " |")
    return "\n".join(lines)


def _cell(outcomes: Sequence[Mapping[str, object]]) -> str:
    if not outcomes:
        return "–"
    values = [float(str(outcome["auprc"])) for outcome in outcomes]
    text = f"{mean(values):.3f}, worst {min(values):.3f}"
    excluded = [dict(outcome["excluded"]) for outcome in outcomes if isinstance(outcome["excluded"], dict)]
    hostile = [
        [str(site) for site in outcome["hostile"]] for outcome in outcomes if isinstance(outcome["hostile"], list | tuple)
    ]
    right = [found[site] for sites, found in zip(hostile, excluded, strict=True) for site in sites if site in found]
    wrong = sum(len(set(found) - set(sites)) for sites, found in zip(hostile, excluded, strict=True))
    if right:
        text += f"; out {len(right)} of {sum(map(len, hostile))} (round {int(np.median(right))}, last {max(right)})"
    refused = [int(str(outcome["refused"])) for outcome in outcomes]
    return text + (f"; refused {mean(refused):.0f}" if any(refused) else "") + (f"; **honest out {wrong}**" if wrong else "")
