"""Sensors that are not calibrated alike: values also as distances from the site's own medians, which stay there."""

from dataclasses import replace

import numpy as np
import onnxruntime
import pytest

from federated.agreed.contracts import read_contract
from federated.agreed.errors import InvalidContract, InvalidRows
from federated.agreed.levels import LEVELS
from federated.factory.home import Home
from federated.factory.preview import preview
from federated.factory.tables import LEAST_FOR_BASELINE, own_baseline
from federated.models.defect import risks
from federated.rows.preparation import baseline_of, tree_values, widened
from federated.rows.table import Rows
from federated.run.engine import run_in_process
from federated.site.site import Site, train_alone
from federated.site.store import InMemory
from federated.use.advice import advice
from federated.use.bundle import export
from federated.use.deployment import Deployment, factors, pack_deployment, unpack_deployment
from federated.use.metrics import score

from .sites import FEATURES, contract, rows, table

OFF = (-45.0, 0.0, 45.0)  # bar; defects begin at 125


def shifted(found: Rows, by: float) -> Rows:
    return replace(found, numeric=found.numeric + np.array([by, 0.0]))


def relative(**changes):
    free = tuple(f.model_copy(update={"low": None, "high": None, "adjustable": f.name == "pressure"}) for f in FEATURES)
    return contract(**{"tree_rounds": 6, "rounds": 4, "relative": True, "features": free, **changes})


def trained(agreed) -> list[Deployment]:
    stores = [InMemory() for _ in OFF]
    given = zip(OFF, stores, strict=True)
    sites = [Site(f"site-{n}", agreed, shifted(rows(n, 300), by), store) for n, (by, store) in enumerate(given)]
    run_in_process(agreed, sites)
    return [store.deployments["inprocess"] for store in stores]


@pytest.fixture(scope="module")
def deployments():
    return trained(relative())


def areas(agreed, found: list[Deployment]) -> list[float]:
    new = [shifted(rows(20, 400), by) for by in OFF]
    pairs = zip(found, new, strict=True)
    return [score(part.labels, risks(agreed, one.model, part))["auroc"] or 0.0 for one, part in pairs]


def test_the_baseline_by_hand():
    values = np.arange(101.0)[:, None] * [1.0, 0.0] + [0.0, 7.0]
    values[50, 1] = np.nan
    found = Rows(values, np.empty((101, 0), dtype=int), np.zeros(101, dtype=np.int8))
    baseline = baseline_of(found, relative())
    assert baseline is not None
    assert baseline[0] == pytest.approx([50, 7])
    assert baseline[1] == pytest.approx([34, 1], abs=0.1)  # half of the middle 68 %; a constant column keeps its values
    wide = widened(values, baseline)
    assert wide.shape == (101, 4)
    assert wide[0] == pytest.approx([0, 7, -50 / baseline[1, 0], 0])
    assert np.isnan(wide[50, [1, 3]]).all()
    assert baseline_of(found, contract()) is None
    assert widened(values, None) is values


def test_sites_whose_sensors_stand_apart_learn_from_each_other(deployments):
    agreed, plain = relative(), relative(relative=False)
    apart, together = areas(plain, trained(plain)), areas(agreed, deployments)
    assert min(together) > 0.85
    assert np.mean(together) > np.mean(apart) + 0.02


def test_a_site_takes_its_own_baseline_and_the_shared_model_carries_none(deployments):
    for number, (by, found) in enumerate(zip(OFF, deployments, strict=True)):
        assert found.model.baseline is not None
        assert found.model.baseline[0, 0] == pytest.approx(100 + by, abs=8), number
        assert "baseline" not in found.model.arrays()
        assert np.array_equal(found.alone.baseline, found.model.baseline)


def test_reasons_and_advice_speak_of_this_sites_own_values(deployments):
    agreed, found = relative(), deployments[2]
    usual = found.model.usual_values[0, len(LEVELS) // 2]
    assert usual == pytest.approx(145, abs=10)
    high = Rows(np.array([[190.0, 200.0]]), np.array([[0]]), np.array([-1], dtype=np.int8))
    (reasons,), (change,) = factors(found, agreed, high), advice(found, agreed, high)
    assert reasons[0].name == "pressure"
    assert change is not None
    assert change.to < 165  # 45 above what the same rule says elsewhere


@pytest.mark.parametrize("choice", ["federated", "blend", "local"])
def test_file_and_graph_give_the_same_risks(deployments, choice):
    agreed = relative()
    found = unpack_deployment(pack_deployment(replace(deployments[0], choice=choice)))
    new = shifted(rows(9, 200), OFF[0])
    new.numeric[::7, 0] = np.nan
    expected = replace(deployments[0], choice=choice).risks(agreed, new)
    assert np.array_equal(found.risks(agreed, new), expected)
    session = onnxruntime.InferenceSession(export(agreed, found).SerializeToString())
    (given,) = session.run(["risk"], {"numeric": new.numeric, "categorical": new.categorical})
    np.testing.assert_allclose(given, expected, atol=1e-5)


def test_a_model_of_one_site_alone_knows_its_baseline():
    agreed = relative(tree_rounds=2, rounds=2)
    model = train_alone("A", agreed, rows(0))
    assert model.baseline is not None
    assert np.isfinite(risks(agreed, model, rows(5, 50))).all()
    assert tree_values(rows(5, 50), agreed, model.baseline).shape == (50, 4 + 2)


def test_a_contract_without_it_keeps_its_hash_and_a_privacy_level_refuses_it():
    assert "relative" not in contract().document()
    agreed = relative()
    assert read_contract(agreed.document()).hash == agreed.hash
    private = {**contract(tree_rounds=1).document(), "relative": True, "privacy": "eps-8"}
    private["boosting"]["cuts"], private["training"]["rounds"] = "random", 0
    with pytest.raises(InvalidContract, match="one row moves a site's median"):
        read_contract(private)


@pytest.fixture
def home(tmp_path):
    (tmp_path / "rows").mkdir()
    (tmp_path / "settings.toml").write_text('site = "A"\nserver = "http://x"\ngateway = "x:1"\nrows = "rows"\n')
    return Home(tmp_path)


def test_a_dry_run_shows_what_would_leave(home):
    table(0, 400).write_csv(home.folder / "rows" / "new.csv")
    shown = preview(home, relative())
    assert "reply to “count”" in shown
    assert [line for line in shown.splitlines() if line.startswith("error:")] == ["error: ''"] * shown.count("== reply")


def test_a_site_that_took_no_part_finds_its_baseline_in_rows_without_labels(home):
    table(0, LEAST_FOR_BASELINE - 1).drop("y").write_csv(home.folder / "rows" / "new.csv")
    with pytest.raises(InvalidRows, match="at least 200 rows") as caught:
        own_baseline(home, relative())
    assert (caught.value.place, caught.value.value) == ("rows", "199")
    table(0, LEAST_FOR_BASELINE).drop("y").write_csv(home.folder / "rows" / "new.csv")
    found = own_baseline(home, relative())
    assert found is not None
    assert found == pytest.approx(baseline_of(rows(0, LEAST_FOR_BASELINE), relative()), abs=1e-3)
    assert own_baseline(home, contract()) is None
