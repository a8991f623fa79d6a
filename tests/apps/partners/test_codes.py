"""Vendor codes on one page: kept all together, two exchanged, what is wrong named beside its field and nothing half-done."""

import pytest

from apps.partners import codes
from apps.partners.exceptions import NoSuchRelation, VendorCodeMissing, VendorCodeTaken
from tests.world import as_person


def kept(world):
    with as_person(world, "buyer"):
        return [row.vendor_code for row in codes.as_buyer().order_by("pk")]


def test_they_are_changed_together_and_even_exchanged(world):
    one, other = world.relation.pk, world.other_relation.pk
    with as_person(world, "buyer"):
        assert codes.set_codes(codes={one: "V2", other: "V1"}) == 2
    assert kept(world) == ["V2", "V1"]
    with as_person(world, "buyer"):
        assert codes.set_codes(codes={one: " V2 "}) == 0
    with as_person(world, "supplier"):
        assert [row.vendor_code for row in codes.as_supplier()] == ["V2"]


def test_what_is_wrong_is_told_at_once_and_nothing_is_changed(world):
    one, other = world.relation.pk, world.other_relation.pk
    with pytest.raises(VendorCodeTaken) as refused, as_person(world, "buyer"):
        codes.set_codes(codes={one: "SAME", other: "SAME"})
    assert [error.place for error in (refused.value, *refused.value.others)] == [f"codes[{one}]", f"codes[{other}]"]
    for code, error in ((" ", VendorCodeMissing), ("V2", VendorCodeTaken)):
        with pytest.raises(error), as_person(world, "buyer"):
            codes.set_codes(codes={one: code})
    for person in ("supplier", "stranger"):
        with pytest.raises(NoSuchRelation), as_person(world, person):
            codes.set_codes(codes={one: "MINE"})
    assert kept(world) == ["V1", "V2"]


def test_in_the_browser(world, client_of):
    one, other = world.relation.pk, world.other_relation.pk
    buyer = client_of("buyer")
    page = buyer.get("/partners/codes/").content.decode()
    assert 'value="V1"' in page
    assert "Vendor code of Daesung" in page
    refused = buyer.post("/partners/codes/", {f"code-{one}": "V9", f"code-{other}": "V9"})
    assert refused.status_code == 422
    assert refused.content.decode().count("belongs to one supplier") == 2
    done = buyer.post("/partners/codes/", {f"code-{one}": "D-100", f"code-{other}": "V2"}, follow=True)
    assert "1 code is changed." in done.content.decode()
    assert "D-100" in client_of("supplier").get("/partners/codes/").content.decode()
    assert client_of("receiver").post("/partners/codes/", {f"code-{one}": "X"}).status_code == 403
    assert 'name="code-' not in client_of("receiver").get("/partners/codes/").content.decode()
