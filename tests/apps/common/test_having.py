"""Rows by what belongs to them: the same rows by their keys and along the list's own index."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.common import having as module
from apps.common.having import having
from apps.orders.models import PurchaseOrder, PurchaseOrderLine
from tests.world import as_person, published


@pytest.mark.parametrize("few", [0, 2, 2000])
def test_the_same_rows_whether_few_have_it_or_all(world, monkeypatch, few):
    orders = [published(world, quantities=(10,) * lines) for lines in (1, 2, 1)]
    monkeypatch.setattr(module, "FEW", few)
    with as_person(world, "buyer"), CaptureQueriesContext(connection) as queries:
        rows = PurchaseOrder.objects.order_by("pk")
        lines = PurchaseOrderLine.objects.filter(partner_part=world.part)
        assert list(having(rows, lines, "order_id")) == orders
        assert list(having(rows, lines.filter(position=20), "order_id")) == orders[1:2]
        assert list(having(rows, lines.none(), "order_id")) == []
    walks = [query["sql"] for query in queries if "LIMIT 1" in query["sql"] and "purchaseorderline" in query["sql"]]
    assert bool(walks) is (few < 4)
