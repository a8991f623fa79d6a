"""What factories hand in on a bad day: trained around, or refused by rule and named. All of it on the product's own path."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.contracts import Kind
from federated.benchmark.cases import Case
from federated.benchmark.personal import fedtab_personal
from federated.benchmark.sets import BenchmarkSet
from federated.models.defect import risks
from federated.rows.partition import Parts, partition
from federated.rows.table import Rows, join
from federated.run.engine import run_in_process
from federated.site.site import Site
from federated.site.store import InMemory
from federated.use.metrics import score

from .sites import contract, rows


def trained(agreed, given: list[Rows]):
    """The last report and each site's own form of the model."""
    stores = [InMemory(f"secret of {number}".encode()) for number in range(len(given))]
    reports = []
    together = [Site(f"site-{n}", agreed, part, store) for n, (part, store) in enumerate(zip(given, stores, strict=True))]
    run_in_process(agreed, together, watch=reports.append)
    return reports, [store.deployments["inprocess"].model for store in stores]


def area(agreed, model, found: Rows) -> float:
    return score(found.labels, risks(agreed, model, found))["auroc"] or 0.0


@pytest.fixture
def agreed():
    return contract(tree_rounds=4, rounds=3)


def good(agreed) -> float:
    _reports, models = trained(agreed, [rows(n) for n in range(3)])
    return area(agreed, models[0], rows(20, 400))


def with_numeric(found: Rows, place: int, values) -> Rows:
    numeric = found.numeric.copy()
    numeric[:, place] = values
    return replace(found, numeric=numeric)


def test_a_site_with_one_class_is_named_and_gets_the_shared_model(agreed):
    spotless = replace(rows(2), labels=np.zeros(200, np.int8))
    reports, models = trained(agreed, [rows(0), rows(1), spotless, rows(3)])
    trees = [report for report in reports if report.kind in (Kind.KEY, Kind.TRAIN)]
    assert all("at least 2 defects" in report.failed["site-2"] for report in trees)
    assert area(agreed, models[2], rows(20, 400)) > 0.8


def test_three_defects_are_enough_where_the_contract_says_so(agreed):
    few = rows(2)
    spared = np.flatnonzero(few.labels == 1)[3:]
    labels = few.labels.copy()
    labels[spared] = 0
    given = [rows(0), rows(1), replace(few, labels=labels), rows(3)]
    reports, _models = trained(agreed.model_copy(update={"least_positives": 1}), given)
    assert not any(report.failed for report in reports)
    refused, _models = trained(agreed.model_copy(update={"least_positives": 5}), given)
    assert "at least 5 defects" in next(r for r in refused if r.kind is Kind.TRAIN).failed["site-2"]


@pytest.mark.parametrize("value", [7.0, np.nan])
def test_a_constant_or_empty_column_changes_nothing(agreed, value):
    given = [with_numeric(rows(n), 1, value) for n in range(3)]
    reports, models = trained(agreed, given)
    assert not any(report.failed for report in reports)
    assert area(agreed, models[0], with_numeric(rows(20, 400), 1, value)) > good(agreed) - 0.05


def test_a_column_that_is_empty_at_one_site_only(agreed):
    reports, models = trained(agreed, [rows(0), rows(1), with_numeric(rows(2), 1, np.nan)])
    assert not any(report.failed for report in reports)
    assert area(agreed, models[2], with_numeric(rows(20, 400), 1, np.nan)) > 0.8


def test_a_category_never_seen_counts_as_unknown(agreed):
    _reports, models = trained(agreed, [rows(n) for n in range(3)])
    found = rows(20, 400)
    strange = replace(found, categorical=np.full_like(found.categorical, -1))
    assert np.isfinite(risks(agreed, models[0], strange)).all()
    assert area(agreed, models[0], strange) > good(agreed) - 0.05


def test_many_columns_with_gaps(agreed):
    from federated.agreed.contracts import Feature

    order = np.random.default_rng(0)
    features = tuple(Feature(name=f"s{n}") for n in range(300))
    wide = agreed.model_copy(update={"features": features})

    def make(seed: int) -> Rows:
        found = rows(seed)
        noise = order.normal(size=(200, 299))
        noise[order.random(noise.shape) < 0.3] = np.nan
        return Rows(np.column_stack([found.numeric[:, 0], noise]), np.empty((200, 0), np.int64), found.labels)

    reports, models = trained(wide, [make(n) for n in range(3)])
    assert not any(report.failed for report in reports)
    assert area(wide, models[0], make(20)) > 0.7
    tables = next(r for r in reports if r.kind is Kind.GROW).used[0].arrays["table"]
    assert tables.shape[2] == agreed.boosting.most_columns


def test_label_noise_at_one_site_costs_the_others_little(agreed):
    noisy = rows(2)
    flipped = np.random.default_rng(0).random(200) < 0.3
    labels = np.where(flipped, 1 - noisy.labels, noisy.labels).astype(np.int8)
    _reports, models = trained(agreed, [rows(0), rows(1), replace(noisy, labels=labels)])
    assert area(agreed, models[0], rows(20, 400)) > good(agreed) - 0.05


@pytest.mark.parametrize(("gain", "offset"), [(1.1, 0.0), (1.0, 10.0)])
def test_a_sensor_that_is_off_at_one_site_costs_the_others_little(agreed, gain, offset):
    off = rows(2)
    _reports, models = trained(agreed, [rows(0), rows(1), with_numeric(off, 0, off.numeric[:, 0] * gain + offset)])
    assert area(agreed, models[0], rows(20, 400)) > good(agreed) - 0.05


def test_a_site_with_a_hundred_times_the_rows_does_not_rule(agreed):
    large = join([rows(100 + n) for n in range(40)])
    reports, models = trained(agreed, [rows(0, 80), rows(1, 80), large])
    assert not any(report.failed for report in reports)
    assert area(agreed, models[0], rows(20, 400)) > good(agreed) - 0.05


def test_a_lot_never_stands_on_two_sides_however_its_rows_are_spread(agreed):
    found = rows(0)
    lots = np.array([f"lot {n % 40}" for n in range(200)])
    twice = replace(found, lots=lots)
    parts = partition(twice, agreed)
    sides = [set(part.lots) for part in (parts.train, parts.validation, parts.test)]
    assert sum(len(side) for side in sides) == len(set.union(*sides)) == 40


def test_the_personal_step_survives_sites_that_hardly_have_defects(agreed):
    parts = {}
    for number, defects in enumerate((20, 3, 0, 20)):
        found = rows(number)
        spared = np.flatnonzero(found.labels == 1)[defects:]
        labels = found.labels.copy()
        labels[spared] = 0
        test = rows(20 + number, 60)
        parts[f"site-{number}"] = Parts(replace(found, labels=labels), test.take([]), test)
    everybody = {"least_rows": 1, "least_positives": 1, "validation_share": 0.0, "test_share": 0.0}
    open_to_all = agreed.model_copy(update=everybody)
    result = fedtab_personal(Case(BenchmarkSet("x", "", agreed.features, {}, {}, 1.0), open_to_all, parts))
    assert {name: len(found) for name, found in result.risks.items()} == dict.fromkeys(parts, 60)
    assert all(np.isfinite(found).all() for found in result.risks.values())
