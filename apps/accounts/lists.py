"""The lists of the people of the firm, of open invitations and of one's own tokens: few rows each."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.tenancy.permissions import act_labels
from apps.ui.columns import Column, buttons, custom, day, moment, states, text
from apps.ui.columns import Value as V
from apps.ui.filters import ChoiceFilter
from apps.ui.tables import TableFilters, TableListing

from . import selectors
from .models import ApiToken, Invitation, Membership
from .roles import role_labels

STATES = [("True", gettext_lazy("Active")), ("False", gettext_lazy("Locked"))]
LOOK = {True: ("circle-check", "ok"), False: ("lock", "warn")}


class PeopleFilters(TableFilters):
    state = ChoiceFilter(label=gettext_lazy("State"), choices=STATES)


class PeopleList(TableListing):
    name = "people"
    url_name = "accounts:people"
    title = gettext_lazy("People")
    act = "manage_people"
    default_sort = "name"
    filters = PeopleFilters
    by = {"state": "is_active"}
    empty = gettext_lazy("Nobody works here yet.")

    def lead(self) -> str:
        return _("Who works for your firm here, and in which roles")

    def items(self) -> QuerySet[Membership]:
        self.roles = selectors.roles_by_user()
        return selectors.colleagues()

    def columns(self) -> Sequence[Column]:
        name = (V(_("Name"), lambda row: row.user.name), V(_("Job title"), lambda row: row.title))
        return (
            custom("name", _("Name"), _person, name, sort="user.name", css="first", is_fixed=True),
            text("email", _("E-mail"), "user.email", sort="user.email"),
            text("roles", _("Roles"), lambda row: ", ".join(role_labels(self.roles.get(row.user_id, ()))), css="wrap"),
            states("state", _("State"), lambda row: [(dict(STATES)[str(row.is_active)], *LOOK[row.is_active])]),
            moment("seen", _("Last sign-in"), "user.last_login", sort="user.last_login"),
        )


def _person(row: Membership) -> Any:
    title = format_html("<small>{}</small>", row.title) if row.title else ""
    return format_html('<a class="key" href="{}">{}</a>{}', reverse("accounts:person", args=[row.pk]), row.user.name, title)


class InvitationList(TableListing):
    name = "invitations"
    url_name = "accounts:invitations"
    title = gettext_lazy("Open invitations")
    act = "manage_people"
    default_sort = "-asked"
    empty = gettext_lazy("No invitation is open.")
    has_buttons = True

    def items(self) -> QuerySet[Invitation]:
        return selectors.open_invitations()

    def columns(self) -> Sequence[Column]:
        return (
            text("email", _("E-mail"), "email", sort="email", css="first", is_fixed=True),
            text("name", _("Name"), "name"),
            text("title", _("Job title"), "title", is_shown=False),
            text("roles", _("Roles"), lambda row: ", ".join(row.role_labels), css="wrap"),
            text("by", _("Invited by"), "invited_by.name", sort="invited_by.name"),
            moment("asked", _("Asked for"), "asked_at", sort="asked_at"),
            states("state", _("State"), _invited),
            buttons("acts", _("Actions"), self._buttons),
        )

    def _buttons(self, row: Invitation) -> Any:
        email = {"email": row.email}
        to = [reverse(f"accounts:{act}-invitation", args=[row.pk]) for act in ("resend", "revoke")]
        again = self.button(_("Send again"), to[0], _("Send again to %(email)s") % email)
        word, label = pgettext("invitation", "Revoke"), _("Revoke the invitation to %(email)s") % email
        asks = _("Revoke this invitation? Its link stops working at once.")
        return again + self.button(word, to[1], label, asks=asks)


def _invited(row: Invitation) -> list[tuple[Any, str, str]]:
    if row.is_expired:
        return [(_("Expired"), "clock", "mute")]
    return [(pgettext("invitation", "Sent"), "mail", "info") if row.sent_at else (_("Being sent"), "clock", "mute")]


class TokenList(TableListing):
    name = "tokens"
    url_name = "accounts:tokens"
    title = gettext_lazy("API tokens")
    act = "manage_tokens"
    default_sort = "-made"
    empty = gettext_lazy("You have no tokens yet.")
    has_buttons = True

    def lead(self) -> str:
        return _("Keys for your MES or ERP. A token acts for this firm with the acts you choose.")

    def items(self) -> QuerySet[ApiToken]:
        return selectors.own_tokens()

    def columns(self) -> Sequence[Column]:
        labels = act_labels()
        return (
            text("name", _("Name"), "name", sort="name", css="first", is_fixed=True),
            text("prefix", _("Begins with"), "prefix", css="mono"),
            text("acts", _("May do"), lambda row: ", ".join(str(labels.get(act, act)) for act in row.acts), css="wrap"),
            moment("made", _("Created"), "created_at", sort="created_at", is_shown=False),
            day("until", _("Valid until"), lambda row: timezone.localdate(row.expires_at), sort="expires_at"),
            states("state", _("State"), _valid),
            buttons("buttons", _("Actions"), self._buttons),
        )

    def _buttons(self, row: ApiToken) -> Any:
        if row.revoked_at or row.is_expired:
            return ""
        label = _("Revoke the token %(name)s") % {"name": row.name}
        asks = _("Revoke this token? Programs that use it are refused at once, for good.")
        return self.button(_("Revoke"), reverse("accounts:revoke-token", args=[row.pk]), label, asks=asks)


def _valid(row: ApiToken) -> list[tuple[Any, str, str]]:
    if row.revoked_at:
        return [(_("Revoked"), "ban", "mute")]
    if row.is_expired:
        return [(_("Expired"), "clock", "mute")]
    return [(pgettext("token", "Valid"), "circle-check", "ok")]
