import numpy as np
import polars as pl
import pytest

from federated.agreed.errors import InvalidRows
from federated.rows.check import check_rows
from federated.rows.columns import Column
from federated.rows.partition import partition
from federated.rows.read import read_folder
from federated.rows.table import Rows

from .sites import contract, rows, table


def refused(frame, agreed=None, columns=None) -> InvalidRows:
    with pytest.raises(InvalidRows) as caught:
        check_rows(frame, agreed or contract(), columns)
    return caught.value


def with_cells(column: str, cells: dict[int, str]) -> pl.DataFrame:
    frame = table(0)
    values = frame[column].to_list()
    for place, cell in cells.items():
        values[place] = cell
    return frame.with_columns(pl.Series(column, values))


def test_rows_arrive_in_the_contracts_units():
    frame = table(0).rename({"pressure": "druck_psi"})
    columns = {"pressure": Column("druck_psi", factor=0.0689476)}
    found = check_rows(frame, contract(), columns).rows
    np.testing.assert_allclose(found.numeric[:, 0], rows(0).numeric[:, 0] * 0.0689476, atol=1e-4)
    assert found.categorical[:, 0].tolist() == rows(0).categorical[:, 0].tolist()
    assert found.labels.tolist() == rows(0).labels.tolist()


def test_a_renamed_column_is_named_with_the_setting_that_mends_it():
    error = refused(table(0).rename({"pressure": "Druck"}))
    assert (error.code, error.place) == ("missing_column", "pressure")
    assert "[columns]" in error.remedy


def test_a_leak_column_behind_a_features_name_is_refused():
    frame = table(0).with_columns(twf=pl.lit("0"))
    error = refused(frame, contract(refused=("twf",)), {"pressure": Column("twf")})
    assert (error.code, error.place) == ("leak_column", "twf")


def test_text_for_a_number_is_named_by_column_and_row_and_never_shown():
    error = refused(with_cells("pressure", {4: "SECRET-77", 9: "n/a"}))
    assert "Column pressure: numbers only. 2 rows (number 5, 10) hold text." in error.rule
    assert "SECRET" not in str(error)


def test_a_label_outside_0_and_1_is_refused():
    assert "the label is 0 (good) or 1 (defect). 1 row (number 3) are neither" in refused(with_cells("y", {2: "2"})).rule


def test_more_than_one_percent_out_of_range_blocks_with_the_rows():
    error = refused(with_cells("pressure", {0: "900", 1: "901", 2: "902"}))
    assert "at most 1 % outside 0 to 200 bar. 3 rows (number 1, 2, 3)" in error.rule


def test_one_percent_out_of_range_is_cut_to_the_range():
    found = check_rows(with_cells("pressure", {0: "900", 1: "901"}), contract()).rows
    assert found.numeric[:2, 0].tolist() == [200.0, 200.0]


def test_every_broken_column_is_named_at_once():
    frame = with_cells("pressure", {0: "x"}).with_columns(pl.lit("hot").alias("temperature"))
    assert refused(frame).rule.count("numbers only") == 2


def test_gaps_are_kept_or_refused_as_the_contract_says():
    frame = with_cells("pressure", {0: "", 1: " "})
    assert np.isnan(check_rows(frame, contract()).rows.numeric[:2, 0]).all()
    strict = contract(features=[{**contract().features[0].model_dump(), "missing": "refuse"}])
    assert "no gaps allowed" in refused(frame, strict).rule


def test_a_feature_that_tells_all_defects_alone_raises_a_leak_warning():
    frame = table(0)
    frame = frame.with_columns(temperature=frame["y"])
    assert "Is it measured after the inspection?" in check_rows(frame, contract()).warnings[0]


def test_a_category_nobody_listed_is_counted_as_unknown_with_a_warning():
    found = check_rows(with_cells("mould", {0: "Z"}), contract())
    assert found.rows.categorical[0, 0] == -1
    assert "mould" in found.warnings[0]
    assert "Z" not in found.warnings[0]


def test_a_lot_never_stands_on_two_sides():
    found = rows(0, 400)
    lots = np.array([f"lot-{place // 5}" for place in range(400)])
    parts = partition(Rows(found.numeric, found.categorical, found.labels, lots), contract())
    sides = [set(part.lots) for part in (parts.train, parts.validation, parts.test)]
    assert sum(len(side) for side in sides) == len(set(lots)) == 80
    assert all(sides)


def test_without_lots_the_classes_keep_their_shares():
    parts = partition(rows(1, 400), contract(test_share=0.25, validation_share=0.25))
    assert abs(parts.test.positives - rows(1, 400).positives / 4) <= 1
    assert len(parts.train) + len(parts.validation) + len(parts.test) == 400


def test_a_folder_of_csv_and_parquet_is_one_table(tmp_path):
    table(0).write_csv(tmp_path / "a.csv")
    table(1).write_parquet(tmp_path / "b.parquet")
    assert len(read_folder(tmp_path)) == 400


def test_a_folder_without_files_and_files_that_differ_are_named(tmp_path):
    with pytest.raises(InvalidRows, match=r"no \.csv"):
        read_folder(tmp_path)
    table(0).write_csv(tmp_path / "a.csv")
    table(1).drop("mould").write_csv(tmp_path / "b.csv")
    with pytest.raises(InvalidRows, match="different: mould"):
        read_folder(tmp_path)
