"""What a first day needs comes in by tables: sites, prices, bills of material, partners, people; and goes out again."""

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.models import Invitation, Membership
from apps.exchange.exceptions import ActedSince
from apps.exchange.incoming import loading
from apps.exchange.incoming.exporting import workbook
from apps.exchange.incoming.mapping import kinds
from apps.masterdata.models import PartPrice
from apps.masterdata.services import create_part
from apps.partners.models import IS_OPEN, RelationRequest
from apps.partners.relations import end
from apps.planning.models import BillItem
from apps.tenancy.models import Site, TradingRelation
from tests.world import as_person, in_days

from .tables import csv, loaded, received, states

SITES = csv(
    "사업장코드,사업장명,주소,입고,출고,생산",
    "ASN2,아산 2공장,충남 아산시,예,예,예",
    "PTK1,평택,경기 평택시,예,아니요,아니요",
)
BILL = ("모품번,자품번,소요량,단위,스크랩율", "FRM-1,BRK-2210,2,EA,1.5", "FRM-1,CBL-100,120,cm,")


def bills() -> list[tuple[str, str, Decimal, Decimal]]:
    rows = BillItem.objects.select_related("parent", "component").order_by("parent__number", "component__number")
    return [(row.parent.number, row.component.number, row.quantity, row.scrap_share) for row in rows]


def loads_again(kind: str) -> bool:
    return set(states(received(workbook(kinds()[kind]), f"{kind}.xlsx", kind=kind))) == {"same"}


def test_sites_are_opened_changed_and_taken_back(world):
    with as_person(world, "buyer-admin"):
        made = received(SITES)
        assert (made.kind, states(made)) == ("sites", ["changed", "new"])
        loading.load(import_id=made.pk)
        site = Site.objects.get(code="PTK1")
        assert (site.receives, site.ships, site.produces, site.time_zone) == (True, False, False, "Asia/Seoul")
        assert Site.objects.get(code="ASN2").name == "아산 2공장"
        assert loads_again("sites")
        loading.take_back(import_id=made.pk)
        assert not Site.objects.filter(code="PTK1").exists()
        assert Site.objects.get(code="ASN2").name == "아산"


def test_a_site_without_use_and_with_a_wrong_gln_is_told_at_its_cell(world):
    with as_person(world, "buyer-admin"):
        made = received(
            csv("사업장코드,사업장명,GLN,입고,출고,생산", "A1,가,1234567890123,,,", "A2,나,,아니요,아니요,아니요")
        )
        told = [row.faults[0] for row in made.rows.order_by("place")]
        assert [(one["column"], one["code"]) for one in told] == [("GLN", "invalid_gln"), ("입고", "site_without_use")]


def test_prices_by_day_follow_each_other_and_the_one_before_goes_on_when_they_are_taken_back(world):
    first, second = in_days(10), in_days(40)
    with as_person(world, "buyer"):
        loaded(csv("협력사,품번,단가,적용시작일", f"대성,BRK-2210,110,{first}"), kind="prices")
        rows = csv("협력사,품번,단가,통화,적용시작일", f"V1,BRK-2210,110,KRW,{first}", f"V1,BRK-2210,120.5,KRW,{second}")
        made = received(rows)
        assert (made.kind, states(made)) == ("prices", ["same", "new"])
        loading.load(import_id=made.pk)
        assert PartPrice.objects.get(valid_from=first).valid_until == date.fromordinal(second.toordinal() - 1)
        assert loads_again("prices")
        assert set(states(received(rows))) == {"same"}
        changed = loaded(rows.replace(b"120.5", b"125"))
        loading.take_back(import_id=changed.pk)
        assert PartPrice.objects.get(valid_from=second).price == Decimal("120.5")
        loading.take_back(import_id=made.pk)
        assert [(row.price, row.valid_until) for row in PartPrice.objects.all()] == [(110, None)]


def test_a_price_of_a_part_or_currency_that_nobody_agreed_is_refused(world):
    with as_person(world, "buyer"):
        rows = (f"서진,BRK-2210,1,KRW,{in_days(5)}", f"대성,BRK-2210,1,USD,{in_days(5)}")
        made = received(csv("협력사,품번,단가,통화,적용시작일", *rows))
        assert [row.faults[0]["code"] for row in made.rows.all()] == ["part_not_agreed", "other_price_currency"]


