"""Which side writes which column: every column of every two-sided row, tried in raw SQL as `app` from both sides.

What is expected is read from the declaration by a third, plain reading of it, so that neither compiler proves itself.
"""

import datetime
import json
from decimal import Decimal

import pytest
from django.db import DatabaseError, connections, models, transaction

from apps.tenancy.access import sides
from apps.tenancy.access.declared import NOBODY
from apps.tenancy.access.grants import Given
from apps.tenancy.access.keys import owners
from apps.tenancy.access.predicates import AllOf, AnyOf, Fact, Holds, Linked, Never, OnSide
from apps.tenancy.access.wanted import is_history
from apps.tenancy.scope import unscoped
from tests.everything import declared, fill
from tests.world import SYSTEM, as_person

SIDES = ("buyer", "supplier")
PARTIES = {"tenancy.Grant": ("organization", "receiver")}
MOST = 4  # rows of a table that are tried


def two_sided():
    return [m for m in declared() if (m.access.read.on_side("supplier") or m.access.guards) and not is_history(m)]


def parties(model) -> tuple[str, str]:
    """The columns that name the two firms of a row."""
    return SIDES if model.access.read.on_side("supplier") else PARTIES[model._meta.label]


def columns_of(model):
    """Those that do not say whose the row is: these never change."""
    return [f for f in model._meta.concrete_fields if not f.primary_key and f.name not in whose(model)]


def whose(model) -> set[str]:
    return owners(model) & {"relation", "buyer", "supplier", "organization"}


def guards_of(model, name):
    return [guard for guard in model.access.guards if name in guard.columns]


def test_each_column_of_a_row_that_both_sides_see_has_one_declaration():
    counted = 0
    for model in two_sided():
        if "update" not in model.access.writes():
            assert not model.access.guards, f"{model._meta.label}: nobody changes a row"
            continue
        for field in columns_of(model):
            found = guards_of(model, field.name)
            assert len(found) == 1, f"{model._meta.label}.{field.name}: say who changes it, once"
            assert bool(found[0].reason) == (found[0].by == sides()), f"{model._meta.label}.{field.name}: why both?"
            counted += 1
        names = {field.name for field in columns_of(model)}
        assert {name for guard in model.access.guards for name in guard.columns} <= names, model
    assert counted > 100
    assert len(two_sided()) >= 14


# What either side deletes, and why.
EITHER = {("planning.SharedLevel", "delete"): "whoever ends the relation withdraws what it shows"}


def test_each_side_adds_and_deletes_rows_only_where_it_is_declared_to():
    """Whoever adds a table says which side writes it: the default of both is no answer."""
    both = {
        (model._meta.label, command)
        for model in two_sided()
        for command, rows in model.access.writes().items()
        if command != "update" and rows == sides()
    }
    assert both == set(EITHER)


def allows(predicate, row: dict, side: str, firm: int) -> bool:
    """A plain reading of a predicate about a row that the side would leave behind."""
    match predicate:
        case OnSide():
            return predicate.name == side
        case Holds(ids="organization_ids"):
            return row[predicate.name] == firm
        case Given():
            return row[predicate.name] is not None
        case Fact():
            value = row[predicate.name]
            return value in predicate.value if isinstance(predicate.value, tuple) else value == predicate.value
        case AllOf():
            return all(allows(part, row, side, firm) for part in predicate.parts)
        case AnyOf():
            return any(allows(part, row, side, firm) for part in predicate.parts)
        case Never():
            return False
        case Linked():
            return any(linked(predicate, row, side, firm))
    raise AssertionError(predicate)


def linked(predicate, row: dict, side: str, firm: int):
    from django.apps import apps

    target = apps.get_model(predicate.label)
    named = {"pk": "id"}
    wanted = {its: row[named.get(ours, ours)] for its, ours in predicate.keys}
    with unscoped(reason=SYSTEM):
        found = list(target._base_manager.filter(**wanted).values())
    return [allows(predicate.when, plain(target, values), side, firm) for values in found]


def plain(model, values: dict) -> dict:
    """By the names of fields."""
    return {field.name: values[field.attname] for field in model._meta.concrete_fields if field.attname in values}


