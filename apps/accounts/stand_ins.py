"""Who sees whose work while somebody is away; nobody may do more by it than their own roles let them."""

from datetime import date, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from apps.tenancy.checks import require_act
from apps.tenancy.scope import atomic, require_scope

from .exceptions import AwayAlready, DaysInDisorder, NobodyElse, UnknownPerson, UnknownStandIn
from .models import Membership, StandIn, User
from .selectors import colleagues

LONGEST = timedelta(days=366)


def open_stand_ins() -> QuerySet[StandIn]:
    """Of the whole firm, those of today and later."""
    rows = StandIn.objects.filter(organization_id=require_scope().organization_id, ended_at=None)
    return rows.filter(last_day__gte=timezone.localdate())


def own_stand_ins() -> QuerySet[StandIn]:
    """Those that concern the scope's person: who stands in for them, and for whom they do; the soonest first."""
    user_id = require_scope().user_id or 0
    return _named(open_stand_ins().filter(Q(user_id=user_id) | Q(stand_in_id=user_id)))


def stand_ins_of(user_id: int) -> QuerySet[StandIn]:
    """Who stands in for a colleague, now and later."""
    return _named(open_stand_ins().filter(user_id=user_id))


def firm_stand_ins() -> QuerySet[StandIn]:
    """All of the firm, for its administrators; those that concern the scope's person for the others."""
    return _named(open_stand_ins()) if "manage_people" in require_scope().acts else own_stand_ins()


def _named(rows: QuerySet[StandIn]) -> QuerySet[StandIn]:
    return rows.select_related("user", "stand_in", "set_by").order_by("first_day", "pk")


def possible_stand_ins(*, of: int | None = None) -> QuerySet[User]:
    """Colleagues who work for the firm now, but the one who is away: the scope's person, where nobody is named."""
    away = of or require_scope().user_id or 0
    members: QuerySet[Membership] = colleagues().filter(is_active=True).exclude(user_id=away)
    return User.objects.filter(pk__in=members.order_by().values("user_id"), is_active=True).order_by("name", "pk")


def work_of() -> tuple[int | None, dict[int, str]]:
    """The scope's person, and by id the names of all whose work they see today, the own among them; one statement.

    Who stands in for somebody, and is away too, leaves that to the own stand-in: nobody's work is seen by nobody.
    """
    user_id = require_scope().user_id
    if user_id is None:
        return None, {}
    today = open_stand_ins().filter(first_day__lte=timezone.localdate()).order_by()
    by = Subquery(today.filter(user_id=OuterRef("pk")).values("stand_in_id")[:1])
    people = User.objects.filter(Q(pk=user_id) | Q(pk__in=today.values("user_id"))).annotate(by=by)
    of: dict[int, list[int]] = {}
    names: dict[int, str] = {}
    for away, name, stand_in in people.values_list("pk", "name", "by"):
        names[away] = name
        of.setdefault(stand_in, []).append(away)
    found, asked = {user_id}, [user_id]
    while asked:
        new = [away for away in of.get(asked.pop(), ()) if away not in found]
        found.update(new)
        asked += new
    return user_id, {pk: names[pk] for pk in found if pk in names}


@atomic
def be_away(*, stand_in_id: int, first_day: date, last_day: date, person_id: int | None = None) -> StandIn:
    """Somebody is away, and a colleague sees their work meanwhile: the scope's person, or, as an administrator of the firm
    says, somebody who cannot say it, such as who is ill.

    Args:
        person_id: who is away, where it is not the scope's person.

    Raises:
        ActMissing: it is said of somebody else, and not by an administrator. UnknownPerson: who is nobody of the firm.
        NobodyElse: no colleague who works for the firm now, or the person themselves.
        DaysInDisorder: before today, the wrong way round, or longer than a year. AwayAlready: somebody does so already.
    """
    scope, today = require_scope(), timezone.localdate()
    away = _who_is_away(person_id)
    if away is None or not possible_stand_ins(of=away).filter(pk=stand_in_id).exists():
        raise NobodyElse(place="stand_in", value=stand_in_id)
    if first_day < today:
        raise DaysInDisorder(place="first_day", value=first_day)
    if not first_day <= last_day <= first_day + LONGEST:
        raise DaysInDisorder(place="last_day", value=last_day)
    # One person's are written one after the other, so that no two of them share a day.
    list(Membership.objects.filter(user_id=away).select_for_update(of=("self",)).order_by("pk"))
    if open_stand_ins().filter(user_id=away, first_day__lte=last_day, last_day__gte=first_day).exists():
        raise AwayAlready(place="first_day", value=first_day)
    return StandIn.objects.create(
        organization_id=scope.organization_id,
        user_id=away,
        stand_in_id=stand_in_id,
        first_day=first_day,
        last_day=last_day,
        set_by_id=scope.user_id,
    )


def _who_is_away(person_id: int | None) -> int | None:
    own = require_scope().user_id
    if person_id is None or person_id == own:
        return own
    require_act("manage_people")
    if not colleagues().filter(user_id=person_id).exists():
        raise UnknownPerson(place="person", value=person_id)
    return person_id


@atomic
def end_stand_in(*, stand_in_id: int) -> StandIn:
    """Who was away is back, or does not go: said by themselves, or by an administrator of the firm.

    Raises:
        UnknownStandIn: none that lasts, or somebody else's and the scope's person is no administrator.
    """
    scope = require_scope()
    rows = open_stand_ins().filter(pk=stand_in_id)
    if "manage_people" not in scope.acts:
        rows = rows.filter(user_id=scope.user_id or 0)
    found: StandIn | None = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise UnknownStandIn(place="stand_in", value=stand_in_id)
    found.ended_at = timezone.now()
    found.save(update_fields=["ended_at"])
    return found
