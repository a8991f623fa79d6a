"""Delivery notes and labels: PDFs with the right words in both languages, and codes that lead back to the delivery."""

from decimal import Decimal

import pytest
from django.conf import settings
from django.utils import translation

from apps.deliveries import documents, labels, selectors, services
from apps.deliveries.models import HandlingUnit, ShipmentLine
from apps.orders.models import PurchaseOrder, PurchaseOrderLine
from apps.tenancy.models import BusinessNumber, Site, TradingRelation
from tests.chain import announced, confirmed, received
from tests.papers import pages_of, text_of
from tests.world import as_if, as_person


@pytest.fixture
def shipment(world):
    return announced(world, confirmed(world, quantities=(100, 40)), packages=5)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ko", ("납품서", "대성", "한빛", "브래킷", "로트")), ("en", ("Delivery note", "Daesung", "Hanbit", "Bracket", "Lot"))],
)
def test_the_delivery_note_speaks_the_readers_language(world, shipment, language, words):
    with as_person(world, "supplier"), translation.override(language):
        text = text_of(documents.delivery_note(selectors.shipment(shipment.pk)))
    for word in (*words, shipment.number, "BRK-2210"):
        assert word in text


def test_there_is_a_label_for_every_package_eight_on_a_sheet(world, shipment):
    with as_person(world, "supplier"):
        pdf = labels.labels(selectors.shipment(shipment.pk))
        plates = list(HandlingUnit.objects.values_list("plate", flat=True))
    text = text_of(pdf)
    assert len(plates) == 10
    assert all(plate in text for plate in plates)
    assert len(pages_of(pdf)) == 2


def test_loose_pieces_have_a_label_a_line_and_the_delivery_stands_on_each_once(world):
    shipment = announced(world, confirmed(world, quantities=(100, 40)))
    with as_person(world, "supplier"):
        found = selectors.shipment(shipment.pk)
        text = text_of(labels.labels(found))
    assert len(found.shown_lines) == 2
    assert text.count(shipment.number) == 2 + 1  # and in the title of the file
    assert all(f"{quantity} EA" in text for quantity in (100, 40))
    assert all(f"{number} / 2" in text for number in (1, 2))


def test_a_scanned_code_finds_its_delivery_and_only_for_the_buyer(world, shipment):
    with as_person(world, "receiver"):
        plate = HandlingUnit.objects.order_by("pk")[0].plate
        code = documents.scan_address(plate)
        assert code == f"{settings.PUBLIC_URL}/deliveries/scan/?q={plate}"
        for text in (code, plate, f" {shipment.number} "):
            assert selectors.find_by_label(text).pk == shipment.pk
        for text in ("", "nothing", "x" * 81, "\x00"):
            assert selectors.find_by_label(text) is None
    with as_person(world, "supplier"):
        assert selectors.find_by_label(plate) is None


@pytest.mark.parametrize(("language", "word"), [("ko", "취소"), ("en", "CANCELLED")])
def test_every_page_and_label_of_a_cancelled_delivery_says_so(world, shipment, language, word):
    with as_person(world, "supplier"), translation.override(language):
        found = selectors.shipment(shipment.pk)
        for paper in (documents.delivery_note(found), labels.labels(found)):
            assert word not in text_of(paper)
        services.cancel_shipment(shipment_id=shipment.pk)
        found = selectors.shipment(shipment.pk)
        assert all(word in page for page in pages_of(documents.delivery_note(found)))
        assert text_of(labels.labels(found)).count(word) == 10


def statement_of(world, shipment, who="supplier"):
    with as_person(world, who), translation.override("ko"):
        found = selectors.shipment(shipment.pk)
        return text_of(documents.statement(found, selectors.prices_of_lines(found)))


def test_the_statement_adds_up_with_value_added_tax_cut_to_the_won(world, shipment):
    """100 and 40 pieces at 100.05 won: 10,005 and 4,002 with 1,000 and 400 of tax, not 1,000.5 and 400.2."""
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal("100.05"))
    text = statement_of(world, shipment)
    for word in ("거래명세서", "₩10,005", "₩1,000", "₩4,002", "₩400", "₩14,007", "₩1,400", "₩15,407"):
        assert word in text


def test_amounts_of_another_currency_bear_no_tax_and_stand_apart(world, shipment):
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.all(), currency="USD")
        as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal("1.255"))
    text = statement_of(world, shipment)
    assert "$125.50" in text
    assert "$50.20" in text
    assert "$175.70" in text
    assert "USD 금액에는 부가세를 계산하지 않습니다" in text


