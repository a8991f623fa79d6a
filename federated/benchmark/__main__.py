"""`python -m federated.benchmark SET_DIR [--variant small] [--seeds 0-4] [--engine inprocess|flower] --out FILE.json`, and
`python -m federated.benchmark attacks SET_DIR …` (attacks.py), `… verdicts SET_DIR …` (verdicts.py), `… trial SET_DIR …`
(trial.py)."""

import argparse
import itertools
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from .. import VERSION
from ..agreed.contracts import SITE_METRICS
from ..agreed.errors import FederatedError, InvalidRows, TooFewMasked
from ..rows.partition import Parts
from ..use.metrics import score
from .cases import Case, Result
from .methods import METHODS
from .seeds import seeds
from .sets import BenchmarkSet, read_set
from .stress import STRESSES

METHOD_NAMES = tuple(dict.fromkeys(method for method, _regime in METHODS))
REGIMES = tuple(dict.fromkeys(regime for _method, regime in METHODS))
# For sites whose sensors differ, where elsewhere it may cost some points; and with rows held out, as plants do.
ON_REQUEST = ("fedtab-relative", "fedtab-held")
ANOTHER = 1000  # a repeat's seed is this much further on


def main(words: list[str] | None = None) -> int:
    words = sys.argv[1:] if words is None else words
    if words[:1] == ["attacks"]:
        from . import attacks

        return attacks.main(words[1:])
    if words[:1] == ["verdicts"]:
        from . import verdicts

        return verdicts.main(words[1:])
    if words[:1] == ["trial"]:
        from . import trial

        return trial.main(words[1:])
    arguments = parse(words)
    import torch

    torch.set_num_threads(1)
    try:
        found = replace(read_set(arguments.set_dir, arguments.variant), most=arguments.rows)
        splits = splits_of(found, arguments.seeds)
    except FederatedError as error:
        print(error, file=sys.stderr)
        return 2
    report = read_report(arguments.out, found.name, arguments.variant, arguments.engine, arguments.stress, arguments.rows)
    done = {(r["method"], r["regime"], r["seed"], r.get("repeat", 0)) for r in report["results"]}
    methods = dict(METHODS)
    if arguments.engine == "flower":
        from .flower import fedtab_flower

        methods = {("fedtab", "federated"): fedtab_flower}
    for repeat, seed in itertools.product(range(arguments.repeats), splits):
        parts = found.parts(seed)
        if arguments.stress:
            parts = STRESSES[arguments.stress](parts, np.random.default_rng(seed))
        case = Case(found, found.contract(seed, training_seed=seed + ANOTHER * repeat), parts)
        for (method, regime), run in methods.items():
            wanted = method in arguments.methods and regime in arguments.regimes
            if not wanted or (method, regime, seed, repeat) in done:
                continue
            started = time.perf_counter()
            try:
                result = run(case)
            except TooFewMasked as error:  # with one site left out of three, or of two
                print(f"{method:8} {regime:10} seed {seed}  not measured: {error}", flush=True)
                continue
            minutes = (time.perf_counter() - started) / 60
            told = {"repeat": repeat} if repeat else {}
            entry: dict[str, Any] = {"method": method, "regime": regime, "seed": seed, **told, "minutes": round(minutes, 3)}
            entry |= scored(result, parts)
            report["results"].append(entry)
            report["minutes"] = round(report["minutes"] + minutes, 3)
            write(arguments.out, report)
            figures = "  ".join(f"{name} {value:.4f}" for name, value in entry["site_equal"].items() if value is not None)
            print(f"{method:8} {regime:10} seed {seed}  site-equal {figures}  {minutes:.2f} min", flush=True)
    return 0


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m federated.benchmark", description=__doc__)
    parser.add_argument("set_dir", type=Path, help="folder with data.csv(.gz), splits*.csv.gz and meta.json")
    parser.add_argument("--variant", default="", help="small reads splits_small.csv.gz")
    parser.add_argument("--seeds", type=seeds, default=[], help="0-4, or 0,2; all splits of the set where not given")
    parser.add_argument("--engine", choices=("inprocess", "flower"), default="inprocess")
    parser.add_argument("--rows", type=int, default=0, help="draw so many training rows of each site; all of them where 0")
    parser.add_argument("--stress", choices=sorted(STRESSES), default="", help="spoil the sites' rows in one way")
    parser.add_argument(
        "--methods", type=lambda text: text.split(","), default=[name for name in METHOD_NAMES if name not in ON_REQUEST]
    )
    parser.add_argument("--regimes", type=lambda text: text.split(","), default=list(REGIMES))
    parser.add_argument("--repeats", type=int, default=1, help="train so often on each split, with other seeds")
    parser.add_argument("--out", type=Path, required=True, help="JSON; a run that was stopped goes on from it")
    arguments = parser.parse_args(words)
    for option, names in (("methods", METHOD_NAMES), ("regimes", REGIMES)):
        if unknown := set(getattr(arguments, option)) - set(names):
            parser.error(f"--{option}: {sorted(unknown)[0]} is none of {', '.join(names)}")
    return arguments


def splits_of(found: BenchmarkSet, asked: list[int]) -> list[int]:
    """
    Raises:
        InvalidRows: a split that the set does not have.
    """
    beyond = [seed for seed in asked if seed >= found.split_count]
    if beyond:
        rule = f"{found.name} has the splits 0 to {found.split_count - 1}."
        raise InvalidRows(rule, place="--seeds", value=beyond[0], remedy="Name these, or leave --seeds away.")
    return asked or list(range(found.split_count))


def scored(result: Result, parts: dict[str, Parts]) -> dict[str, Any]:
    sites: dict[str, dict[str, Any]] = {}
    for name, part in parts.items():
        labels = part.test.labels
        sites[name] = {"n": len(labels), "positives": int(labels.sum()), **rounded(score(labels, result.risks[name]))}
        if not 0 < labels.sum() < len(labels):
            sites[name] |= dict.fromkeys(SITE_METRICS)
        for key, value in result.extra.get(name, {}).items():
            sites[name][key] = value if isinstance(value, str) else round(value, 6)
    together = score(
        np.concatenate([p.test.labels for p in parts.values()]), np.concatenate([result.risks[n] for n in parts])
    )
    return {
        "rounds": result.rounds,
        "mb_per_site": round(result.mb_per_site, 3),
        **result.course,
        "sites": sites,
        "site_equal": {name: mean_of([s[name] for s in sites.values()]) for name in SITE_METRICS},
        "pooled_rows": rounded(together),
    }


def mean_of(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None


def rounded(figures: dict[str, float | None]) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 6) for name, value in figures.items()}


def read_report(path: Path, name: str, variant: str, engine: str, stress: str = "", rows: int = 0) -> dict[str, Any]:
    fresh = {"set": name, "variant": variant, "engine": engine, "version": VERSION, "minutes": 0.0, "results": []}
    if stress:
        fresh["stress"] = stress
    if rows:
        fresh["rows"] = rows
    if not path.exists():
        return fresh
    found = json.loads(path.read_text())
    same = all(found.get(key) == fresh.get(key) for key in ("set", "variant", "engine", "version", "stress", "rows"))
    if not same:
        raise SystemExit(
            f"{path} holds another set, variant, engine, version or rows. Name another file with --out, or remove it."
        )
    return found


def write(path: Path, report: dict[str, Any]) -> None:
    """Whole or not at all: a benchmark stopped while writing goes on from the last whole file."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(json.dumps(report, indent=1))
    partial.replace(path)


if __name__ == "__main__":
    sys.exit(main())
