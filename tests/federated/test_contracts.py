import subprocess
import sys

import pytest

from federated.agreed.contracts import Contract, Feature, read_contract
from federated.agreed.errors import InvalidContract

from .sites import contract


def test_the_same_contract_has_the_same_hash_after_a_journey_as_json():
    agreed = contract()
    assert read_contract(agreed.document()).hash == agreed.hash


def test_any_change_changes_the_hash():
    assert contract().hash != contract(rounds=4).hash


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        ({"quorum": 0}, "contract.quorum", "greater than or equal to 1"),
        ({"features": []}, "contract.features", "at least 1 item"),
        ({"surprise": 1}, "contract.surprise", "not permitted"),
        ({"refused": ["pressure"]}, "contract", "pressure is part of the label and leaks it"),
        ({"label": "pressure"}, "contract", "pressure is the label"),
        ({"features": [{"name": "x", "low": float("nan")}]}, "contract.features.0.low", "finite number"),
    ],
)
def test_a_broken_rule_names_the_field_and_the_remedy(change, place, rule):
    document = {**contract().document(), **change}
    with pytest.raises(InvalidContract) as caught:
        read_contract(document)
    assert caught.value.place == place
    assert rule in caught.value.rule
    assert caught.value.remedy


def test_a_feature_taken_after_the_label_is_refused():
    with pytest.raises(InvalidContract, match="leaks"):
        read_contract({"programme": "p", "features": [{"name": "rework_code", "stage": "after"}]})


def test_defaults_are_those_of_the_design():
    agreed = Contract(programme="p", features=(Feature(name="x"),))
    assert (agreed.least_rows, agreed.least_positives, agreed.training.strategy) == (200, 20, "fedavg")


def test_the_factorys_half_loads_neither_django_nor_torch_before_there_is_work():
    heavy = "{'django', 'apps', 'cluster', 'torch', 'sklearn', 'polars'}"
    code = (
        "import sys, federated.factory.node, federated.factory.cli, federated.factory.running;"
        f"print(sorted({{name.split('.')[0] for name in sys.modules}} & {heavy}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
