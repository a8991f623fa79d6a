"""The benchmark's file is read by others: its form is fixed (docs/federated.md, The benchmark)."""

import json

import numpy as np
import polars as pl
import pytest

from federated.agreed.contracts import SITE_METRICS
from federated.benchmark import sets, trial
from federated.benchmark.__main__ import main, scored, seeds
from federated.benchmark.cases import Result
from federated.benchmark.sets import fewer, read_set
from federated.benchmark.stress import STRESSES
from federated.benchmark.table import table
from federated.benchmark.verdicts import draw
from federated.rows.table import Rows, join
from federated.site import trial as site_trial

from .sites import rows

pytestmark = pytest.mark.long

PERSONAL = {"model", "missed", "inspect", "gain", "gain_low", "gain_high"}
SITES = {"A": 0, "B": 1, "C": 2, "D": 3}  # one may be left out: trees grow over three at least
RECIPE = sets.contract_for
TREES, ROUNDS = 5, 3


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    """Each method trains as ever, not as long."""

    def short(*given, **named):
        made = RECIPE(*given, **named)
        trees, network = ({"rounds": TREES}, {"rounds": ROUNDS})
        changed = {"boosting": made.boosting.model_copy(update=trees), "training": made.training.model_copy(update=network)}
        return made.model_copy(update=changed)

    monkeypatch.setattr(sets, "contract_for", short)


@pytest.fixture
def set_dir(tmp_path):
    return written(tmp_path, SITES)


def written(folder, sites):
    frames, splits = [], []
    for place, (site, seed) in enumerate(sites.items()):
        found = rows(seed, 120)
        ids = np.arange(120) + 120 * place
        frames.append(
            pl.DataFrame(
                {
                    "row_id": ids,
                    "factory": [site] * 120,
                    "pressure": found.numeric[:, 0],
                    "temperature": found.numeric[:, 1],
                    "mould": ["AB"[code] for code in found.categorical[:, 0]],
                    "y": found.labels,
                }
            )
        )
        place_of = {f"split_{k}": np.random.default_rng(k).choice(3, 120, p=[0.6, 0.3, 0.1]) for k in range(5)}
        splits.append(pl.DataFrame({"row_id": ids, "factory": [site] * 120, **place_of}))
    pl.concat(frames).write_csv(folder / "data.csv")
    pl.concat(splits).write_csv(folder / "splits.csv.gz", compression="gzip")
    meta = {"name": "invented", "features": ["pressure", "temperature"], "categorical": ["mould"]}
    (folder / "meta.json").write_text(json.dumps(meta))
    return folder


def test_every_method_and_regime_stands_in_the_file_in_its_fixed_form(set_dir, tmp_path):
    out = tmp_path / "out.json"
    assert main([str(set_dir), "--seeds", "0", "--out", str(out)]) == 0
    report = json.loads(out.read_text())
    assert set(report) == {"set", "variant", "engine", "version", "minutes", "results"}
    assert (report["set"], report["variant"], report["engine"]) == ("invented", "", "inprocess")
    pairs = {(r["method"], r["regime"]) for r in report["results"]}
    expected = {(m, r) for m in ("fedtab", "xgboost", "logreg") for r in ("local", "pooled", "federated")}
    private = {("fedtab-eps8", "federated"), ("fedtab-eps8", "personal"), ("fedtab-eps3", "federated")}
    assert pairs == expected | private | {("fedtab", "personal"), ("fedtab", "unseen")}
    for result in report["results"]:
        assert {"seed", "minutes", "rounds", "mb_per_site", "sites", "site_equal", "pooled_rows"} < set(result)
        assert set(result["sites"]) == set(SITES)
        own = {"personal": PERSONAL, "unseen": {"value", "value_low", "value_high"}}.get(result["regime"], set())
        assert set(result["sites"]["A"]) - {"false"} == {"n", "positives", *SITE_METRICS} | own
        # Noise for ε 8 drowns eighty rows a site.
        assert result["site_equal"]["auroc"] > (0.0 if "eps" in result["method"] else 0.6), result["method"]
    federated = next(r for r in report["results"] if (r["method"], r["regime"]) == ("fedtab", "federated"))
    assert federated["rounds"] == TREES + ROUNDS
    assert 0 < federated["mb_to_95"] <= federated["mb_per_site"]
    assert 1 <= federated["rounds_to_95"] <= TREES + ROUNDS
    pooled, together = (
        next(r for r in report["results"] if (r["method"], r["regime"]) == ("logreg", k)) for k in ("pooled", "federated")
    )
    assert together["site_equal"]["auroc"] == pytest.approx(pooled["site_equal"]["auroc"], abs=0.02)


