"""A long table is checked and loaded by a worker, which says how far it is and stops where somebody cancels."""

import subprocess
import sys

import pytest

from apps.exchange.exceptions import ImportCancelled, NothingToLoad
from apps.exchange.incoming import services, working
from apps.exchange.models import Import, ImportState
from apps.masterdata.models import Part
from apps.ui import services as services_of_lists
from tests.world import as_person

from .tables import csv

ROWS = csv("품번,품명", *(f"L-{n},부품 {n}" for n in range(12)))


@pytest.fixture
def asked(world, monkeypatch, django_capture_on_commit_callbacks):
    """A file of more rows than are looked at while somebody waits; what would go to the worker."""
    sent: list[dict] = []
    monkeypatch.setattr(working, "AT_ONCE", 10)
    monkeypatch.setattr(working.TASK, type("Task", (), {"delay": lambda _self, **k: sent.append(k)})())
    with as_person(world, "buyer"):
        made = services.receive(content=ROWS, name="long.csv")
        with django_capture_on_commit_callbacks(execute=True):
            working.do(import_id=made.pk, step="check")
    return made.pk, sent


def run(task: dict) -> None:
    working.work(**{name: task[name] for name in ("import_id", "step", "user_id", "organization_id", "acts")})


def state(world, pk: int) -> str:
    with as_person(world, "buyer"):
        return Import.objects.get(pk=pk).state


def test_a_long_table_waits_for_the_worker_and_tells_how_far_it_is(world, asked, client_of):
    pk, sent = asked
    assert state(world, pk) == ImportState.CHECKING
    page = client_of("buyer").get(f"/imports/{pk}/?show=state")
    assert "0 of 12 rows" in " ".join(page.content.decode().split())
    run(sent[0])
    assert working.progress(pk) == 12
    assert state(world, pk) == ImportState.CHECKED
    assert client_of("buyer").get(f"/imports/{pk}/?show=state").headers["HX-Redirect"] == f"/imports/{pk}/"


def test_cancelled_while_it_is_loaded_nothing_of_it_stays(world, asked, client_of, django_capture_on_commit_callbacks):
    pk, sent = asked
    run(sent[0])
    with as_person(world, "buyer"), django_capture_on_commit_callbacks(execute=True):
        working.do(import_id=pk, step="load")
    assert state(world, pk) == ImportState.LOADING
    client_of("buyer").post(f"/imports/{pk}/cancel/")
    run(sent[1])
    assert state(world, pk) == ImportState.CHECKED
    with as_person(world, "buyer"):
        assert not Part.objects.filter(number__startswith="L-").exists()
        assert set(Import.objects.get(pk=pk).rows.values_list("state", flat=True)) == {"new"}


def test_cancelled_while_it_is_checked_it_is_over(world, asked):
    pk, sent = asked
    with as_person(world, "buyer"):
        working.stop(import_id=pk)
    run(sent[0])
    assert state(world, pk) == ImportState.CANCELLED


def test_what_was_refused_is_told_to_who_comes_back(world, asked, client_of, monkeypatch):
    pk, sent = asked
    monkeypatch.setitem(working.STEPS, "check", (ImportState.CHECKING, refuse))
    run(sent[0])
    assert state(world, pk) == ImportState.MAPPING
    assert "At least one row that is new or changed is chosen." in client_of("buyer").get(f"/imports/{pk}/").content.decode()


def refuse(**_given):
    raise NothingToLoad(place="rows", value=0)


def test_a_flag_stops_at_the_next_group(world):
    working.tell(1, 5)
    working.cache.set("import:1:cancel", 1)
    with pytest.raises(ImportCancelled):
        working.tell(1, 6)


SEND = """
import django; django.setup()
import cluster.asgi
from django.utils.module_loading import import_string
from apps.exchange.incoming import working
from apps.ui import services
print([import_string(name).name for name in (working.TASK, services.WRITER)])
"""


def test_a_web_process_that_has_read_no_tasks_finds_those_that_it_sends():
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SEND], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[-2:-1] == [str([working.TASK, services_of_lists.WRITER])], done.stderr
