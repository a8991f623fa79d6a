"""News by mail: in the reader's language, once, and not what was read or is not wanted."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from apps.accounts.models import User
from apps.events import services, tasks
from apps.events.models import Notification
from apps.tenancy.scope import unscoped
from tests.apps.accounts.test_letters import is_sound
from tests.world import SYSTEM, as_person, published

from .test_relay import publish


@pytest.fixture
def told(committed, world, monkeypatch):
    """The supplier has been told of two orders, five minutes ago."""
    orders = [published(world), published(world)]
    publish(monkeypatch)
    with unscoped(reason=SYSTEM):
        Notification.objects.update(created_at=timezone.now() - timedelta(minutes=5))
    return orders


def send(world, who="supplier") -> int:
    with as_person(world, who):
        return services.mail_news()


def test_one_mail_tells_of_everything_once(told, world):
    assert (send(world), send(world)) == (2, 0)
    (message,) = mail.outbox
    assert message.to == ["supplier@test.example"]
    assert message.subject == f"Dure: New order {told[0].number} from Hanbit, and 1 more"
    assert f"New order {told[0].number} from Hanbit" in message.body
    page = is_sound(message)
    assert "Dure · Daesung Hello Supplier," in page.text
    orders = [f"http://127.0.0.1:8000/orders/{order.pk}/" for order in told]
    assert page.links() == [*orders, *["http://127.0.0.1:8000/inbox/"] * 2, "http://127.0.0.1:8000/account/settings/"]


def test_a_single_thing_stands_behind_the_button(told, world):
    with as_person(world, "supplier"):
        services.mark_read(notification_id=Notification.objects.order_by("pk")[0].pk)
    assert send(world) == 1
    page = is_sound(mail.outbox[0])
    assert page.links()[:-1] == [f"http://127.0.0.1:8000/orders/{told[1].pk}/"] * 2
    assert f"New order {told[1].number} from Hanbit" in page.text


def test_it_is_written_in_the_readers_language(told, world):
    with unscoped(reason=SYSTEM):
        User.objects.update(language="ko")
    send(world)
    assert mail.outbox[0].subject.startswith("두레: ")
    assert "한빛" in mail.outbox[0].body


def test_what_was_read_or_is_old_is_passed_over(told, world):
    with as_person(world, "supplier"):
        services.mark_read(notification_id=Notification.objects.order_by("pk")[0].pk)
        Notification.objects.filter(read_at=None).update(created_at=timezone.now() - timedelta(days=2))
    assert send(world) == 0
    assert mail.outbox == []
    with as_person(world, "supplier"):
        assert not Notification.objects.filter(mailed_at=None).exists()


def test_who_does_not_want_mail_gets_none(told, world):
    with unscoped(reason=SYSTEM):
        User.objects.update(wants_mail=False)
    assert send(world) == 0
    assert mail.outbox == []


def test_the_job_finds_each_person_and_leaves_the_last_two_minutes_alone(told, world, monkeypatch):
    asked = []
    monkeypatch.setattr(tasks.mail_person, "delay", lambda **who: asked.append(who))
    with unscoped(reason=SYSTEM):
        newest = Notification.objects.order_by("-pk")[0]
        Notification.objects.filter(pk=newest.pk).update(created_at=timezone.now())
    tasks.mail_everybody()
    assert asked == [{"user_id": world.people["supplier"].pk, "organization_id": world.supplier.pk}]
    tasks.mail_person(**asked[0])
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_is_tried_again(told, world, monkeypatch):
    def fail(*args, **options):
        raise OSError("no route to the mail server")

    with monkeypatch.context() as patch:
        patch.setattr("apps.events.mail.send_letter", fail)
        with pytest.raises(OSError, match="no route"):
            send(world)
    assert send(world) == 2
