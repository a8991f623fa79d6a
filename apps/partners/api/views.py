from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.common.api import ScopedViewSet
from apps.tenancy import selectors, sites
from apps.tenancy.models import Site

from ..closing import close_site
from . import serializers as shapes


@extend_schema(tags=["members"])
class SiteViewSet(mixins.ListModelMixin, ScopedViewSet):
    """Sites of the own firm and of its partners, oldest first; a firm changes its own."""

    serializer_class = shapes.SiteSerializer
    keyset_ordering = ("id",)
    acts = {"list": "view_partners", **dict.fromkeys(("create", "update", "close", "reopen"), "manage_sites")}
    selector = selectors.sites

    @extend_schema(request=shapes.NewSiteSerializer, responses={201: shapes.SiteSerializer})
    def create(self, request: Request) -> Response:
        made = sites.open_site(**self.read(shapes.NewSiteSerializer).validated_data)
        return Response(self.get_serializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=shapes.ChangedSiteSerializer, responses=shapes.SiteSerializer)
    def update(self, request: Request, pk: str) -> Response:
        """Change what is named; what is left out stays."""
        return self._answer(sites.change_site(site_id=int(pk), **self.read(shapes.ChangedSiteSerializer).validated_data))

    @extend_schema(request=None, responses=shapes.SiteSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Offer it nowhere any more; refused while something lies there or comes."""
        return self._answer(close_site(site_id=int(pk)))

    @extend_schema(request=None, responses=shapes.SiteSerializer)
    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        return self._answer(sites.reopen_site(site_id=int(pk)))

    def _answer(self, site: Site) -> Response:
        return Response(self.get_serializer(site).data)
