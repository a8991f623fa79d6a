"""Day one: an empty installation lets its operator make the first firm, once; a code from the log is the key."""

import gc
import io
import logging
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.joining import first_code
from apps.joining.begin import begin
from apps.joining.exceptions import Begun
from apps.joining.models import FirstCode
from apps.tenancy.models import BusinessNumber, Organization
from apps.tenancy.scope import unscoped
from cluster.asgi import application
from tests import world as worlds
from tests.at_once import in_parallel
from tests.world import SYSTEM

PASSWORD = "only-mine-9999"


@pytest.fixture
def empty(committed):
    """Nobody is here."""
    worlds.reset()


def typed(**changed):
    given = {
        "kind": "office", "legal_name": "충남 디지털클러스터 운영기관", "name_en": "Chungnam Office", "business_number": "",
        "name": "이은서", "email": "Office@test.example", "password1": PASSWORD, "password2": PASSWORD,
        "language": "ko", "time_zone": "Asia/Seoul",
    }  # fmt: skip
    return {**given, **changed}


def firms():
    with unscoped(reason=SYSTEM):
        return list(Organization.objects.values_list("legal_name", flat=True))


def browser(code=None):
    client = Client(headers={"accept-language": "en"})
    if code:
        assert client.post("/begin/", {"code": code}).status_code == 302
    return client


def test_the_first_page_asks_for_the_code_then_makes_the_first_firm_and_closes(empty):
    client = browser()
    assert client.get("/").headers["Location"] == "/begin/"
    assert b"One-time code" in client.get("/begin/").content
    code = first_code.renew()
    assert client.post("/begin/", {"code": code.lower().replace("-", " ")}).headers["Location"] == "/begin/"
    answer = client.post("/begin/", typed())
    assert answer.headers["Location"] == "/start/"
    page = client.get("/start/")
    assert page.status_code == 200
    assert "충남 디지털클러스터 운영기관" in page.content.decode()
    assert firms() == ["충남 디지털클러스터 운영기관"]
    me = client.get("/api/me/").json()
    assert me["roles"] == ["coordinator", "tenant-admin"]
    with unscoped(reason=SYSTEM):
        assert not FirstCode.objects.exists()
    for other in (browser(), client):
        assert other.get("/begin/").status_code == other.post("/begin/", typed()).status_code == 404
    assert browser().get("/").headers["Location"].startswith("/account/sign-in/")


def test_a_lead_firm_begins_with_its_number(empty):
    client = browser(first_code.renew())
    refused = client.post("/begin/", typed(kind="lead", business_number="124-81-55508"))
    assert refused.status_code == 422
    assert "The check digit is wrong." in refused.content.decode()
    assert firms() == []
    assert client.post("/begin/", typed(kind="lead", business_number="124-81-55509")).status_code == 302
    assert client.get("/api/me/").json()["roles"] == ["buyer", "buyer-approver", "tenant-admin"]
    with unscoped(reason=SYSTEM):
        assert list(BusinessNumber.objects.values_list("number", flat=True)) == ["1248155509"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password1": "password1234", "password2": "password1234"}, "too common"),
        ({"password2": "something-else-1"}, "password fields"),
        ({"legal_name": ""}, "This field is required."),
        ({"email": "office@"}, "valid email"),
        ({"time_zone": "Mars/North"}, "valid choice"),
        ({"kind": "supplier"}, "valid choice"),
        ({"kind": "lead", "business_number": " "}, "A lead firm is known by its number."),
        ({"legal_name": "a\u202eb"}, "direction of writing"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(empty, changed, words):
    client = browser(first_code.renew())
    answer = client.post("/begin/", typed(**changed))
    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&#x27;", "'")
    assert firms() == []


def test_a_wrong_code_is_named_and_tries_are_counted(empty):
    first_code.renew()
    client = browser()
    answers = [client.post("/begin/", {"code": f"AAAA-BBBB-CC{n:02d}"}) for n in range(12)]
    assert "This is not the one-time code" in answers[0].content.decode()
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    assert firms() == []


def test_without_the_code_the_form_makes_nothing(empty):
    first_code.renew()
    client = browser()
    assert client.post("/begin/", typed()).status_code == 422
    assert firms() == []


def test_a_code_ends_when_another_is_made_and_after_a_week(empty):
    client = browser(first_code.renew())
    second = first_code.renew()
    assert b"One-time code" in client.post("/begin/", typed()).content
    with unscoped(reason=SYSTEM):
        FirstCode.objects.update(made_at=timezone.now() - timedelta(days=8))
    assert client.post("/begin/", {"code": second}).status_code == 422
    assert firms() == []


def test_only_the_hash_of_a_code_is_kept(empty):
    code = first_code.renew()
    with unscoped(reason=SYSTEM):
        assert code not in str(list(FirstCode.objects.values()))
        assert FirstCode.objects.count() == 1


def test_of_two_who_begin_at_once_one_makes_the_firm(empty):
    digest = first_code.digest_of(first_code.renew())

    def act(name):
        try:
            return begin(kind="office", legal_name=name, name="A", email=f"{name}@test.example", digest=digest)[0].pk
        except Begun:
            return None

    done = in_parallel(lambda: act("one"), lambda: act("two"))
    assert [pk is None for pk in done].count(True) == 1
    assert len(firms()) == 1


def test_the_server_tells_the_code_once_and_the_command_another(empty, caplog):
    caplog.set_level(logging.WARNING)
    first_code.announce()
    first_code.announce()
    told, again = [record.getMessage() for record in caplog.records]
    assert "/begin/" in told
    code = told.rsplit(" ", 1)[1]
    assert code not in again
    assert browser(code)
    out = io.StringIO()
    call_command("first_code", stdout=out)
    assert browser().post("/begin/", {"code": code}).status_code == 422
    assert browser(out.getvalue().strip())


def test_a_command_begins_too_and_both_refuse_an_installation_that_has_begun(empty, caplog):
    out = io.StringIO()
    given = {"firm": "한빛", "number": "124-81-55509", "name": "문태오", "email": "moon@test.example"}
    with pytest.raises(CommandError, match="check digit"):
        call_command("begin", "lead", **{**given, "number": "124-81-55501"})
    call_command("begin", "lead", stdout=out, **given)
    link = out.getvalue().split()[-1]
    assert "/account/password/reset/" in link
    path = "/" + link.split("/", 3)[3]
    client = browser()
    asked = client.get(path, follow=True)
    assert asked.status_code == 200
    with pytest.raises(CommandError, match="made once"):
        call_command("begin", "lead", **given)
    with pytest.raises(CommandError, match="made once"):
        call_command("first_code")
    first_code.announce()
    assert not caplog.records


def test_the_world_of_others_is_never_empty(world):
    assert first_code.is_empty() is False
    assert browser().get("/begin/").status_code == 404


def test_a_server_that_starts_tells_it(empty, caplog):
    """What uvicorn asks of the application as it starts and stops."""

    async def start_and_stop():
        server = ApplicationCommunicator(application, {"type": "lifespan"})
        answers = []
        for message in ("lifespan.startup", "lifespan.shutdown"):
            await server.send_input({"type": message})
            answers.append((await server.receive_output(10))["type"])
        return answers

    assert async_to_sync(start_and_stop)() == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert gc.get_freeze_count(), "what is loaded is not looked through for garbage"
    gc.unfreeze()
    (told,) = [record.getMessage() for record in caplog.records if "/begin/" in record.getMessage()]
    assert browser(told.rsplit(" ", 1)[1])