def test_a_bill_is_replaced_whole_and_comes_back_whole(world):
    with as_person(world, "buyer"):
        create_part(number="FRM-1", name="프레임")
        made = received(csv(*BILL))
        assert (made.kind, states(made)) == ("bills", ["new", "new"])
        loading.load(import_id=made.pk)
        stood = [("FRM-1", "BRK-2210", Decimal(2), Decimal("0.015")), ("FRM-1", "CBL-100", Decimal("1.2"), 0)]
        assert bills() == stood
        assert loads_again("bills")
        less = received(csv(*BILL[:2]))
        assert states(less) == ["same", "missing"]
        loading.load(import_id=less.pk)
        assert bills() == stood[:1]
        loading.take_back(import_id=less.pk)
        assert bills() == stood
        loading.take_back(import_id=made.pk)
        assert bills() == []


def test_a_bill_with_a_loop_or_a_wrong_row_stays_as_it_is(world):
    with as_person(world, "buyer"):
        create_part(number="FRM-1", name="프레임")
        loaded(csv(*BILL))
        made = received(csv(BILL[0], "BRK-2210,FRM-1,1,,", "FRM-1,CBL-100,1,kg,", "FRM-1,BRK-2210,3,,"))
        told = {row.number: (row.state, row.faults[0]["code"]) for row in made.rows.filter(number__gt=0)}
        assert told == {2: ("error", "bill_loop"), 3: ("error", "other_bill_unit"), 4: ("held", "held")}


def test_partners_are_asked_and_the_request_is_taken_back(world):
    with as_person(world, "buyer"):
        end(relation_id=world.other_relation.pk)
        rows = csv("상호,사업자등록번호,협력사코드", "서진산업,102-81-24175,V7", "대성,,V1-A")
        made = received(rows)
        assert (made.kind, states(made)) == ("relations", ["new", "changed"])
        loading.load(import_id=made.pk)
        assert RelationRequest.objects.get(IS_OPEN).vendor_code == "V7"
        assert TradingRelation.objects.get(pk=world.relation.pk).vendor_code == "V1-A"
        assert loads_again("relations")
        loading.take_back(import_id=made.pk)
        assert not RelationRequest.objects.filter(IS_OPEN).exists()
        assert TradingRelation.objects.get(pk=world.relation.pk).vendor_code == "V1"
        unknown = received(csv("상호,사업자등록번호,협력사코드", "없는 회사,,V9", "누구,102-81-24176,V8"))
        codes = [row.faults[0]["code"] for row in unknown.rows.all()]
        assert codes == ["firm_not_found", "invalid_business_number"]


def test_a_row_that_says_ended_asks_nobody_to_trade(world):
    rows = csv("상호,사업자등록번호,구분,거래상태", "서진산업,102-81-24175,고객사,종료")
    with as_person(world, "buyer-admin"):
        assert states(received(rows.replace("종료".encode(), b""), kind="relations")) == ["new"]
        told = received(rows, kind="relations").rows.get()
        assert [(one["column"], one["value"], one["code"]) for one in told.faults] == [("거래상태", "종료", "none_ended")]


PEOPLE = csv(
    "이메일,이름,직책,역할", "New.One@test.example,새 사람,과장,구매; 입고", 'receiver@test.example,,주임,"입고, 검사"'
)


def test_people_are_invited_and_get_other_roles(world):
    with as_person(world, "buyer-admin"):
        made = received(PEOPLE)
        assert (made.kind, states(made)) == ("people", ["new", "changed"])
        loading.load(import_id=made.pk)
        invitation = Invitation.objects.get(revoked_at=None)
        assert (invitation.email, invitation.name, invitation.roles) == (
            "new.one@test.example",
            "새 사람",
            ["buyer", "receiver"],
        )
        member = Membership.objects.get(user=world.people["receiver"])
        assert member.title == "주임"
        assert loads_again("people")
        assert set(states(received(PEOPLE))) == {"same"}
        loading.take_back(import_id=made.pk)
        assert not Invitation.objects.filter(revoked_at=None).exists()
        assert Membership.objects.get(user=world.people["receiver"]).title == ""


def test_a_role_of_another_firm_a_wrong_address_and_the_last_administrator_are_refused(world):
    rows = ("x@,,,구매", "y@test.example,,,supplier sales", "z@test.example,,,boss", "buyer-admin@test.example,,,구매")
    with as_person(world, "buyer-admin"):
        made = received(csv("이메일,이름,직책,역할", *rows))
        codes = [row.faults[0]["code"] for row in made.rows.order_by("place")]
        assert codes == ["invalid_address", "foreign_role", "unknown_choice", "last_administrator"]


def test_what_somebody_has_changed_since_is_not_taken_back(world):
    with as_person(world, "buyer"):
        create_part(number="FRM-1", name="프레임")
        made = loaded(csv(*BILL))
        loaded(csv(BILL[0], "FRM-1,BRK-2210,3,EA,", BILL[2]))
    with as_person(world, "buyer"), pytest.raises(ActedSince):
        loading.take_back(import_id=made.pk)