def others(field, value, model):
    """Other values of the column's kind."""
    if field.choices:
        return [choice for choice, _label in field.flatchoices if choice != value]
    if isinstance(field, models.ForeignKey):
        with unscoped(reason=SYSTEM):
            found = field.related_model._base_manager.exclude(pk=value).values_list("pk", flat=True)[:1]
            return [*found, *([None] if field.null and value is not None else [])] or [10**9]
    if isinstance(field, models.BooleanField):
        return [not value]
    if isinstance(field, models.DecimalField):
        return [(value or Decimal(0)) + 1]
    if isinstance(field, models.IntegerField):
        return [(value or 0) + 1]
    if isinstance(field, models.DateTimeField):
        return [(value or datetime.datetime.now(datetime.UTC)) + datetime.timedelta(minutes=1)]
    if isinstance(field, models.DateField):
        return [(value or datetime.date.today()) + datetime.timedelta(days=1)]
    if isinstance(field, models.JSONField):
        return [json.dumps({**(value or {}), "else": 1})]
    if field.get_internal_type() == "ArrayField":
        return [[*value, others(field.base_field, None, model)[0]]]
    return [f"{value}x"[: field.max_length or None] if len(value or "") < (field.max_length or 99) else "x"]


def expected(model, field, row: dict, value, side: str) -> bool:
    if field.primary_key or field.name in whose(model):
        return False
    firm = row[side]
    changed = row | {field.name: value}
    rights = model.access.writes()["update"]
    if not allows(rights, row, side, firm) or not allows(rights, changed, side, firm):
        return False
    (guard,) = guards_of(model, field.name)
    first = row[field.name] is None and guard.first != NOBODY and allows(guard.first, changed, side, firm)
    return first or allows(guard.by, changed, side, firm)


def is_changed(model, field, pk, value) -> bool:
    """Whether the database lets the column be changed: what refuses it afterwards, a check or a key, does not count."""
    column, key = connections["default"].ops.quote_name(field.column), model._meta.pk.column
    try:
        with transaction.atomic("default"), connections["default"].cursor() as cursor:
            cursor.execute(f'UPDATE "{model._meta.db_table}" SET {column} = %s WHERE "{key}" = %s', [value, pk])
            found = cursor.rowcount == 1
            transaction.set_rollback(True, using="default")
    except DatabaseError as error:
        found = not any(word in str(error) for word in ("may not change", "row-level security", "permission denied"))
    return found


def tries(world, model):
    """(field, value, side, whether it is declared, whether it was done) for some rows of a model."""
    people = {world.buyer.pk: "buyer", world.supplier.pk: "supplier", world.stranger.pk: "stranger"}
    with unscoped(reason=SYSTEM):
        rows = list(model._base_manager.exclude(**{parties(model)[1]: None}).order_by("-pk").values()[:MOST])
    for values in rows:
        row = plain(model, values)
        given = [(field, value) for field in model._meta.concrete_fields for value in others(field, row[field.name], model)]
        for side in parties(model):
            with as_person(world, people[row[side]]):
                found = [is_changed(model, field, row["id"], value) for field, value in given]
            for (field, value), done in zip(given, found, strict=True):
                wanted = "update" in model.access.writes() and expected(model, field, row, value, side)
                yield field.name, value, side, wanted, done


@pytest.fixture
def everything(world, committed):
    fill(world)
    return world


def test_each_side_changes_in_raw_sql_what_is_declared_and_nothing_else(everything):
    wrong, counted = [], {"models": 0, "columns": 0, "tries": 0, "done": 0}
    for model in two_sided():
        columns = set()
        for name, value, side, wanted, done in tries(everything, model):
            columns.add(name)
            counted["tries"] += 1
            counted["done"] += done
            if wanted is not done:
                wrong.append((model._meta.label, name, value, side, "declared" if wanted else "not declared"))
        assert columns == {field.name for field in model._meta.concrete_fields}, f"{model._meta.label}: no row was tried"
        counted["models"] += 1
        counted["columns"] += len(columns)
    assert wrong == []
    print(counted)
    assert counted["columns"] > 200
    assert counted["done"] > 100


# What a row is born as, whoever writes it: the other side's answer is never brought along.
BORN = {
    "consigned.Settlement": {"state": "proposed", "answer": "", "answered_at": None, "answered_by": None},
    "consigned.ConsignmentNote": {"status": "sent", "received_at": None},
    "consigned.ConsignmentLine": dict.fromkeys(("received_quantity", "damaged_quantity", "missing_quantity"), Decimal(0)),
    "deliveries.ShipmentLine": {"unit_price": None, "currency": None},
}


