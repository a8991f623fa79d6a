"""Changes of a firm's own sites. Whether one may close, the rooms above know (`apps/partners/closing.py`)."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from .access import own
from .exceptions import SiteCodeTaken, SiteIsClosed, SiteNotEmpty, SiteWithoutUse, UnknownOwnSite, UnknownTimeZone
from .models import Site
from .scope import atomic, require_scope

COLUMNS = ("code", "name", "name_en", "address", "gln", "time_zone", "receives", "ships", "produces")


@atomic
def open_site(*, code: str, name: str, **fields: Any) -> Site:
    """Add a site to the scope's firm.

    Raises:
        SiteCodeTaken, SiteWithoutUse, UnknownTimeZone: see there.
    """
    return _save(Site(organization_id=require_scope().organization_id, code=code, name=name, **fields))


@atomic
def change_site(*, site_id: int, **fields: Any) -> Site:
    """Change what is named of a site; what is not stays.

    Raises:
        UnknownOwnSite, SiteIsClosed, SiteCodeTaken, SiteWithoutUse, UnknownTimeZone: see there.
    """
    site = lock_site(site_id)
    if site.closed_at is not None:
        raise SiteIsClosed(place="site", value=site.code)
    for name, value in fields.items():
        setattr(site, name, value)
    return _save(site)


@atomic
def mark_closed(*, site_id: int) -> Site:
    """
    Raises:
        UnknownOwnSite: not a site of the scope's firm. SiteIsClosed: it is closed already.
    """
    site = lock_site(site_id)
    if site.closed_at is not None:
        raise SiteIsClosed(place="site", value=site.code)
    site.closed_at = timezone.now()
    site.save(update_fields=["closed_at"])
    return site


@atomic
def reopen_site(*, site_id: int) -> Site:
    """Offer a closed site again; an open one stays as it is.

    Raises:
        UnknownOwnSite: not a site of the scope's firm.
    """
    site = lock_site(site_id)
    site.closed_at = None
    site.save(update_fields=["closed_at"])
    return site


@atomic
def withdraw_site(*, site_id: int) -> None:
    """Take away a site that was opened by mistake, while nothing hangs on it.

    Raises:
        UnknownOwnSite: not a site of the scope's firm. SiteNotEmpty: something is kept, ordered or planned there.
    """
    site = lock_site(site_id)
    try:
        with transaction.atomic(using=require_scope().alias):
            site.delete()
    except (ProtectedError, IntegrityError) as error:
        raise SiteNotEmpty(place="site", value=site.code) from error


def lock_site(site_id: int) -> Site:
    site: Site | None = Site.objects.that(own()).select_for_update(of=("self",)).filter(pk=site_id).first()
    if site is None:
        raise UnknownOwnSite(place="site", value=site_id)
    return site


def _save(site: Site) -> Site:
    if not (site.receives or site.ships or site.produces):
        raise SiteWithoutUse(place="receives")
    if site.time_zone not in settings.SYSTEM_TIMEZONES:
        raise UnknownTimeZone(place="time_zone", value=site.time_zone)
    try:
        with transaction.atomic(using=require_scope().alias):
            site.save()
    except IntegrityError as error:
        raise SiteCodeTaken(place="code", value=site.code) from error
    return site
