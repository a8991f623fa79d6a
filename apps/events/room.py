"""The outbox, live signals, the inbox and mails."""

from celery.schedules import crontab

from apps.common.rooms import Room

ROOM = Room(
    floor=3,
    pages="inbox/",
    api="api/",
    badges="selectors.badges",
    schedule={"mail": ("tasks.mail_everybody", crontab())},
    system_jobs=(
        "outbox relay: publishes the events of all organizations",
        "mail: finds the people who have something to be told",
    ),
    not_exported={
        "DomainEvent": "told what happened; the documents say what it is",
        "Notification": "of an event",
        "MemberActivity": "counts of the cluster, not of the firm",
    },
)
