"""Training together: federations, contracts, runs and models."""

from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from apps.common.rooms import CLUSTER, Entry, Room

ROOM = Room(
    floor=4,
    pages="training/",
    api="api/learning/",
    checklist="checklist.checklist",
    navigation=(
        Entry("training", _("Training together"), "brain-circuit", "learning:home", "view_learning", group=CLUSTER, place=1),
    ),
    first_page="pages.first_page",
    enums={
        "RunState": "statuses.RunState",
        "NodeState": "statuses.NodeState",
        "ConsentState": "statuses.ConsentState",
    },
    schedule={"forget-runs": ("tasks.forget_expired", crontab(minute=50, hour=18))},
    system_jobs=(
        "enrolment: a factory is known by its key and belongs to no person",
        "training: rounds belong to all sites of a run",
    ),
    exported=(
        "Federation",
        "Node",
        "Programme",
        "ContractVersion",
        "Consent",
        "Run",
        "Round",
        "SiteFigures",
        "DriftReport",
        "Contribution",
        "LotRisk",
        "ModelVersion",
    ),
    not_exported={
        "EnrolmentToken": "a secret of this installation",
        "Trial": "a secret of this installation, which ends by itself",
    },
)
