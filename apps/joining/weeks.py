"""How a cluster does over time, for who manages it: firms at work, orders answered in time; counts alone, week by week."""

from dataclasses import dataclass
from datetime import date

from django.db import connections

from apps.tenancy.scope import require_scope

SHOWN = 8


@dataclass(frozen=True)
class Week:
    """One week from Monday on.

    Attributes:
        firms: those that did anything here. members: those that were in the cluster by its end.
        due: orders between members whose hours to answer ended in it. in_time: those answered before.
    """

    first: date
    firms: int
    members: int
    due: int
    in_time: int

    @property
    def share(self) -> int | None:
        """Of orders answered in time, in percent; None where none was due."""
        return round(100 * self.in_time / self.due) if self.due else None


def of(cluster_id: int) -> list[Week]:
    """The last weeks of a cluster that the own firm manages, since it has firms, the latest first; of others none."""
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT first_day, firms, members, due, in_time FROM joining_weeks(%s, %s)", [cluster_id, SHOWN])
        found = [Week(*row) for row in cursor.fetchall()]
    return [week for week in found if week.members or week.firms or week.due]