def test_rows_are_drawn_and_held_out_as_a_plant_does(set_dir, tmp_path):
    out = tmp_path / "held.json"
    words = [str(set_dir), "--seeds", "0", "--methods", "fedtab-held", "--rows", "60", "--out", str(out)]
    assert main(words) == 0
    report = json.loads(out.read_text())
    assert report["rows"] == 60
    assert {(r["method"], r["regime"]) for r in report["results"]} == {
        ("fedtab-held", regime) for regime in ("local", "federated", "personal")
    }
    assert {"model", "gain"} <= set(report["results"][-1]["sites"]["A"])
    assert "(60 rows a site)" in table(report)[0]
    with pytest.raises(SystemExit, match="another set, variant, engine, version or rows"):
        main([*words[:-4], "--out", str(out)])


def test_drawn_rows_keep_the_share_of_defects_and_the_order():
    found = rows(3, 240)
    drawn = fewer(found, 80, np.random.default_rng(0))
    assert (len(drawn), drawn.positives) == (80, round(found.positives / 3))
    assert fewer(found, 0, np.random.default_rng(0)) is found
    places = [int(np.flatnonzero((found.numeric == row).all(axis=1))[0]) for row in drawn.numeric]
    assert places == sorted(set(places))


def test_of_three_sites_none_can_be_left_out_and_the_rest_is_measured(tmp_path, capsys):
    words = [str(written(tmp_path, {"A": 0, "B": 1, "C": 2})), "--seeds", "0", "--methods", "logreg,fedtab"]
    assert main([*words, "--regimes", "local,unseen", "--out", str(tmp_path / "out.json")]) == 0
    assert "fedtab   unseen     seed 0  not measured: A round of trees grows over three sites" in capsys.readouterr().out
    results = json.loads((tmp_path / "out.json").read_text())["results"]
    assert [(r["method"], r["regime"]) for r in results] == [("fedtab", "local"), ("logreg", "local")]


def test_promises_of_verdicts_are_counted_on_rows_that_no_run_has_met(set_dir, tmp_path, capsys):
    out = tmp_path / "verdicts.json"
    words = ["verdicts", str(set_dir), "--bases", "0.1,0.4", "--seeds", "0-1", "--trees", "2", "--out", str(out)]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "| invented, 40% | rows | 2 |" in shown
    done = json.loads(out.read_text())
    assert set(done) == {f"invented, {base}|rows|{seed}" for base in ("10%", "40%") for seed in (0, 1)}
    for entry in done.values():
        assert set(entry["sites"]) == set(SITES)
        for site in entry["sites"].values():
            assert site["missed"] <= site["defects"] < site["rows"]
            assert not site["has_ok"]  # a site of 120 rows has too few defects
            assert site["missed"] == 0
        assert sum(entry["bins"]["stated"]) == pytest.approx(sum(np.array(entry["bins"]["simulated"]).mean(axis=0)), rel=0.3)
    assert main([*words, "--blocks"]) == 0
    assert "| invented, 10% | blocks | 2 |" in capsys.readouterr().out


def test_the_certificate_of_a_trial_is_held_against_rows_that_nothing_of_it_has_seen(set_dir, tmp_path, monkeypatch):
    for module in (trial, site_trial):
        monkeypatch.setattr(module, "LEAST_DEFECTS", 4)  # of 70 training rows
    out = tmp_path / "trial.json"
    words = ["trial", str(set_dir), "--seeds", "0", "--out", str(out)]
    assert main(words) == 0
    done = json.loads(out.read_text())
    assert {entry["site"] for entry in done["tries"]} <= set(SITES)
    told = done["told"]
    assert told["tries"] == len(done["tries"]) > 0
    right = [(entry["gain"] > 0) == (entry["joined_gain"] > 0) for entry in done["tries"] if entry["gain"]]
    assert told["right_by_joined"] == round(sum(right) / len(right), 3)
    for entry in done["tries"]:
        assert entry["low"] <= entry["gain"] <= entry["high"]
        assert 0 <= entry["membership_auroc"] <= 1
    before = out.read_bytes()
    assert main(words) == 0  # nothing is tried twice
    assert out.read_bytes() == before


