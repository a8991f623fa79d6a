"""A certificate is fair to each model that it compares."""

from dataclasses import replace

import pytest

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


def test_each_model_is_shown_with_a_calibration_of_its_own(compared):
    """The calibration of the model in use would spoil the others' Brier scores and costs."""
    agreed, deployment, held, test = compared
    found = certificate(agreed, settle(agreed, deployment, held), held, test)
    spoilt = certificate(agreed, replace(deployment, calibration=Calibration(0.1, 3.0)), held, test)
    for side in ("federated", "local"):
        assert found[f"{side}_brier"] == spoilt[f"{side}_brier"]
    assert spoilt["personal_brier"] > found["personal_brier"]


def test_the_gain_is_that_of_the_figures_shown(compared):
    agreed, deployment, held, test = compared
    found = certificate(agreed, settle(agreed, deployment, held), held, test)
    assert found["gain"] == pytest.approx(found["federated_auprc"] - found["local_auprc"])
    assert found["personal_gain"] == pytest.approx(found["personal_auprc"] - found["local_auprc"])
    assert found["personal_gain_low"] <= found["personal_gain"] <= found["personal_gain_high"]


def test_without_validation_rows_the_shared_model_is_used(compared):
    agreed, deployment, held, test = compared
    nothing = held.take([])
    assert settle(agreed, deployment, nothing).choice == "federated"
    assert "gain" in certificate(agreed, deployment, nothing, test)


def test_under_a_privacy_level_the_shared_model_has_to_prove_itself(compared):
    """Where the rows cannot tell the models apart, a site keeps what has no noise in it."""
    agreed, deployment, held, _test = compared
    alike = replace(deployment, alone=deployment.model)
    assert settle(agreed, alike, held).choice == "federated"
    private = agreed.model_copy(update={"privacy": "eps-8"})
    assert settle(private, alike, held).choice == "local"
