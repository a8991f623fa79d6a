from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict


class SiteInUse(Conflict):
    code = "site_in_use"
    title = _("The site is still in use.")
    rule = _("A site is closed when nothing lies there, nothing is ordered to it, and nothing is on its way.")
    remedy = _("Move or count out the stock, and bring orders and deliveries to their end first.")
