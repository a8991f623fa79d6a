"""The rows that `make demo` gives to each example factory are rows that `dure-factory` takes."""

import polars as pl

from apps.web.demo import training
from federated.agreed.contracts import read_contract
from federated.rows.check import check_rows


def test_a_factory_takes_the_rows_of_the_example(tmp_path):
    contract = read_contract({**training.CONTRACT, "programme": "example"})
    for factory in training.FACTORIES:
        training.write_rows(factory, tmp_path / "rows", ["A-1", "A-2"])
        rows = check_rows(pl.read_csv(tmp_path / "rows" / "rows.csv"), contract, {}).rows
        assert len(set(rows.lots)) > 50, factory
        new = check_rows(pl.read_csv(tmp_path / "new.csv"), contract, {}, labelled=False).rows
        assert sorted(set(new.lots)) == ["A-1", "A-2"], factory
