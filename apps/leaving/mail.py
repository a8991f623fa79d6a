"""What a firm that is removed is told, in the language of each of its administrators."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from apps.accounts.letters import Letter, one_line, send_letter
from apps.accounts.models import User
from apps.common.dates import day_text
from apps.tenancy.roles import Role
from apps.tenancy.scope import unscoped

from .models import Departure
from .services import LEAVING


def tell_removed(departure_id: int) -> None:
    """
    Raises:
        OSError, SMTPException: the mail server did not take it.
    """
    with unscoped(reason=LEAVING):
        found = Departure.objects.select_related("cluster").get(pk=departure_id)
        roles = {
            "groups__organization_role__organization_id": found.organization_id,
            "groups__organization_role__role": Role.TENANT_ADMIN,
        }
        people = list(User.objects.filter(is_active=True, **roles).distinct())
    for person in people:
        with translation.override(person.language):
            cluster = one_line(str(found.cluster))
            letter = Letter(
                _("Dure: your firm's part in %(cluster)s ends") % {"cluster": cluster},
                [
                    _("Who looks after %(cluster)s ends your firm's part in it.") % {"cluster": cluster},
                    _("Reason: %(reason)s") % {"reason": found.reason},
                    _("Last day: %(day)s") % {"day": day_text(found.last_day)},
                ],
                (settings.PUBLIC_URL + reverse("leaving:leave", args=[found.cluster_id]), _("See what is open, or object")),
                rest=[_("Your firm takes its data along there, also afterwards.")],
                name=person.name,
            )
            send_letter(person.email, letter)
