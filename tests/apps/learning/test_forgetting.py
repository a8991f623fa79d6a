"""What sites sent is deleted when the contract's days are over; a model in use stays."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from apps.learning import exceptions as wrong
from apps.learning import services, tasks
from apps.learning.models import ModelVersion, Node, Round, Run, SiteFigures
from apps.tenancy.scope import unscoped
from tests.learning import ServerApp, running
from tests.world import SYSTEM, as_person


@pytest.fixture
def ended(world, committed):
    found, _keys, run = running(world, retention_days=30)
    with unscoped(reason=SYSTEM):
        Node.objects.update(flower_id="7")
    app = ServerApp(run, found.federation.pk)
    app.call("GET", "job/")
    for number in (1, 2, 3):
        app.round(number)
    app.round(3, kind="finish", federated_auprc=0.7)
    with unscoped(reason=SYSTEM):
        return ModelVersion.objects.get()


def after(days: int) -> None:
    with unscoped(reason=SYSTEM):
        Run.objects.update(ended_at=timezone.now() - timedelta(days=days))
    tasks.forget_expired()


def left() -> tuple[int, int]:
    with unscoped(reason=SYSTEM):
        return Round.objects.count(), SiteFigures.objects.count()


def test_weights_and_figures_go_when_the_days_are_over_and_the_record_stays(world, ended, client_of):
    file = ended.file
    after(29)
    assert left() == (3, 8)
    after(31)
    assert left() == (0, 0)
    assert not storages["learning"].exists(file)
    with as_person(world, "coordinator"):
        model = ModelVersion.objects.get()
        assert (model.file, model.figures, set(model.consents)) == ("", {}, set(ended.consents))
    for path in (f"/training/models/{ended.pk}/", f"/training/runs/{ended.run_id}/", "/training/"):
        assert client_of("coordinator").get(path).status_code == 200
    with as_person(world, "coordinator"), pytest.raises(wrong.ModelForgotten):
        services.release_model(model_id=ended.pk)


def test_a_model_in_use_stays_until_it_is_rolled_back(world, ended):
    with as_person(world, "coordinator"):
        services.release_model(model_id=ended.pk)
    after(400)
    assert left() == (3, 8)
    with as_person(world, "coordinator"):
        services.retire_model(model_id=ended.pk)
    after(400)
    assert left() == (0, 0)
