"""The exported graph gives the risks that torch gives; the file says who signed it."""

import dataclasses
import io
import zipfile

import numpy as np
import onnxruntime
import pytest

from federated.agreed.errors import FederatedError
from federated.agreed.keys import new_key, public_text
from federated.rows.table import Rows
from federated.run.engine import run_in_process
from federated.site.site import train_alone
from federated.use.bundle import export, read_bundle, write_bundle
from federated.use.decisions import Calibration
from federated.use.deployment import Deployment, pack_deployment, unpack_deployment

from .sites import contract, rows, sites


@pytest.fixture(scope="module")
def trained():
    agreed = contract(tree_rounds=3, rounds=3)
    together = sites(agreed)
    model = run_in_process(agreed, together).model
    alone = train_alone("site-0", agreed, rows(0))
    return agreed, Deployment(model, alone, "blend", Calibration(0.8, -0.3))


def with_gaps() -> Rows:
    """New rows with missing numbers, unknown categories, and values far outside of what was seen."""
    found = rows(9, 300)
    numeric, categorical = found.numeric.copy(), found.categorical.copy()
    numeric[::7, 0], numeric[3::11, 1], categorical[::5, 0] = np.nan, np.nan, -1
    numeric[1::50], numeric[2::50] = 1e6, -1e6
    return dataclasses.replace(found, numeric=numeric, categorical=categorical)


def onnx_risks(agreed, deployment, found) -> np.ndarray:
    session = onnxruntime.InferenceSession(export(agreed, deployment).SerializeToString())
    return session.run(["risk"], {"numeric": found.numeric, "categorical": found.categorical})[0]


@pytest.mark.parametrize("choice", ["federated", "blend", "local"])
def test_the_graph_gives_the_same_risks(trained, choice):
    agreed, deployment = trained
    deployment = dataclasses.replace(deployment, choice=choice)
    found = with_gaps()
    inside = np.clip(found.numeric, [0, -20], [200, 400])  # the graph keeps to the contract's range, as checked rows do
    expected = deployment.risks(agreed, dataclasses.replace(found, numeric=inside))
    np.testing.assert_allclose(onnx_risks(agreed, deployment, found), expected, atol=1e-5)


def test_a_feature_that_never_varies_gives_the_same_risks(trained):
    agreed, deployment = trained
    quantiles = deployment.model.quantiles.copy()
    quantiles[1] = 200.0
    model = dataclasses.replace(deployment.model, quantiles=quantiles)
    deployment, found = Deployment(model), rows(4, 50)
    found.numeric[:20, 1] = 200.0
    np.testing.assert_allclose(onnx_risks(agreed, deployment, found), deployment.risks(agreed, found), atol=1e-5)


def test_a_deployment_is_read_as_it_was_written(trained):
    agreed, deployment = trained
    again = unpack_deployment(pack_deployment(deployment))
    assert (again.choice, again.calibration) == ("blend", deployment.calibration)
    assert again.proof.verdicts() == deployment.proof.verdicts()
    found = rows(5, 40)
    assert np.array_equal(again.risks(agreed, found), deployment.risks(agreed, found))


def test_a_bundle_that_was_changed_or_signed_by_another_is_refused(trained):
    agreed, deployment = trained
    key = new_key()
    content = write_bundle(agreed, deployment, key, run="3", site="alpha")
    assert set(read_bundle(content, public_text(key))) == {"model.onnx", "contract.json", "deployment.json"}
    with pytest.raises(FederatedError, match="what its key signed"):
        read_bundle(content, public_text(new_key()))
    other = write_bundle(agreed, dataclasses.replace(deployment, choice="local"), new_key(), run="3", site="alpha")
    mixed = _with_part_of(content, other, "deployment.json")
    with pytest.raises(FederatedError, match=r"deployment\.json"):
        read_bundle(mixed, public_text(key))


def _with_part_of(content: bytes, other: bytes, name: str) -> bytes:
    parts = read_bundle(content), read_bundle(other)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as first, zipfile.ZipFile(buffer, "w") as archive:
        for part in first.namelist():
            archive.writestr(part, parts[1][part] if part == name else first.read(part))
    return buffer.getvalue()
