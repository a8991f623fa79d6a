"""What a factory's own software fetches: the inspections of its lots, as labels for its rows."""

from datetime import timedelta

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from apps.learning.api.machines import MachineView, site_call

from .. import selectors

LABELS_FOR = timedelta(days=730)


class LabelsView(MachineView):
    @site_call
    def get(self, request: Request, node) -> Response:
        since = timezone.localdate() - LABELS_FOR
        return Response({"lots": selectors.labels_for(node.organization_id, since=since)})
