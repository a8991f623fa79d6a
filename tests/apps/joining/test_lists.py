"""Fifty firms from a spreadsheet: all of them or nobody, every bad row by its number; and what the desk shows of them."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.accounts.pages import attempt
from apps.events.models import MemberActivity
from apps.joining import desk, exceptions, firms, pasted
from apps.joining.models import FirmInvitation
from apps.tenancy.scope import organization_scope, unscoped
from tests.world import SYSTEM, as_person

from .firms import asked, deliver, valid


def number(place: int) -> str:
    return valid(f"{300 + place:03d}8112345")


def pasted_list(count: int, *, heading=True) -> list[str]:
    rows = [f"{number(n)}\t기업 {n}\tfirm{n}@list.example" for n in range(count)]
    return [*(["사업자등록번호\t기업\t메일"] if heading else []), *rows]


def send(client, pk, rows, **more):
    return client.post(f"/clusters/{pk}/invite/", {"kind": "supplier", "language": "ko", "rows": "\n".join(rows), **more})


def test_fifty_are_invited_at_once(world, client_of):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    client = client_of("coordinator")
    assert send(client, pk, pasted_list(50)).status_code == 302
    with as_person(world, "coordinator"):
        found = list(FirmInvitation.objects.order_by("pk"))
    assert len(found) == 50
    assert (found[0].business_number, found[0].firm_name, found[0].email) == (number(0), "기업 0", "firm0@list.example")
    page = client.get(f"/clusters/{pk}/").content.decode()
    assert "firm49@list.example" in page


def test_three_bad_rows_are_named_and_the_rest_stays_on_the_page(world, client_of):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    rows = pasted_list(50)
    rows[3] = rows[3].replace(number(2), "300-81-12340")  # wrong check digit, if not the right one
    if valid("300-81-12340") == "3008112340":
        rows[3] = rows[3].replace("300-81-12340", "300-81-12341")
    rows[10] = rows[10].replace("firm9@list.example", "firm9@list")
    rows[20] = rows[20].replace(number(19), number(4))
    answer = send(client_of("coordinator"), pk, rows)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert [fault["line"] for fault in answer.context["faults"]] == [4, 11, 21]
    assert "3 rows cannot be invited; nobody was invited." in page
    assert "firm49@list.example" in page
    with as_person(world, "coordinator"):
        assert FirmInvitation.objects.count() == 0
    assert mail.outbox == []


def test_a_list_too_long_or_empty_invites_nobody(world, client_of):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    client = client_of("coordinator")
    assert "Up to fifty firms" in send(client, pk, pasted_list(51)).content.decode()
    assert send(client, pk, [""]).status_code == 422
    assert send(client, pk, ["사업자등록번호\t메일"]).status_code == 422
    assert send(client, pk, pasted_list(1), kind="lead").status_code == 422
    with as_person(world, "coordinator"):
        assert FirmInvitation.objects.count() == 0


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("220-81-62517\t새기업\ta@x.example", ("220-81-62517", "a@x.example", "새기업", "")),
        ("220-81-62517\t새기업\ta@x.example\tV-100", ("220-81-62517", "a@x.example", "새기업", "V-100")),
        ("a@x.example;2208162517", ("2208162517", "a@x.example", "", "")),
        ("새기업, 220 81 62517 , a@x.example", ("220 81 62517", "a@x.example", "새기업", "")),
        ("새기업\ta@x.example", ("", "a@x.example", "새기업", "")),
        ("220-81-62517", ("220-81-62517", "", "", "")),
    ],
)
def test_columns_are_known_by_what_stands_in_them(line, read):
    (row,) = pasted.read(line)
    assert (row.number, row.email, row.name, row.vendor_code) == read


def test_lines_are_counted_as_pasted():
    text = "번호,메일\n\n220-81-62517,a@x.example\n\nb@x.example"
    assert [row.place for row in pasted.read(text)] == ["rows[3]", "rows[5]"]


def test_the_desk_says_how_far_each_firm_has_come(world):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
        before = {row.name: row.stage for row in desk.firms_of(pk)}
    assert before["Hanbit"] == "site"  # four people and a site, nothing entered yet
    assert before["Daesung"] == "site"
    assert before["Seojin"] == "agreed"  # one person
    invitation = asked(world, cluster=pk)
    with as_person(world, "coordinator"):
        first = desk.firms_of(pk)[0]
    assert (first.name, first.stage, first.is_open) == ("새기업", "invited", True)
    assert str(first.next_step)
    assert invitation.pk == first.invitation.pk


def test_a_firm_that_works_needs_no_second_person_for_it(world, committed):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    with unscoped(reason=SYSTEM):
        seen = {"event": "order.acknowledged", "count": 1, "last_at": timezone.now()}
        MemberActivity.objects.create(organization=world.stranger, cluster_id=pk, **seen)
    with as_person(world, "coordinator"):
        stages = {row.name: (row.stage, row.may_be_reminded) for row in desk.firms_of(pk)}
        counts = dict(desk.funnel(desk.firms_of(pk)))
    assert stages["Seojin"] == ("data", False)
    assert counts["At work"] == 1
    # Made by no invitation, without a second person: counted in neither.
    assert counts["Invited"] == counts["Link opened"] == 0
    assert counts["Has joined"] == len(stages)
    assert counts["Two people or more"] == len([row for row in stages if row in ("Hanbit", "Daesung")])


def test_a_firm_is_counted_in_the_stages_that_it_passed_and_no_other(world):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
        before = dict(desk.funnel(desk.firms_of(pk)))
    asked(world, cluster=pk)
    with as_person(world, "coordinator"):
        after = dict(desk.funnel(desk.firms_of(pk)))
    assert {label: after[label] - before[label] for label in after if after[label] != before[label]} == {"Invited": 1}


def test_a_firm_is_reminded_once_a_day_and_gets_a_new_link(world):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    invitation = asked(world, cluster=pk)
    old = deliver(invitation)
    with as_person(world, "coordinator"):
        _none, error = attempt(firms.remind, cluster_id=pk, invitation_ids=[invitation.pk])
        assert isinstance(error, exceptions.RemindedJustNow)
        assert firms.remind(cluster_id=pk) == []
        FirmInvitation.objects.update(asked_at=timezone.now() - timedelta(days=2))
        assert [row.pk for row in firms.remind(cluster_id=pk)] == [invitation.pk]
        assert firms.remind(cluster_id=pk) == []
        _none, error = attempt(firms.remind, cluster_id=pk, invitation_ids=[999999])
        assert isinstance(error, exceptions.UnknownFirmInvitation)
    assert deliver(invitation) != old


def test_a_firm_that_joined_is_reminded_of_its_next_step(world):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    invitation = asked(world, cluster=pk)
    with as_person(world, "coordinator"):
        past = timezone.now() - timedelta(days=2)
        FirmInvitation.objects.update(accepted_at=past, asked_at=past, sent_at=past, organization=world.stranger)
        assert [row.pk for row in firms.remind(cluster_id=pk)] == [invitation.pk]
    with organization_scope(world.office.pk, source="task"):
        firms.send_reminder(invitation_id=invitation.pk)
    assert mail.outbox[-1].subject == "Dure: your next step in Cluster"
    assert "Next step: Invite a second person" in mail.outbox[-1].body


def test_an_invitation_is_taken_back(world, client_of):
    with as_person(world, "coordinator") as door:
        pk = door.scope.cluster_ids[0]
    invitation = asked(world, cluster=pk)
    link = deliver(invitation)
    client = client_of("coordinator")
    assert client.post(f"/clusters/{pk}/invitations/{invitation.pk}/revoke/").status_code == 302
    assert client.get(link).status_code == 404
    assert client.post(f"/clusters/{pk}/invitations/{invitation.pk}/revoke/").status_code == 404
