"""Drift by hand, by simulation, and as a factory's IT would look for it."""

import numpy as np
import pytest

from federated.agreed.keys import new_key, write_key
from federated.factory.cli import main
from federated.factory.home import Home, Settings
from federated.factory.watching import watch_text
from federated.run.engine import run_in_process
from federated.site.site import Site
from federated.use import drift
from federated.use.drift import Watched, reference_of, watch

from .sites import contract, rows, table


def test_the_stability_index_by_hand():
    was, now = np.array([0.5, 0.5]), np.array([0.4, 0.6])
    assert drift.population_stability(was, now, 100, 100) == pytest.approx(0.1 * np.log(0.5 / 0.4) + 0.1 * np.log(0.6 / 0.5))
    assert drift.population_stability(np.array([1.0, 0.0]), np.array([1.0, 0.0]), 10, 10) == 0


def test_a_shift_is_flagged_and_the_same_distribution_is_not():
    order = np.random.default_rng(0)
    reference = reference_of(["a", "b", "c", "d"], [order.normal(size=2000) for _ in range(4)], 2000)
    gaps = np.where(order.random(1000) < 0.5, np.nan, order.normal(size=1000))
    new = [order.normal(size=1000), order.normal(1.0, 1, 1000), order.normal(0.4, 1, 1000), gaps]
    assert [one.state for one in watch(reference, new)] == ["ok", "drift", "watch", "drift"]
    assert watch(reference, new)[1].ks == pytest.approx(0.38, abs=0.05)  # twice Φ(½), less 1


def test_few_rows_say_nothing_and_small_samples_are_not_called_drift():
    order = np.random.default_rng(1)
    reference = reference_of(["a"], [order.normal(size=80)], 80)
    assert watch(reference, [order.normal(5, 1, 20)])[0].state == "unknown"
    states = [watch(reference, [order.normal(size=60)])[0].state for _ in range(50)]
    assert states.count("drift") <= 1


def test_a_large_figure_on_few_rows_is_said_to_be_chance():
    order = np.random.default_rng(3)
    reference = reference_of(["a"], [order.normal(size=80)], 80)
    (few,) = watch(reference, [order.normal(5, 1, 12)])
    assert watch_text(few, 12) == f"a: PSI {few.psi:.2f} on 12 rows: chance; 50 rows tell more"
    small = Watched("a", 0.31, 0.1, "ok", 0.6)
    assert watch_text(small, 80) == "a: PSI 0.31 on 80 rows: chance; as many rows of the training give up to 0.60"
    assert watch_text(Watched("a", 0.02, 0.1, "ok", 0.6), 80) == "a: PSI 0.02: as in the training"
    assert watch_text(Watched("a", 2.0, 0.1, "drift", 0.6), 80).startswith("a: PSI 2.00, above 0.60: drift")
    assert watch_text(Watched("a", 0.2, 0.1, "watch", 0.05), 800).startswith("a: PSI 0.20, above 0.10: watched")


def test_a_constant_and_an_empty_column():
    reference = reference_of(["constant", "empty"], [np.full(100, 7.0), np.full(100, np.nan)], 100)
    same = watch(reference, [np.full(100, 7.0), np.full(100, np.nan)])
    assert [one.state for one in same] == ["ok", "ok"]
    other = watch(reference, [np.full(100, 8.0), np.zeros(100)])
    assert other[1].state == "drift"


@pytest.fixture
def home(tmp_path):
    """A site after a run: its model and its reference are there."""
    found = Home(tmp_path / "site")
    found.create()
    write_key(found.key_file, new_key())
    found.write_settings(Settings(site="alpha", server="http://127.0.0.1:9", gateway=""))
    agreed = contract(rounds=1, quorum=1)
    found.approve(agreed, "test")
    run_in_process(agreed, [Site("alpha", agreed, rows(0, 800), found)], run="7")
    found.write_released([{"run": "7", "contract": agreed.hash, "number": 1}])
    return found


def test_watching_a_file_names_the_features_that_drift(home, tmp_path, capsys):
    table(0, 400).write_csv(tmp_path / "same.csv")
    assert main(["--home", str(home.folder), "watch", str(tmp_path / "same.csv")]) == 0
    shown = capsys.readouterr().out
    assert "ok       temperature" in shown
    assert "labelled rows: auroc" in shown
    hotter = table(0, 400).with_columns(temperature=table(9, 400)["temperature"].cast(float) + 60)
    hotter.drop("y").write_csv(tmp_path / "hot.csv")
    assert main(["--home", str(home.folder), "watch", str(tmp_path / "hot.csv")]) == 0
    shown = capsys.readouterr().out
    assert "drift    temperature" in shown
    assert "Drift in temperature" in shown
    assert "labelled rows" not in shown


def test_a_site_that_took_no_part_is_told_so(home, tmp_path, capsys):
    (home.folder / "models" / "7.npz").unlink()
    table(0, 60).write_csv(tmp_path / "new.csv")
    assert main(["--home", str(home.folder), "watch", str(tmp_path / "new.csv")]) == 2
    assert "Take part in the next run." in capsys.readouterr().err
