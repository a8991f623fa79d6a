"""`python -m federated.benchmark.table FILE.json [...]`: the results of several sets as Markdown."""

import json
import sys
from pathlib import Path
from statistics import mean, stdev
from typing import Any

COLUMNS = ("auprc", "auroc", "recall_5", "brier", "ece", "cost_10")
Entry = dict[str, Any]
Key = tuple[str, str]
# Two-sided 95 % points of Student's t for 1 to 9 degrees of freedom.
STUDENT = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)


def main(words: list[str] | None = None) -> int:
    for name in words if words is not None else sys.argv[1:]:
        print("\n".join(table(json.loads(Path(name).read_text()))))
        print()
    return 0


def table(report: dict[str, Any]) -> list[str]:
    """Lines of one set: means over the seeds, then the paired difference to the best pooled model, then the sites."""
    by_method: dict[Key, list[Entry]] = {}
    for entry in report["results"]:
        by_method.setdefault((entry["method"], entry["regime"]), []).append(entry)
    marks = [word for word in (report["variant"], f"stress: {report['stress']}" if report.get("stress") else "") if word]
    title = f"### {report['set']}{' (' + ', '.join(marks) + ')' if marks else ''}, {report['minutes']:.1f} minutes"
    lines = [title, "", f"| method | regime | seeds | {' | '.join(COLUMNS)} | ECE of all rows | MB a site | minutes |"]
    lines.append("|---" * (len(COLUMNS) + 6) + "|")
    for (method, regime), entries in by_method.items():
        figures = [_figure([e["site_equal"].get(name) for e in entries]) for name in COLUMNS]
        together = mean(e["pooled_rows"]["ece"] for e in entries)
        cost = f"{mean(e['mb_per_site'] for e in entries):.1f} | {mean(e['minutes'] for e in entries):.2f}"
        lines.append(f"| {method} | {regime} | {len(entries)} | {' | '.join(figures)} | {together:.3f} | {cost} |")
    return [*lines, "", *_against_pooled(by_method), *_against_alone(by_method), *_sites(by_method)]


def _figure(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "–"
    return f"{mean(known):.3f}" + (f" ± {stdev(known):.3f}" if len(known) > 1 else "")


def _against_pooled(by_method: dict[Key, list[Entry]]) -> list[str]:
    pooled = {key: _by_seed(entries) for key, entries in by_method.items() if key[1] == "pooled"}
    ours = _by_seed(by_method.get(("fedtab", "federated"), []))
    if not pooled or not ours:
        return []
    best = max(pooled, key=lambda key: mean(pooled[key].values()))
    seeds = sorted(set(ours) & set(pooled[best]))
    differences = [ours[seed] - pooled[best][seed] for seed in seeds]
    if len(seeds) < 2:
        return []
    half = STUDENT[min(len(seeds) - 2, len(STUDENT) - 1)] * stdev(differences) / len(seeds) ** 0.5
    share = mean(ours[seed] for seed in seeds) / mean(pooled[best][seed] for seed in seeds)
    middle = mean(differences)
    text = f"Federated fedtab is {share:.1%} of the best pooled model ({best[0]}); paired difference of AUPRC {middle:+.3f}"
    return [f"{text} (95 % interval {middle - half:+.3f} to {middle + half:+.3f}).", ""]


def _against_alone(by_method: dict[Key, list[Entry]]) -> list[str]:
    """How many sites, over all seeds, gain or lose by the model they use, as far as their test rows can tell."""
    entries = by_method.get(("fedtab", "personal"), [])
    cells = [site for entry in entries for site in entry["sites"].values() if "gain_low" in site]
    if not cells:
        return []
    better, worse = sum(cell["gain_low"] > 0 for cell in cells), sum(cell["gain_high"] < 0 for cell in cells)
    text = f"Of {len(cells)} sites (seeds counted apart), {better} are better off than alone, {worse} worse"
    return [f"{text} (95 % intervals wholly above or below 0); mean gain {mean(c['gain'] for c in cells):+.3f}.", ""]


def _by_seed(entries: list[Entry]) -> dict[int, float]:
    return {e["seed"]: e["site_equal"]["auprc"] for e in entries if e["site_equal"]["auprc"] is not None}


def _sites(by_method: dict[Key, list[Entry]]) -> list[str]:
    """AUPRC at each site, and what the verdicts held of the promised 90 %."""
    shown = {regime: by_method[key] for key in by_method if key[0] == "fedtab" and (regime := key[1]) != "pooled"}
    if not shown:
        return []
    lines = [f"| AUPRC at | {' | '.join(shown)} | coverage | … of defects |", "|---" * (len(shown) + 3) + "|"]
    for site in next(iter(shown.values()))[0]["sites"]:
        cells = [_mean([e["sites"][site]["auprc"] for e in entries]) for entries in shown.values()]
        personal = shown.get("personal", [])
        for name in ("coverage", "coverage_defect"):
            cells.append(_mean([e["sites"][site].get(name) for e in personal]))
        lines.append(f"| {site} | {' | '.join(cells)} |")
    return [*lines, ""]


def _mean(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{mean(known):.3f}" if known else "–"


if __name__ == "__main__":
    sys.exit(main())
