"""The order as a paper."""

from decimal import Decimal

import pytest
from django.utils import translation

from apps.orders import documents, selectors
from apps.orders.models import PurchaseOrderLine
from apps.tenancy.models import BusinessNumber, TradingRelation
from tests.chain import confirmed
from tests.papers import text_of
from tests.world import as_if, as_person, draft


def paper_of(world, order, who="buyer", language="ko"):
    with as_person(world, who), translation.override(language):
        return text_of(documents.purchase_order(selectors.order_with_lines(order.pk), "printed by X"))


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", ("발주서", "한빛", "대성", "브래킷")), ("en", ("Purchase order", "Hanbit", "Daesung", "Bracket"))],
)
def test_it_speaks_the_readers_language_and_adds_up(world, language, words):
    order = confirmed(world, quantities=(100, 40))
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal("1250"))
    text = paper_of(world, order, language=language)
    for word in (*words, order.number, "BRK-2210", "₩125,000", "₩50,000", "₩175,000", "₩17,500", "₩192,500", "printed by X"):
        assert word in text


def test_it_tells_no_price_to_who_sees_none(world):
    order = confirmed(world)
    assert "단가" in paper_of(world, order, "receiver")
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), hides_prices=True)
    text = paper_of(world, order, "receiver")
    assert "단가" not in text
    assert "₩" not in text


@pytest.mark.parametrize(("who", "status"), [("buyer", 200), ("supplier", 200), ("stranger", 404), ("coordinator", 403)])
def test_both_firms_print_it_and_nobody_else(world, client_of, who, status):
    assert client_of(who).get(f"/orders/{confirmed(world).pk}/paper.pdf").status_code == status


def test_a_draft_says_so(world):
    assert "초안" in paper_of(world, draft(world))


def test_an_order_without_prices_is_not_over_nothing(world):
    order = confirmed(world, quantities=(100, 40))
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=None)
    text = paper_of(world, order)
    assert "₩0" not in text
    assert "단가가 합의되지 않은 납기 일정 2건은 합계에 넣지 않았습니다" in text


def test_no_tax_is_reckoned_with_a_firm_that_is_not_registered_here(world):
    order = confirmed(world)
    with as_person(world, "supplier"):
        as_if(BusinessNumber.objects.filter(organization=world.supplier), is_primary=False)
    text = paper_of(world, order)
    assert "부가세\n" not in text
    assert "KRW 금액에는 부가세를 계산하지 않습니다" in text