def is_inserted(model, row: dict) -> bool:
    """Whether the policies let such a row in: what refuses it afterwards, a check or a key, does not count."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    try:
        with transaction.atomic("default"), connections["default"].cursor() as cursor:
            statement = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({marks})'
            cursor.execute(statement, [row[field.name] for field in fields])
            transaction.set_rollback(True, using="default")
    except DatabaseError as error:
        return "row-level security" not in str(error)
    return True


def test_no_side_adds_a_row_that_holds_the_others_answer(everything):
    from django.apps import apps

    people = {everything.buyer.pk: "buyer", everything.supplier.pk: "supplier", everything.stranger.pk: "stranger"}
    for label, born in BORN.items():
        model = apps.get_model(label)
        with unscoped(reason=SYSTEM):
            rows = [plain(model, values) | born for values in model._base_manager.order_by("-pk").values()]
        added = set()
        for row in rows:
            for side in SIDES:
                with as_person(everything, people[row[side]]):
                    if not is_inserted(model, row):
                        continue  # the other side's to write
                    added.add(side)
                    for name in born:
                        for value in others(model._meta.get_field(name), row[name], model):
                            assert not is_inserted(model, row | {name: value}), f"{label}.{name} = {value} by the {side}"
        assert added, f"{label}: no row was tried"


def test_the_supplier_writes_into_the_request_what_the_buyer_asks_for_and_only_while_it_asks(world):
    """The one column of the buyer's that a supplier's yes moves."""
    from apps.orders import services
    from apps.orders.models import ScheduleLine
    from apps.orders.statuses import Reason
    from tests.chain import confirmed
    from tests.world import in_days

    order = confirmed(world)
    with as_person(world, "buyer"):
        line = ScheduleLine.objects.get(order_id=order.pk)
    quantity, day = ScheduleLine._meta.get_field("requested_quantity"), ScheduleLine._meta.get_field("requested_date")
    wish = line.requested_quantity - 10

    def supplier_may(field, value):
        with as_person(world, "supplier"):
            return is_changed(ScheduleLine, field, line.pk, value)

    assert not supplier_may(quantity, wish)
    with as_person(world, "buyer"):
        change = services.Change(line.pk, wish, line.requested_date)
        services.request_changes(order_id=order.pk, changes=[change], reason=Reason.DEMAND)
    assert supplier_may(quantity, wish)
    assert not supplier_may(quantity, wish - 1)
    assert not supplier_may(day, in_days(40))
    with as_person(world, "supplier"):
        asked = line.change_requests.get()
        services.accept_change(change_id=asked.pk)
        line.refresh_from_db()
    assert line.requested_quantity == wish
    assert not supplier_may(quantity, wish + 10)


def test_an_order_whose_sums_came_otherwise_is_answered_all_the_same(world):
    """Brought from elsewhere, rounded there: the supplier's answer leaves the buyer's sums as they are."""
    from apps.orders import services
    from apps.orders.models import PurchaseOrder
    from tests.chain import schedule_of
    from tests.world import as_if, published

    order = published(world)
    with as_person(world, "buyer"):
        as_if(PurchaseOrder.objects.filter(pk=order.pk), amount=Decimal("123.45"))
    with as_person(world, "supplier"):
        answers = [
            services.Answer(row.pk, [services.Part(row.requested_quantity, row.requested_date)])
            for row in schedule_of(order)
        ]
        services.answer_order(order_id=order.pk, answers=answers)
        order.refresh_from_db()
    assert (order.status, order.amount) == ("confirmed", Decimal("123.45"))


def test_a_guard_that_is_forgotten_is_found(everything, monkeypatch):
    from apps.orders.models import ScheduleLine
    from apps.tenancy.access import install as installing
    from apps.tenancy.access import wanted

    refusal = wanted._refusal
    owner = connections["owner"]
    with monkeypatch.context() as patched:
        patched.setattr(
            wanted, "_refusal", lambda m, columns, by: "" if "over_tolerance" in columns else refusal(m, columns, by)
        )
        assert any("FUNCTION" in line for line in installing.install(owner, [ScheduleLine]))
    try:
        wrong = {(name, side) for name, _v, side, wanted_, done in tries(everything, ScheduleLine) if wanted_ is not done}
    finally:
        installing.install(owner, [ScheduleLine])
    assert wrong >= {("over_tolerance", "supplier"), ("received_quantity", "supplier")}
