"""Every action of the API names the act that allows it, or says why it needs none; and tells which parameters it knows."""

from collections import Counter

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from drf_spectacular.generators import SchemaGenerator

from apps.accounts.api.permissions import ActUndeclared, HoldsAct, NoAct
from apps.common.api import KnownQueries
from apps.learning.api.machines import MachineView
from apps.tenancy.permissions import all_acts
from tests.contract.hostile import operations

MACHINES = "signed by a factory or a run, no person's: each view checks the signature"


def view_classes(patterns=None, prefix=""):
    """Route, class and the names of its actions, for every view of the API but the schema."""
    for pattern in patterns or get_resolver().url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from view_classes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and route.startswith("api/") and route != "api/schema/":
            view = pattern.callback.cls
            actions = getattr(pattern.callback, "actions", None)
            yield (
                route,
                view,
                set(actions.values()) if actions else {m for m in ("get", "post", "delete") if hasattr(view, m)},
            )


def test_every_action_names_its_act_or_says_why_it_needs_none():
    count, faults, known = 0, [], all_acts()
    for route, view, actions in view_classes():
        if issubclass(view, MachineView):
            assert view.permission_classes == (), f"{route}: {MACHINES}"
            continue
        assert view.permission_classes == [HoldsAct], route
        for name in actions:
            count += 1
            act = view.acts.get(name)
            is_named = act in known if isinstance(act, str) else isinstance(act, NoAct) and len(act.reason) > 20
            if not is_named:
                faults.append(f"{route} {name}: {act!r}")
    assert count >= 60
    assert not faults, faults


def test_no_act_stands_for_an_action_that_is_not_there():
    found: dict[type, set[str]] = {}
    for _route, view, actions in view_classes():
        if not issubclass(view, MachineView):
            found.setdefault(view, set()).update(actions)
    assert {
        f"{view.__name__}.{name}" for view, names in found.items() for name in {*view.acts, *view.queries} - names
    } == set()


def test_an_action_without_an_act_answers_403(world, api_of, monkeypatch):
    from apps.orders.api.views import OrderViewSet

    assert api_of("buyer").get("/api/orders/").status_code == 200
    monkeypatch.setattr(OrderViewSet, "acts", {})
    answer = api_of("buyer").get("/api/orders/")
    assert (answer.status_code, answer.json()["code"]) == (403, ActUndeclared.code)


def test_a_parameter_that_a_call_does_not_know_is_a_400_with_those_it_knows(world, api_of, subtests):
    count = 0
    clients = [api_of(name) for name in ("buyer", "supplier", "coordinator")]
    for operation in operations():
        if operation.method != "GET" or operation.path in ("/api/schema/",):
            continue
        path = operation.path.replace("{id}", "1")
        answers = [client.get(path, statsu="open") for client in clients]
        refused = [answer for answer in answers if answer.status_code != 403]
        with subtests.test(path):
            assert refused
            count += 1
            for answer in refused:
                assert answer.status_code == 400
                error = answer.json()["errors"][0]
                assert (answer.json()["code"], error["place"]) == ("invalid_parameter", "statsu")
                assert all(name in error["remedy"] for name in operation.queries)
    assert count >= 30


def test_every_view_of_the_api_refuses_what_it_does_not_know():
    views = {view for _route, view, _actions in view_classes() if not issubclass(view, MachineView)}
    assert len(views) >= 20
    assert [view.__name__ for view in views if not issubclass(view, KnownQueries)] == []


@pytest.mark.parametrize("method", ["head", "options", "put"])
def test_other_methods_are_answered_as_before(world, api_of, method):
    expected = {"head": 200, "options": 405, "put": 405}[method]
    assert getattr(api_of("buyer").client, method)("/api/orders/").status_code == expected


def test_no_text_of_a_base_class_describes_its_heirs_in_the_schema():
    """The docstring of a class that all shapes derive from stood at 76 of them."""
    shapes = SchemaGenerator().get_schema(public=True)["components"]["schemas"].values()
    told = Counter(shape["description"] for shape in shapes if "description" in shape)
    assert len(told) > 10
    assert [text for text, count in told.items() if count > 1] == []
