"""Two columns of one head: the kind of the file does not change for it, and which is meant is asked with both places."""

import pytest

from apps.exchange.exceptions import ColumnsOpen
from apps.exchange.incoming import services
from apps.exchange.incoming.reading import notes_of
from tests.world import as_person, in_days

from .tables import csv

ORDERS = "발주번호,협력사,품번,수량,납기일"


def doubled(head: str, *more: str) -> bytes:
    row = f"PO-1,대성,BRK-2210,5,{in_days(20)}"
    return csv(f"{head},{','.join(more)}", f"{row},{','.join('7' for _one in more)}")


@pytest.mark.parametrize("more", [("수량",), ("수량", "수량"), ("수량(EA)",)])
def test_the_kind_of_a_file_does_not_flip_for_a_doubled_head(world, client_of, more):
    """The bug: with “수량” twice nothing was the quantity, and the file was taken for one of another kind."""
    with as_person(world, "buyer"):
        assert services.receive(content=doubled(ORDERS, "비고"), name="po.csv").kind == "orders"
        made = services.receive(content=doubled(ORDERS, *more), name="po.csv")
        assert made.kind == "orders"
        assert "quantity" not in made.mapping
        assert not services.is_ready(made)
    with as_person(world, "buyer"), pytest.raises(ColumnsOpen) as refused:
        services.say_columns(import_id=made.pk, mapping=made.mapping, constants={})
    assert "column D" in str(refused.value.value)
    assert "column F" in str(refused.value.value)
    second = "수량 (2)" if more[0] == "수량" else more[0]
    page = " ".join(client_of("buyer").get(f"/imports/{made.pk}/").content.decode().split())
    assert "수량, column D" in page
    assert f"{second}, column F" in page
    with as_person(world, "buyer"):
        services.say_columns(import_id=made.pk, mapping=made.mapping | {"quantity": second}, constants={})
        services.check_import(import_id=made.pk)
        assert made.rows.get().values["quantity"] == "7"


def test_the_reader_says_where_both_stand(world):
    with as_person(world, "buyer"):
        made = services.receive(content=doubled(ORDERS, "수량"), name="po.csv")
        assert any("수량 (D, F)" in note for note in notes_of(made.tables[0]))
