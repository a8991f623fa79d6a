from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.common.units import UNITS, MixedUnits, UnknownUnit, convert, is_quantity, unit_of


def test_import_aliases_mean_pieces():
    assert unit_of("EA").code == unit_of("C62").code == "H87"


def test_an_unknown_unit_names_the_known_ones():
    with pytest.raises(UnknownUnit) as caught:
        unit_of("XYZ")
    assert "H87" in str(caught.value.remedy)
    assert caught.value.value == "XYZ"


@pytest.mark.parametrize(
    ("quantity", "source", "target", "expected"),
    [("2.5", "TNE", "KGM", "2500"), ("1", "MTR", "MMT", "1000"), ("3", "DAY", "HUR", "72"), ("250", "MLT", "LTR", "0.25")],
)
def test_quantities_are_converted(quantity, source, target, expected):
    assert convert(Decimal(quantity), source, target) == Decimal(expected)


def test_pieces_are_not_kilograms():
    with pytest.raises(MixedUnits):
        convert(Decimal(1), "H87", "KGM")


@given(st.decimals("0.001", "1000000", places=3), st.sampled_from(sorted(UNITS)), st.sampled_from(sorted(UNITS)))
def test_there_and_back_is_the_same(quantity, source, target):
    if UNITS[source].dimension == UNITS[target].dimension:
        assert round(convert(convert(quantity, source, target), target, source), 9) == quantity


@pytest.mark.parametrize(
    ("quantity", "unit", "may_be", "may_be_or_none"),
    [
        ("1", "H87", True, True),
        ("0", "H87", False, True),
        ("-0", "KGM", False, True),
        ("-1", "H87", False, False),
        ("0.5", "H87", False, False),
        ("0.5", "KGM", True, True),
        ("NaN", "KGM", False, False),
        ("-Infinity", "KGM", False, False),
        ("-1E+999999", "KGM", False, False),
    ],
)
def test_a_quantity_is_finite_signed_and_whole_where_it_counts_pieces(quantity, unit, may_be, may_be_or_none):
    assert is_quantity(Decimal(quantity), unit) is may_be
    assert is_quantity(Decimal(quantity), unit, or_none=True) is may_be_or_none