@pytest.mark.parametrize("base", [0.02, 0.1, 0.4])
def test_rows_are_thinned_to_a_base_rate_and_blocks_stay_together(base):
    found = Rows(np.arange(1000.0)[:, None], np.zeros((1000, 0)), (np.arange(1000) % 5 == 0).astype(np.int8))
    for blocks in (False, True):
        drawn = draw(found, base, 700, np.random.default_rng(0), blocks=blocks)
        both = join([drawn.rows, drawn.back])
        assert both.positives / len(both) == pytest.approx(base, abs=0.01)
        assert len(both) <= 700
        assert len(np.unique(both.numeric)) == len(both)
        assert len(drawn.back) / len(both) == pytest.approx(0.4, abs=0.06)
        places = [set((part.numeric[:, 0] // 100).astype(int)) for part in (drawn.rows, drawn.back)]
        assert bool(places[0] & places[1]) is not blocks


def test_a_small_set_is_trained_for_thirty_rounds_of_trees_and_ten_of_the_network(set_dir, monkeypatch):
    monkeypatch.setattr(sets, "contract_for", RECIPE)
    agreed = read_set(set_dir).contract(0)
    assert (agreed.boosting.rounds, agreed.training.rounds, agreed.rounds) == (30, 10, 40)


def test_a_benchmark_that_was_stopped_goes_on(set_dir, tmp_path, capsys):
    out = tmp_path / "out.json"
    main([str(set_dir), "--seeds", "0", "--methods", "logreg", "--out", str(out)])
    first = json.loads(out.read_text())["results"]
    capsys.readouterr()
    main([str(set_dir), "--seeds", "0-1", "--methods", "logreg", "--out", str(out)])
    assert "seed 0" not in capsys.readouterr().out
    assert json.loads(out.read_text())["results"][:3] == first
    with pytest.raises(SystemExit, match="another set, variant, engine, version or rows"):
        main([str(set_dir), "--engine", "flower", "--seeds", "0", "--out", str(out)])


def test_a_repeat_trains_with_another_seed_on_the_same_split(set_dir, tmp_path):
    out = tmp_path / "out.json"
    words = [str(set_dir), "--seeds", "0", "--methods", "fedtab", "--regimes", "federated", "--out", str(out)]
    main(words)
    first = json.loads(out.read_text())["results"]
    assert main([*words, "--repeats", "2"]) == 0
    results = json.loads(out.read_text())["results"]
    assert results[:1] == first
    assert [(r["seed"], r.get("repeat", 0)) for r in results] == [(0, 0), (0, 1)]
    assert results[0]["sites"]["A"]["n"] == results[1]["sites"]["A"]["n"]
    assert results[0]["site_equal"] != results[1]["site_equal"]


def test_a_factory_with_one_class_in_its_test_part_is_null_and_left_out_of_the_mean(set_dir):
    parts = read_set(set_dir).parts(0)
    parts["A"].test.labels[:] = 0
    found = scored(Result({site: part.test.numeric[:, 0] / 200 for site, part in parts.items()}), parts)
    assert found["sites"]["A"]["auroc"] is None
    assert found["sites"]["A"]["brier"] is None
    others = [found["sites"][site]["auroc"] for site in set(SITES) - {"A"}]
    assert found["site_equal"]["auroc"] == pytest.approx(sum(others) / len(others), abs=1e-6)


def test_seeds_are_a_list_or_a_range():
    assert seeds("0-4") == [0, 1, 2, 3, 4]
    assert seeds("0,3") == [0, 3]


def test_all_splits_of_a_set_are_taken_and_one_it_lacks_is_named(set_dir, tmp_path, capsys):
    splits = pl.read_csv(set_dir / "splits.csv.gz").drop("split_2", "split_3", "split_4")
    splits.write_csv(set_dir / "splits.csv.gz", compression="gzip")
    words = [str(set_dir), "--methods", "logreg", "--regimes", "local", "--out", str(tmp_path / "out.json")]
    assert main(words) == 0
    assert [r["seed"] for r in json.loads((tmp_path / "out.json").read_text())["results"]] == [0, 1]
    capsys.readouterr()
    assert main([*words, "--seeds", "0-2"]) == 2
    error = capsys.readouterr().err
    assert "splits 0 to 1" in error
    assert "--seeds" in error


def test_a_folder_that_is_no_set_is_named(tmp_path, capsys):
    assert main([str(tmp_path), "--out", str(tmp_path / "x.json")]) == 2
    assert "data.csv" in capsys.readouterr().err


@pytest.mark.parametrize("name", sorted(STRESSES))
def test_a_stress_spoils_what_it_says_and_nothing_else(set_dir, name):
    before = read_set(set_dir).parts(0)
    after = STRESSES[name](before, np.random.default_rng(0))
    assert list(after) == list(before)
    for site, part in after.items():
        was = before[site]
        off = name in ("gain", "offset")
        assert np.array_equal(part.test.numeric, was.test.numeric) is not off
        assert np.array_equal(part.test.labels, was.test.labels)
        assert part.train.positives >= min(3, was.train.positives)
        if off:
            scale = np.nanmax(np.abs(part.train.numeric - was.train.numeric) / np.abs(was.train.numeric).mean(axis=0))
            assert 0 < scale < 0.5
    if name == "quantity":
        assert len(after["A"].train) == len(before["A"].train) > len(after["B"].train) > len(after["C"].train)
    if name == "labels":
        assert after["B"].train.positives < before["B"].train.positives
        assert after["A"].train.positives == before["A"].train.positives
    if name == "noisy":
        last = list(SITES)[-1]
        turned = (after[last].train.labels != before[last].train.labels).mean()
        assert 0.15 < turned < 0.45
        assert np.array_equal(after["A"].train.labels, before["A"].train.labels)


def test_a_stressed_benchmark_has_a_file_of_its_own(set_dir, tmp_path):
    out = tmp_path / "out.json"
    words = [str(set_dir), "--seeds", "0", "--methods", "logreg", "--stress", "gain", "--out", str(out)]
    assert main(words) == 0
    assert json.loads(out.read_text())["stress"] == "gain"
    with pytest.raises(SystemExit, match="another set, variant, engine, version or rows"):
        main([*words[:5], "--out", str(out)])


def test_results_are_told_as_a_table_with_a_paired_interval():
    def entry(method: str, regime: str, seed: int, auprc: float) -> dict:
        figures = dict.fromkeys(SITE_METRICS, 0.5) | {"auprc": auprc}
        return {
            **{"method": method, "regime": regime, "seed": seed, "minutes": 0.5, "rounds": 3, "mb_per_site": 1.0},
            **{"site_equal": figures, "pooled_rows": figures, "sites": {"A": {**figures, "missed": 0.08}}},
        }

    results = [entry("fedtab", "federated", seed, 0.80 + 0.01 * seed) for seed in (0, 1)]
    results += [entry("xgboost", "pooled", seed, 0.78) for seed in (0, 1)]
    results += [entry("logreg", "pooled", seed, 0.5) for seed in (0, 1)]
    lines = table({"set": "x", "variant": "small", "minutes": 3.0, "stress": "gain", "results": results})
    assert lines[0] == "### x (small, stress: gain), 3.0 minutes"
    assert "| fedtab | federated | 2 | 0.805 ± 0.007 |" in "\n".join(lines)
    # Differences 0.02 and 0.03: mean 0.025, t(1) times 0.00707 / √2 = 0.0635.
    assert "103.2% of the best pooled model (xgboost)" in "\n".join(lines)
    assert "+0.025 (95 % interval -0.039 to +0.089)" in "\n".join(lines)
    assert "| A | 0.805 | – | – | – |" in lines
