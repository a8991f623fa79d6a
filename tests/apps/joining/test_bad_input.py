"""Bad input at the open door: each is refused by place, value, rule and remedy, and leaves no row behind.

How each looks on its page or by the API stands beside the room's other tests; here all are held against one measure.
The wrong one-time code needs an empty installation (test_begin.py).
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from apps.calendars import exceptions as calendar_errors
from apps.calendars import services as calendars
from apps.common.errors import DomainError
from apps.inventory import services as inventory
from apps.joining import exceptions, firm_door, firms
from apps.joining.models import FirmInvitation
from apps.partners import exceptions as partner_errors
from apps.partners import relations, requests
from apps.partners.closing import close_site
from apps.tenancy.models import BusinessNumber
from apps.tenancy.scope import unscoped
from tests.world import SYSTEM, as_person

from .firms import asked, cluster_of, deliver, valid

BY = "buyer-admin"


def invite(world, *rows):
    found = [firms.Asked(*row, place=f"rows[{place}]") for place, row in enumerate(rows, 1)]
    return firms.invite_firms(cluster_id=cluster_of(world), firms=found)


def a_member(world):
    with unscoped(reason=SYSTEM):
        number = BusinessNumber.objects.get(organization=world.supplier, is_primary=True).number
    with as_person(world, "coordinator"):
        invite(world, (number, "again@firm.example"))


def three_bad_rows_of_fifty(world):
    rows = [(valid(f"{300 + n}8112345"), f"firm{n}@list.example") for n in range(50)]
    rows[4], rows[19], rows[33] = ("123", "a@list.example"), (rows[19][0], "no-address"), (rows[2][0], "twice@list.example")
    with as_person(world, "coordinator"):
        invite(world, *rows)


def an_expired_link(world):
    link = deliver(asked(world)).split("/")[-2]
    with unscoped(reason=SYSTEM):
        FirmInvitation.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    firm_door.look(link, person=None)


def a_used_link(world):
    link = deliver(asked(world)).split("/")[-2]
    with unscoped(reason=SYSTEM):
        FirmInvitation.objects.update(accepted_at=timezone.now(), organization=world.stranger)
    firm_door.look(link, person=None)


def a_link_of_somebody_else(world):
    link = deliver(asked(world)).split("/")[-2]
    person = world.people["buyer"]
    firm_door.check_person(firm_door.look(link, person=person), person)


def a_relation_with_oneself(world):
    with as_person(world, BY):
        requests.request_relation(side="buyer", firm_id=world.buyer.pk, vendor_code="X")


def a_second_relation(world):
    with as_person(world, BY):
        requests.request_relation(side="buyer", firm_id=world.supplier.pk, vendor_code="X")


def contradicting_terms(world):
    with as_person(world, BY):
        relations.propose_terms(relation_id=world.relation.pk, freeze_days=1, answer_hours=48)


def a_calendar_without_a_working_day(world):
    with as_person(world, BY):
        calendars.keep_calendar(weekdays=[])


def a_site_with_stock(world):
    with as_person(world, BY):
        close_site(site_id=world.site.pk)


# What is tried, its error, and the place that it names; None where the act has no field.
CASES: list[tuple[Callable[[Any], Any], type[DomainError], str | None]] = [
    (a_member, exceptions.FirmAlreadyIn, "rows[1].number"),
    (three_bad_rows_of_fifty, DomainError, "rows[5].number"),
    (an_expired_link, exceptions.FirmLinkExpired, None),
    (a_used_link, exceptions.FirmLinkUsed, None),
    (a_link_of_somebody_else, exceptions.FirmForOther, "email"),
    (a_relation_with_oneself, partner_errors.WithOneself, "firm"),
    (a_second_relation, partner_errors.RelatedAlready, "firm"),
    (contradicting_terms, partner_errors.TermsContradict, "answer_hours"),
    (a_calendar_without_a_working_day, calendar_errors.NoWorkingDay, "weekdays"),
    (a_site_with_stock, partner_errors.SiteInUse, "site"),
]


def counted() -> dict[str, int]:
    """Rows of every table of ours but what a mail or a page view leaves."""
    with unscoped(reason=SYSTEM):
        return {
            model._meta.label: model._base_manager.count()
            for model in apps.get_models()
            if model.__module__.startswith("apps.") and model._meta.managed and hasattr(model, "access")
        }


@pytest.mark.parametrize(("act", "error", "place"), CASES, ids=[case[0].__name__ for case in CASES])
def test_it_is_named_and_leaves_nothing_half_done(world, committed, act, error, place):
    with as_person(world, "receiver"):
        row = inventory.Counted(world.part.pk, Decimal(5))
        inventory.count_stock(site_id=world.site.pk, counted=[row])
    before = counted()
    with pytest.raises(error) as caught:
        act(world)
    refused = caught.value
    for one in (refused, *refused.others):
        assert str(one.title), one
        assert str(one.rule or one.message), one
        assert str(one.remedy), one
    if place is not None:
        assert refused.place == place
        assert refused.value not in (None, "") or act is a_calendar_without_a_working_day or act is a_link_of_somebody_else
    after = counted()
    # A link must have been made before it can be refused.
    made = {"joining.FirmInvitation", "joining.FirmInvitationEvent"} if "link" in act.__name__ else set()
    assert {label: n for label, n in after.items() if n != before[label] and label not in made} == {}


def test_all_three_bad_rows_are_told_at_once(world, committed):
    with pytest.raises(DomainError) as caught:
        three_bad_rows_of_fifty(world)
    refused = caught.value
    assert sorted(one.place for one in (refused, *refused.others)) == ["rows[20].email", "rows[34].number", "rows[5].number"]
    with unscoped(reason=SYSTEM):
        assert FirmInvitation.objects.count() == 0
