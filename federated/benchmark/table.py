"""`python -m federated.benchmark.table FILE.json [...]`: the results of several sets as Markdown."""

import json
import sys
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from ..agreed.intervals import mean_interval

COLUMNS = ("auprc", "auroc", "recall_5", "brier", "ece", "cost_10")
Entry = dict[str, Any]
Key = tuple[str, str]


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
    marks += [f"{report['rows']} rows a site"] if report.get("rows") else []
    title = f"### {report['set']}{' (' + ', '.join(marks) + ')' if marks else ''}, {report['minutes']:.1f} minutes"
    heads = ("method", "regime", "repeats", *COLUMNS, "ECE of all rows", "MB a site", "rounds, MB to 95 %", "minutes")
    lines = [title, "", f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for (method, regime), entries in by_method.items():
        figures = [_figure([e["site_equal"].get(name) for e in entries]) for name in COLUMNS]
        together = mean(e["pooled_rows"]["ece"] for e in entries)
        course = [(e["rounds_to_95"], e["mb_to_95"]) for e in entries if "rounds_to_95" in e]
        early = f"{mean(c[0] for c in course):.0f}, {mean(c[1] for c in course):.1f}" if course else "–"
        cost = f"{mean(e['mb_per_site'] for e in entries):.1f} | {early} | {mean(e['minutes'] for e in entries):.2f}"
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
    both = sorted(set(ours) & set(pooled[best]))
    found = mean_interval([ours[key] - pooled[best][key] for key in both])
    if found is None:
        return []
    share = mean(ours[key] for key in both) / mean(pooled[best][key] for key in both)
    text = f"Federated fedtab is {share:.1%} of the best pooled model ({best[0]}) over {len(both)} repeats;"
    return [
        f"{text} paired difference of AUPRC {found.mean:+.3f} (95 % interval {found.low:+.3f} to {found.high:+.3f}).",
        "",
    ]


def _against_alone(by_method: dict[Key, list[Entry]]) -> list[str]:
    """How many sites, over all seeds, gain or lose by the model they use, as far as their test rows can tell."""
    entries = by_method.get(("fedtab", "personal"), [])
    cells = [site for entry in entries for site in entry["sites"].values() if "gain_low" in site]
    if not cells:
        return []
    better, worse = sum(cell["gain_low"] > 0 for cell in cells), sum(cell["gain_high"] < 0 for cell in cells)
    text = f"Of {len(cells)} sites (seeds counted apart), {better} are better off than alone, {worse} worse"
    return [f"{text} (95 % intervals wholly above or below 0); mean gain {mean(c['gain'] for c in cells):+.3f}.", ""]


def _by_seed(entries: list[Entry]) -> dict[tuple[int, int], float]:
    """By split and repeat."""
    known = [entry for entry in entries if entry["site_equal"]["auprc"] is not None]
    return {(e["seed"], e.get("repeat", 0)): e["site_equal"]["auprc"] for e in known}


def _sites(by_method: dict[Key, list[Entry]]) -> list[str]:
    """AUPRC at each site, and what came of the verdicts."""
    shown = {regime: by_method[key] for key in by_method if key[0] == "fedtab" and (regime := key[1]) != "pooled"}
    if not shown:
        return []
    lines = [
        f"| AUPRC at | {' | '.join(shown)} | defects passed as ok | good among called defect | value to others |",
        "|---" * (len(shown) + 4) + "|",
    ]
    for site in next(iter(shown.values()))[0]["sites"]:
        cells = [_mean([e["sites"][site]["auprc"] for e in entries]) for entries in shown.values()]
        personal = shown.get("personal", [])
        for name in ("missed", "false"):
            cells.append(_mean([e["sites"][site].get(name) for e in personal]))
        cells.append(_signed([e["sites"][site].get("value") for e in shown.get("unseen", [])]))
        lines.append(f"| {site} | {' | '.join(cells)} |")
    return [*lines, ""]


def _signed(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{mean(known):+.3f}" if known else "–"


def _mean(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{mean(known):.3f}" if known else "–"


if __name__ == "__main__":
    sys.exit(main())
