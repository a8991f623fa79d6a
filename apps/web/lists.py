"""The list of the members of the own clusters: few rows."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.common.rooms import kinds
from apps.events.selectors import activity_by_organization
from apps.partners.selectors import agreed_days
from apps.tenancy.models import ClusterMembership
from apps.ui.columns import Column, Value, custom, number, states, text
from apps.ui.filters import ChoiceFilter
from apps.ui.tables import TableFilters, TableListing
from apps.ui.texts import ago

from .members import member_rows

Member = ClusterMembership
FIRM = "membership.organization.name"


class MemberFilters(TableFilters):
    part = ChoiceFilter(label=gettext_lazy("Part in the cluster"), choices=Member.Kind.choices)
    state = ChoiceFilter(label=gettext_lazy("State"), choices=Member.State.choices)


class MemberList(TableListing):
    """The stalest first: that is where somebody has to call."""

    name = "members"
    url_name = "web:members"
    title = gettext_lazy("Members")
    act = "view_members"
    default_sort = "last"
    last = "place"
    filters = MemberFilters
    by = {"part": "membership.kind", "state": "membership.state"}
    empty = gettext_lazy("Your firm belongs to no cluster yet.")

    @cached_property
    def members(self) -> list[dict[str, Any]]:
        return member_rows(activity_by_organization(), agreed_days())

    def items(self) -> Sequence[dict[str, Any]]:
        return self.members

    def key(self, row: dict[str, Any]) -> int:
        return row["membership"].pk

    def view_label(self) -> str:
        return _("Members and their freshness")

    def columns(self) -> Sequence[Column]:
        fresh = [_fresh(place, kind.name, kind.label) for place, kind in enumerate(kinds())]
        return (
            text("firm", _("Firm"), FIRM, sort=FIRM, css="first strong", is_fixed=True),
            text("cluster", _("Cluster"), lambda row: str(row["membership"].cluster), is_shown=False),
            text("part", _("Part in the cluster"), lambda row: row["membership"].get_kind_display()),
            number("acts", _("Acts"), "acts", sort="acts"),
            *fresh,
            custom("last", _("Last act"), _last, LAST, css="num", sort="place"),
            states("state", _("State"), lambda row: [(row["membership"].get_state_display(), row["icon"], row["tone"])]),
        )


LAST = (Value(gettext_lazy("Last act"), lambda row: row["last_at"], "moment"),)


def _last(row: dict[str, Any]) -> Any:
    tone = "mute" if row["is_quiet"] else ""
    return format_html('<span class="{}">{}</span>', tone, ago(row["last_at"]) if row["last_at"] else _("nothing yet"))


def _fresh(place: int, name: str, label: Any) -> Column:
    def cell(row: dict[str, Any]) -> Any:
        fresh = row["freshness"][place]
        if not fresh["at"] and not fresh["days"]:
            return ""  # neither done nor agreed: the kit shows that nothing is there
        word = ago(fresh["at"]) if fresh["at"] else _("nothing yet") if fresh["tone"] == "warn" else ""
        agreed = _("every %(n)s d agreed") % {"n": fresh["days"]} if fresh["days"] else ""
        return format_html('<span class="t-{}">{}</span><small class="why">{}</small>', fresh["tone"], word, agreed)

    return custom(name, label, cell, (Value(label, lambda row: row["freshness"][place]["at"], "moment"),), css="num")