def test_the_statement_names_both_firms_as_its_law_does_and_writes_all_money_alike(world, shipment):
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal("8910.5"))
    text = statement_of(world, shipment)
    for word in ("공급자", "공급받는자", "₩8,910.5", "₩891,050"):
        assert word in text
    assert "KRW" not in text


def test_every_paper_parts_thousands(world):
    shipment = announced(world, confirmed(world, quantities=(12000,)), packages=2)
    with as_person(world, "supplier"):
        found = selectors.shipment(shipment.pk)
        assert "12,000 EA" in text_of(documents.delivery_note(found))
        assert "6,000 EA" in text_of(labels.labels(found))


def test_a_line_without_a_price_is_in_no_sum_and_said(world, shipment):
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=None)
    assert "단가가 합의되지 않은 납기 일정 2건은 합계에 넣지 않았습니다" in statement_of(world, shipment)


def test_who_sees_no_prices_gets_no_statement(world, shipment, client_of):
    with as_person(world, "buyer-admin"):
        as_if(TradingRelation.objects.filter(pk=world.relation.pk), hides_prices=True)
    answer = client_of("receiver").get(f"/deliveries/{shipment.pk}/statement.pdf")
    assert answer.status_code == 403
    assert "거래명세서" not in client_of("receiver").get(f"/deliveries/{shipment.pk}/").content.decode()
    assert client_of("buyer").get(f"/deliveries/{shipment.pk}/statement.pdf").headers["Content-Type"] == "application/pdf"
    assert client_of("stranger").get(f"/deliveries/{shipment.pk}/statement.pdf").status_code == 404


def test_the_certificate_says_what_came_and_none_is_given_before(world, shipment, client_of):
    path = f"/deliveries/{shipment.pk}/receipt.pdf"
    assert client_of("supplier").get(path).status_code == 409
    booked = received(world, shipment)
    answer = client_of("supplier").get(path)
    text = text_of(answer.content)
    for word in (booked.number, shipment.number, "BRK-2210"):
        assert word in text


def test_papers_name_both_firms_with_number_and_address_and_who_printed_them(world, shipment, client_of):
    with as_person(world, "supplier"):
        number = str(BusinessNumber.objects.get(organization=world.supplier))
        as_if(Site.objects.filter(pk=world.supplier_site.pk), address="경남 창원시 성산구 1")
    for name in ("note", "statement"):
        text = text_of(client_of("buyer").get(f"/deliveries/{shipment.pk}/{name}.pdf").content)
        for word in (number, "경남 창원시 성산구 1", world.people["buyer"].name):
            assert word in text, (name, word)


def test_a_long_statement_goes_on_over_pages_with_its_head_and_numbers(world):
    shipment = announced(world, confirmed(world, quantities=tuple(range(1, 91))))
    with as_person(world, "supplier"), translation.override("en"):
        found = selectors.shipment(shipment.pk)
        pages = pages_of(documents.statement(found, selectors.prices_of_lines(found)))
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"{number}/{len(pages)}" in page
    assert all("Supply value" in page for page in pages[:-1])


def price_now(world, price: str) -> None:
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=Decimal(price))


def leaves(world, shipment) -> None:
    with as_person(world, "supplier"):
        services.depart(shipment_id=shipment.pk)


@pytest.mark.parametrize("leave", [leaves, received])
def test_the_statement_keeps_the_price_that_the_goods_left_at(world, shipment, leave):
    """100 and 40 pieces: 14,000 at 100 won, 28,000 at 200. A receipt proves a departure that nobody reported."""
    price_now(world, "100")
    leave(world, shipment)
    price_now(world, "200")
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.all(), currency="USD")
    text = statement_of(world, shipment)
    assert "₩14,000" in text
    assert "₩28,000" not in text
    with as_person(world, "buyer"):
        assert set(ShipmentLine.objects.values_list("unit_price", "currency")) == {(Decimal(100), "KRW")}


def test_what_has_not_left_is_told_at_the_price_of_now_and_no_price_is_no_price_later(world, shipment):
    price_now(world, "200")
    assert "₩28,000" in statement_of(world, shipment)
    with as_person(world, "buyer"):
        as_if(PurchaseOrderLine.objects.all(), unit_price=None)
    leaves(world, shipment)
    price_now(world, "300")
    assert "단가가 합의되지 않은 납기 일정 2건은 합계에 넣지 않았습니다" in statement_of(world, shipment)


def test_an_arrival_moves_no_price_that_was_kept(world, shipment):
    price_now(world, "100")
    leaves(world, shipment)
    price_now(world, "200")
    received(world, shipment)
    assert "₩14,000" in statement_of(world, shipment)
