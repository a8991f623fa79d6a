"""A certificate is fair to each model that it compares."""

from dataclasses import replace

import numpy as np
import pytest

from federated.rows.partition import Parts
from federated.run.engine import run_in_process
from federated.site.site import train_alone
from federated.use.certificates import certificate, settle
from federated.use.decisions import Calibration
from federated.use.deployment import Deployment

from .sites import contract, rows, sites


@pytest.fixture(scope="module")
def compared():
    agreed = contract(tree_rounds=2, rounds=2)
    model = run_in_process(agreed, sites(agreed)).model
    return agreed, Deployment(model, train_alone("site-0", agreed, rows(0))), rows(10, 300), rows(11, 300)


def parts(held, test):
    return Parts(held.take([]), held, test)


def test_each_model_is_shown_with_a_calibration_of_its_own(compared):
    """The calibration of the model in use would spoil the others' Brier scores and costs."""
    agreed, deployment, held, test = compared
    found = certificate(agreed, settle(agreed, deployment, parts(held, test)), held, test)
    spoilt = certificate(agreed, replace(deployment, calibration=Calibration(0.1, 3.0)), held, test)
    for side in ("federated", "local"):
        assert found[f"{side}_brier"] == spoilt[f"{side}_brier"]
    assert spoilt["personal_brier"] > found["personal_brier"]


def test_the_gain_is_that_of_the_figures_shown(compared):
    agreed, deployment, held, test = compared
    found = certificate(agreed, settle(agreed, deployment, parts(held, test)), held, test)
    assert found["gain"] == pytest.approx(found["federated_auprc"] - found["local_auprc"])
    assert found["personal_gain"] == pytest.approx(found["personal_auprc"] - found["local_auprc"])
    assert found["personal_gain_low"] <= found["personal_gain"] <= found["personal_gain_high"]


def test_where_there_are_lots_their_number_proves_and_is_told_where_the_contract_says_so(compared):
    agreed, deployment, held, test = compared
    by_lot = agreed.model_copy(update={"lot": "lot"})
    lots = replace(test, lots=(np.arange(len(test)) // 3).astype(str))
    found = certificate(by_lot, settle(by_lot, deployment, parts(held, lots)), held, lots)
    assert found["test_lots"] == len(set(lots.lots[lots.labels == 1])) < found["test_positives"]
    assert "test_lots" not in certificate(agreed, settle(agreed, deployment, parts(held, test)), held, test)
    before = by_lot.model_copy(update={"leaves": agreed.leaves[:1]})
    assert "test_lots" not in certificate(before, settle(before, deployment, parts(held, lots)), held, lots)


def test_without_validation_rows_the_shared_model_is_used(compared):
    agreed, deployment, held, test = compared
    nothing = held.take([])
    assert settle(agreed, deployment, parts(nothing, test)).choice == "federated"
    assert "gain" in certificate(agreed, deployment, nothing, test)


def test_under_a_privacy_level_the_shared_model_has_to_prove_itself(compared):
    """Where the rows cannot tell the models apart, a site keeps what has no noise in it."""
    agreed, deployment, held, test = compared
    alike = replace(deployment, alone=deployment.model)
    assert settle(agreed, alike, parts(held, test)).choice == "federated"
    private = agreed.model_copy(update={"privacy": "eps-8"})
    assert settle(private, alike, parts(held, test)).choice == "local"


def test_verdicts_rest_on_the_test_rows_alone_and_are_promised_only_where_they_prove_them(compared):
    agreed, deployment, held, test = compared
    settled = settle(agreed, deployment, parts(held, test))
    verdicts = settled.proof.verdicts()
    assert verdicts.defects == test.positives
    assert certificate(agreed, settled, held, test)["missed_promise"] == verdicts.shares.missed
    few = test.take([*range(60)])
    assert 0 < few.positives < verdicts.shares.least_defects
    doubtful = settle(agreed, deployment, parts(held, few))
    assert doubtful.proof.verdicts().ok_below is None
    assert "missed_promise" not in certificate(agreed, doubtful, held, few)
    # Without rows held out nothing is proven, and everything is inspected.
    assert (deployment.proof.verdicts().judge(deployment.risks(agreed, test), 1.0)[1] == "inspect").all()
