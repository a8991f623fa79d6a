"""Who acted last on what an import brought, from its history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.apps import apps

from apps.accounts.selectors import names_of
from apps.common.dates import moment_text
from apps.tenancy.history import actor_of
from apps.tenancy.models import Organization


def last_acts(model: str, ids: Sequence[int], *, after: datetime | None) -> dict[int, str]:
    """The last act on each row of a model, as “name, moment”: a colleague by name, somebody else by the firm; where nothing
    is told, the row is left out. Three statements.

    Args:
        model: its label, such as “orders.ScheduleLine”.
        after: when the import was loaded.
    """
    events: Any = apps.get_model(model).pgh_event_model
    rows = events.objects.filter(pgh_obj_id__in=ids, pgh_created_at__gt=after).order_by("pgh_obj_id", "-pgh_id")
    found = rows.distinct("pgh_obj_id").values_list("pgh_obj_id", "pgh_created_at", "pgh_context")
    acts = {pk: (moment, *actor_of(context)) for pk, moment, context in found}
    people = names_of({person for _moment, person, _firm in acts.values() if person})
    firms = {firm.pk: firm.name for firm in Organization.objects.filter(pk__in={act[2] for act in acts.values() if act[2]})}
    return {
        pk: ", ".join(filter(None, (people.get(person or 0) or firms.get(firm or 0), moment_text(moment))))
        for pk, (moment, person, firm) in acts.items()
    }
