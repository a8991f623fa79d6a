"""A person who asks to be forgotten: nowhere in the database, signed out everywhere; documents stay."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from apps.accounts import services as accounts
from apps.leaving import persons
from apps.orders.models import PurchaseOrder
from apps.partners import relations
from apps.partners.models import RelationContact
from apps.tenancy.models import TradingRelation
from tests.world import as_person, published

PHONE = "010-4455-6677"


def found(*texts: str) -> list[str]:
    """Every column of every table in which one of these texts stands, JSON too."""
    columns = (
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables"
        " USING (table_schema, table_name) WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        " AND data_type IN ('text', 'character varying', 'jsonb', 'ARRAY')"
    )
    with connections["owner"].cursor() as cursor:
        cursor.execute(columns)
        places = []
        for table, column in cursor.fetchall():
            for text in texts:
                cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text ILIKE %s', [f"%{text}%"])
                if cursor.fetchone()[0]:
                    places.append(f"{table}.{column}")
    return places


def test_nothing_of_the_person_is_left_and_documents_are(committed, world, client_of):
    order = published(world)
    person = world.people["buyer"]
    person.name = "Kim Forgettable"
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET name = %s WHERE id = %s", [person.name, person.pk])
    client = client_of("buyer")
    assert client.get("/orders/").status_code == 200
    with as_person(world, "buyer"):
        relations.add_contact(relation_id=world.relation.pk, name=person.name, phone=PHONE, email=person.email)
        accounts.create_token(name="mes", acts=["view_orders"], days=10)
    assert found(person.email, PHONE, person.name)
    persons.forget(person.email)
    # A contact's history keeps the name it was entered with, as other documents do.
    left = [place for place in found(person.email, PHONE, person.name) if place != "partners_relationcontactevent.name"]
    assert left == []
    assert client.get("/orders/").status_code == 302
    with as_person(world, "supplier"):
        assert PurchaseOrder.objects.get(pk=order.pk).number == order.number
    with pytest.raises(persons.UnknownPerson):
        persons.forget(person.email)


def test_what_somebody_wrote_as_a_phone_is_forgotten_beside_the_address_alone(committed, world):
    person = world.people["buyer"]
    with as_person(world, "supplier"):
        relations.add_contact(relation_id=world.relation.pk, name="x", phone="krw", email=person.email)
        relations.add_contact(relation_id=world.relation.pk, name="y", phone="krw", email="else@test.example")
    persons.forget(person.email)
    with as_person(world, "supplier"):
        assert TradingRelation.objects.get(pk=world.relation.pk).currency == "KRW"
        assert [row.phone for row in RelationContact.objects.all()] == ["krw"]


def test_a_firm_keeps_an_administrator(committed, world):
    from apps.accounts.exceptions import LastAdministrator
    from apps.tenancy.roles import Role

    person = world.people["supplier"]
    from apps.tenancy.scope import unscoped
    from tests.world import SYSTEM

    with unscoped(reason=SYSTEM):
        accounts.set_roles(organization_id=world.supplier.pk, user_id=person.pk, roles=[Role.TENANT_ADMIN])
    with pytest.raises(LastAdministrator):
        persons.forget(person.email)
    assert found(person.email)


def test_the_command_says_what_it_did_and_names_who_is_not_there(committed, world, capsys):
    call_command("forget_person", world.people["inspector"].email)
    assert "accounts_user" in capsys.readouterr().out
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("forget_person", "nobody@example.com")
