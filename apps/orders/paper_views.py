"""The order as a paper."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from apps.accounts.pages import page
from apps.ui.paper import pdf_answer, printed_by

from . import documents, selectors


@require_GET
@page("view_orders")
def order_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.order_with_lines(pk)
    return pdf_answer(documents.purchase_order(found, printed_by(request.user.name)), f"{found.number}.pdf")
