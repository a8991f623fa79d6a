"""What every answer to somebody signed in carries, what lies in the cache, and whether the process is ready."""

import json
import re
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client
from django.utils import timezone

from apps.accounts.models import ApiToken
from apps.events.models import DomainEvent
from apps.orders.models import PurchaseOrder
from apps.tenancy.scope import unscoped
from apps.web import health
from tests.walk.test_routes import routes
from tests.world import PASSWORD, SYSTEM, as_person, in_days, published


def path_of(route: str) -> str:
    path = re.sub(r"<\w+:\w+>|\(\?P<\w+>[^)]*\)", "1", route.replace("^", "").replace("$", ""))
    return "/" + path


def is_private(response) -> bool:
    varies = response.headers.get("Vary", "")
    return response.headers.get("Cache-Control") == "private, no-store" and "Authorization" in varies and "Cookie" in varies


def test_nothing_for_somebody_signed_in_is_kept_by_a_cache(committed, world, client_of, api_of):
    published(world)
    browser, program = client_of("buyer"), api_of("buyer").client
    paths = [path_of(route) for route in routes() if not route.startswith("health/")]
    for path in paths:
        answer = (program if path.startswith("/api/") else browser).get(path)
        assert is_private(answer), path
    assert len(paths) > 140
    assert not is_private(Client().get("/health/"))


FORM = re.compile(r"<form[^>]*method=\"?post\"?[^>]*>(.*?)</form>", re.DOTALL)


def test_every_form_that_posts_carries_a_key_of_its_own(committed, world, client_of):
    order = published(world)
    keys, forms = [], 0
    for name in ("buyer", "supplier", "buyer-admin", "coordinator", "receiver"):
        browser = client_of(name)
        for route in routes():
            if route.startswith("api/") or "sign-out" in route:
                continue
            page = browser.get(re.sub("/orders/1/", f"/orders/{order.pk}/", path_of(route)))
            if page.status_code != 200 or "html" not in page.headers["Content-Type"]:
                continue
            for form in FORM.findall(page.content.decode()):
                forms += 1
                keys += re.findall(r'name="form_key" value="([0-9a-f]{32})"', form)
    assert len(keys) == forms
    assert len(set(keys)) == forms
    assert forms > 100


def test_what_lies_in_redis_is_json(world):
    client = Client()
    client.post("/account/sign-in/", {"login": "supplier@test.example", "password": "wrong"})
    client.post("/account/sign-in/", {"login": "buyer@test.example", "password": PASSWORD})
    client.get("/")
    cache.set("moment", {"at": timezone.now(), "n": 1})
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    values = {key: server.get(key) for key in server.keys("*") if server.type(key) == b"string"}
    assert len(values) > 2
    for key, value in values.items():
        json.loads(value)
        assert not value.startswith(b"\x80"), key


def test_a_pickle_put_into_redis_runs_nothing(world):
    server = redis.Redis.from_url(settings.CACHES["default"]["LOCATION"])
    server.set(cache.make_key("planted"), b"cos\nsystem\n(S'touch /tmp/planted'\ntR.")
    with pytest.raises(ValueError, match="Expecting value"):
        cache.get("planted")


def test_ready_says_what_fails(committed, world, monkeypatch):
    client = Client()
    assert client.get("/health/ready").json() == {"status": "ok", "waiting": {"outbox": 0, "tasks": 0}}
    published(world)
    with unscoped(reason=SYSTEM):
        DomainEvent.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    answer = client.get("/health/ready")
    assert (answer.status_code, list(answer.json()["failing"])) == (503, ["outbox"])

    def gone(*arguments, **options):
        raise OperationalError("no connection")

    monkeypatch.setattr(health, "unpublished", gone)
    monkeypatch.setattr(health.cache, "get", lambda key: (_ for _ in ()).throw(redis.ConnectionError))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["failing"]) == (
        503,
        {"database": "OperationalError", "redis": "ConnectionError"},
    )
    assert answer.json()["waiting"]["outbox"] is None
    assert client.get("/health/live").status_code == 200


def test_ready_tells_how_many_events_and_tasks_wait(committed, world):
    from apps.accounts.tasks import purge_expired, send_waiting_invitations

    client, broker = Client(), redis.Redis.from_url(settings.CELERY_BROKER_URL)
    published(world)
    with unscoped(reason=SYSTEM):
        events = DomainEvent.objects.count()
    purge_expired.delay()
    send_waiting_invitations.delay()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "waiting": {"outbox": events, "tasks": 2}})
    assert events > 0
    broker.delete("celery")


@pytest.mark.parametrize("broker", ["redis://127.0.0.1:1/0", "redis://nobody.invalid:1/0", "wrong"])
def test_a_broker_that_tells_no_number_makes_nothing_fail(committed, world, settings, broker):
    if broker == "wrong":
        redis.Redis.from_url(settings.CELERY_BROKER_URL).set("celery", "no list")
    else:
        settings.CELERY_BROKER_URL = broker
    answer = Client().get("/health/ready")
    assert (answer.status_code, answer.json()["waiting"]) == (200, {"outbox": 0, "tasks": None})
    if broker == "wrong":
        redis.Redis.from_url(settings.CELERY_BROKER_URL).delete("celery")


def order_form(world, key: str) -> dict:
    return {
        "relation": world.relation.pk,
        "site": world.site.pk,
        "part": [world.part.pk],
        "quantity": ["100"],
        "date": [str(in_days(10))],
        "act": "publish",
        "form_key": key,
    }


KEY = "0123456789abcdef" * 2


def test_a_double_click_on_a_new_order_makes_one(world, client_of):
    buyer = client_of("buyer")
    first, again = (buyer.post("/orders/new/", order_form(world, KEY)) for _ in range(2))
    assert (first.status_code, again.status_code) == (302, 302), first.content.decode()[-3000:]
    assert first.headers["Location"] == again.headers["Location"]
    with as_person(world, "buyer"):
        assert PurchaseOrder.objects.count() == 1
    other = buyer.post("/orders/new/", order_form(world, KEY) | {"quantity": ["101"]})
    assert other.headers["Location"] != first.headers["Location"]


def test_a_token_form_sent_twice_makes_one_token_and_says_so(world, client_of):
    buyer, body = client_of("buyer"), {"name": "ERP", "days": 1, "acts": ["view_orders"], "form_key": KEY}
    first, again = (buyer.post("/account/tokens/", body) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 409)
    assert "dure_" in first.content.decode()
    assert "dure_" not in again.content.decode()
    assert '<a class="btn primary" href="/account/tokens/">' in again.content.decode()  # to reload would send the form again
    with as_person(world, "buyer"):
        assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x", "0" * 33, "\x00"])
def test_a_form_key_that_is_none_is_refused(world, client_of, key):
    assert client_of("buyer").post("/orders/new/", order_form(world, key)).status_code == 400
