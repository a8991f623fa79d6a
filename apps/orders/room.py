"""Orders, confirmations and changes."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import Entry, Find, Kind, Room

ROOM = Room(
    floor=4,
    shop_floor=("view_orders",),
    pages="orders/",
    api="api/",
    checklist="checklist.checklist",
    navigation=(
        Entry(
            "orders",
            _("Orders"),
            "clipboard-list",
            "orders:list",
            "view_orders",
            "trades",
            "attention",
            _("waiting for your answer"),
            place=20,
        ),
    ),
    badges="selectors.badges",
    search="selectors.search",
    finds=(
        Find("order", _("Order"), "clipboard-list", "orders:order"),
        Find("part-orders", _("Orders of a part"), "clipboard-list", "orders:list", of="part", filter="part"),
    ),
    kinds=(Kind("order", _("Orders"), 10),),
    enums={
        "Collaboration": "statuses.Collaboration",
        "Fulfilment": "statuses.Fulfilment",
        "Closure": "statuses.Closure",
        "ReasonEnum": "statuses.Reason",
    },
    schedule={
        "remind-unanswered": ("tasks.remind_all_unanswered", crontab(minute=15)),
        "expire-changes": ("tasks.expire_all_changes", crontab(minute=20)),
    },
    example_past="example.create_past",
    example_present="example.create_present",
    system_jobs=("reminders: finds the organizations that have something to answer",),
    incoming=("incoming.OrderRows", "incoming_answers.AnswerRows"),
    exported=(
        "PurchaseOrder",
        "PurchaseOrderLine",
        "ScheduleLine",
        "Confirmation",
        "ChangeRequest",
    ),
)
