from django.utils.translation import gettext_lazy as _

from apps.common.errors import Conflict, DomainError, NotFound


class AlreadyRegistered(Conflict):
    code = "already_registered"
    title = _("This firm is already registered.")
    rule = _("A business registration number belongs to one firm.")
    remedy = _("Invite the firm that has this number instead of registering it again.")


class UnknownOwnSite(NotFound):
    code = "unknown_own_site"
    title = _("Your firm has no such site.")
    rule = _("A firm changes its own sites.")


class SiteCodeTaken(Conflict):
    code = "site_code_taken"
    title = _("This plant code is taken.")
    rule = _("A plant code stands once in a firm.")
    remedy = _("Use another code, or change the site that has it.")


class SiteWithoutUse(DomainError):
    code = "site_without_use"
    title = _("Nothing would happen at this site.")
    rule = _("At a site goods arrive, leave or are made.")
    remedy = _("Choose at least one of the three.")


class UnknownTimeZone(DomainError):
    code = "unknown_time_zone"
    title = _("The time zone is unknown.")
    rule = _("A time zone is one of the list.")
    remedy = _("Choose one, such as Asia/Seoul.")


class SiteNotEmpty(Conflict):
    code = "site_not_empty"
    title = _("The site is in use already.")
    rule = _("A site is taken away only while nothing hangs on it.")
    remedy = _("Close it on its page instead.")


class SiteIsClosed(Conflict):
    code = "site_is_closed"
    title = _("The site is closed.")
    rule = _("A closed site is not changed.")
    remedy = _("Open it again first.")
