"""`python -m federated.benchmark trial SET_DIR [--variant small] [--seeds 0-4] --out FILE`.

Whether the certificate of a trial is right. Each site in turn stays away; the others train, and it tries their model on its
training rows, at home and without a run. What the certificate says is held against the site's test rows, which nothing of it
has seen: the same two models there, and what a run with this site among the members gave it.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

from ..agreed.contracts import Contract
from ..agreed.errors import FederatedError
from ..models.defect import DefectModel, risks
from ..privacy.attacks import membership
from ..rows.partition import Parts
from ..rows.table import join
from ..site.trial import LEAST_DEFECTS, UNCLEAR, Costs, trial
from ..use.metrics import score
from .cases import Case, train_together
from .seeds import seeds
from .sets import read_set

COSTS = Costs(miss=100_000, alarm=10_000)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m federated.benchmark trial", description=__doc__)
    parser.add_argument("set_dir", type=Path)
    parser.add_argument("--variant", default="")
    parser.add_argument("--seeds", type=seeds, default=[0, 1, 2, 3, 4])
    parser.add_argument("--out", type=Path, required=True, help="JSON; a run that was stopped goes on from it")
    arguments = parser.parse_args(words)
    import torch

    torch.set_num_threads(1)
    found = read_set(arguments.set_dir, arguments.variant)
    kept: list[dict[str, Any]] = json.loads(arguments.out.read_text())["tries"] if arguments.out.exists() else []
    done = {(entry["seed"], entry["site"]) for entry in kept}
    for seed in arguments.seeds:
        case = Case(found, found.contract(seed), found.parts(seed))
        for name, part in case.parts.items():
            if (seed, name) in done or part.train.positives < LEAST_DEFECTS:
                continue
            started = time.perf_counter()
            try:
                entry = {"seed": seed, "site": name, **tried(case, name)}
            except FederatedError as error:
                print(f"seed {seed} {name}: not measured: {error}", flush=True)
                continue
            entry["minutes"] = round((time.perf_counter() - started) / 60, 3)
            kept.append(entry)
            arguments.out.write_text(json.dumps({"set": found.name, "told": told(kept), "tries": kept}, indent=1))
            print(json.dumps(entry), flush=True)
    print(json.dumps(told(kept)))
    return 0


def tried(case: Case, name: str) -> dict[str, Any]:
    """One site that stays away: its certificate, and what was true on its test rows."""
    contract, part = case.contract, case.parts[name]
    model, _own = train_together(contract, case.parts, left_out=name)
    started = time.perf_counter()
    said = trial(contract, model, part.train, COSTS, name=name)
    own = case.alone[name]
    without, alone, joined = (auprc(contract, one, part) for one in (model, own, case.together[1][name]))
    members = [other for key, other in case.parts.items() if key != name]
    attack = membership(contract, model, join([p.train for p in members]), join([p.test for p in members]))
    return {
        **{"defects": part.train.positives, "test_defects": part.test.positives, "verdict": said.verdict},
        **{"gain": said.auprc.gain, "low": said.auprc.low, "high": said.auprc.high},
        **{"saved": said.cost.gain, "saved_low": said.cost.low, "saved_high": said.cost.high},
        **{"true_gain": without - alone, "joined_gain": joined - alone},
        **attack,
        "certificate_s": round(time.perf_counter() - started, 1),
    }


def auprc(contract: Contract, model: DefectModel, part: Parts) -> float:
    return float(score(part.test.labels, risks(contract, model, part.test))["auprc"] or 0.0)


def told(tries: list[dict[str, Any]]) -> dict[str, Any]:
    """Shares of certificates whose sign was right: on the test rows of the same split, on the mean over a site's splits, and
    by what joining gave; of all, and of those that were certain."""
    if not tries:
        return {}
    sites = {entry["site"] for entry in tries}
    usual = {site: mean(entry["true_gain"] for entry in tries if entry["site"] == site) for site in sites}
    truths: dict[str, Callable[[dict[str, Any]], float]] = {
        "test": lambda entry: entry["true_gain"],
        "site": lambda entry: usual[entry["site"]],
        "joined": lambda entry: entry["joined_gain"],
    }
    certain = [entry for entry in tries if entry["verdict"] != UNCLEAR]
    found: dict[str, Any] = {"tries": len(tries), "certain": len(certain)}
    for key, truth in truths.items():
        for label, some in (("", tries), ("certain_", certain)):
            if told := [entry for entry in some if entry["gain"]]:  # no difference is no sign
                found[f"{label}right_by_{key}"] = round(mean((e["gain"] > 0) == (truth(e) > 0) for e in told), 3)
    found["membership_auroc"] = round(max(entry["membership_auroc"] for entry in tries), 4)
    found["certificate_s"] = max(entry["certificate_s"] for entry in tries)
    return found
