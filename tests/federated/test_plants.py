"""Forty awkward files of plants: read, mapped after a question, or refused by name."""

from dataclasses import replace

import numpy as np
import pytest

from federated.agreed.errors import InvalidRows
from federated.rows.check import check_rows
from federated.rows.proposals import propose, with_source
from federated.rows.read import read_tables

from .plants import Plant, plants, truth
from .sites import contract

PLANTS = plants()
REFUSALS = ("no_table_kind", "invalid_rows", "long_cell", "encoding", "no_table", "empty_file")


@pytest.mark.parametrize("plant", PLANTS, ids=[plant.what for plant in PLANTS])
def test_a_plants_file_is_read_or_asked_about_or_refused_by_name(plant: Plant, tmp_path):
    for name, content in plant.files.items():
        (tmp_path / name).write_bytes(content)
    if plant.outcome in REFUSALS:
        with pytest.raises(InvalidRows) as caught:
            read_tables(tmp_path)
        assert (caught.value.code, bool(caught.value.remedy)) == (plant.outcome, True)
        assert caught.value.place.startswith(tuple(plant.files))
        return
    frame, _notes = read_tables(tmp_path)
    agreed = contract()
    proposals = propose(frame, agreed)
    asked = [one.name for one in proposals if not one.is_sure]
    assert (", ".join(asked) or "read") == plant.outcome
    settled = {}
    for one in proposals:
        if one.name in plant.columns:
            one = with_source(frame, agreed, one.name, plant.columns[one.name])
        assert one.column is not None
        settled[one.name] = replace(one.column, codes=plant.codes) if one.name == "y" and plant.codes else one.column
    if "mbar" in frame.columns[0]:
        settled["temperature"] = replace(settled["temperature"], factor=0.001)
    found = check_rows(frame, agreed, settled).rows
    assert len(found) == plant.count
    np.testing.assert_allclose(found.numeric[:200], truth().numeric, atol=2e-3)
    assert found.labels[:200].tolist() == truth().labels.tolist()
    assert found.categorical[:200].tolist() == truth().categorical.tolist()


def test_there_are_forty():
    assert len({plant.what for plant in PLANTS}) == len(PLANTS) >= 40
