"""Delivery notes and labels: PDFs with the right words in both languages, and codes that lead back to the delivery."""

import io

import pytest
from django.conf import settings
from django.utils import translation
from pypdf import PdfReader

from apps.deliveries import documents, selectors, services
from apps.deliveries.models import HandlingUnit
from tests.chain import announced, confirmed
from tests.world import as_person


@pytest.fixture
def shipment(world):
    return announced(world, confirmed(world, quantities=(100, 40)), packages=5)


def text_of(pdf: bytes) -> str:
    """What a reader copies out of the PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


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
        pdf = documents.labels(selectors.shipment(shipment.pk))
        plates = list(HandlingUnit.objects.values_list("plate", flat=True))
    text = text_of(pdf)
    assert len(plates) == 10
    assert all(plate in text for plate in plates)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2


def test_a_delivery_without_packages_gets_one_label(world):
    shipment = announced(world, confirmed(world))
    with as_person(world, "supplier"):
        assert shipment.number in text_of(documents.labels(selectors.shipment(shipment.pk)))


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
        for paper in (documents.delivery_note(found), documents.labels(found)):
            assert word not in text_of(paper)
        services.cancel_shipment(shipment_id=shipment.pk)
        found = selectors.shipment(shipment.pk)
        note = PdfReader(io.BytesIO(documents.delivery_note(found)))
        assert all(word in page.extract_text() for page in note.pages)
        assert text_of(documents.labels(found)).count(word) == 10
