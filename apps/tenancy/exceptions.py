from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict


class AlreadyRegistered(Conflict):
    code = "already_registered"
    title = _("This firm is already registered.")
    rule = _("A business registration number belongs to one firm.")
    remedy = _("Invite the firm that has this number instead of registering it again.")
