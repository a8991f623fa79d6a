"""Asking for a trading relation: one firm asks, the other says yes or no."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.common.identifiers import clean_business_number
from apps.events.services import emit_to
from apps.tenancy.models import Organization, TradingRelation
from apps.tenancy.roles import Side
from apps.tenancy.scope import atomic, require_scope
from apps.tenancy.selectors import firm_by_number, is_office, own_organization

from .exceptions import (
    AnsweredAlready,
    AskedAlready,
    FirmNotFound,
    NoTrade,
    OtherSideAnswers,
    RelatedAlready,
    UnknownRequest,
    VendorCodeMissing,
    VendorCodeTaken,
    WithOneself,
)
from .models import IS_OPEN, RelationRequest
from .selectors import firms_to_ask


@atomic
def request_relation(
    *,
    side: str,
    firm_id: int | None = None,
    business_number: str = "",
    vendor_code: str = "",
    note: str = "",
) -> RelationRequest:
    """Ask a firm to trade: it is named by its id or by its business number.

    Args:
        side: what the scope's own firm would be, buyer or supplier.
        vendor_code: the buyer's number of the supplier; a supplier that asks leaves it to the buyer.

    Raises:
        InvalidBusinessNumber, FirmNotFound, WithOneself, NoTrade: the other firm.
        VendorCodeMissing, VendorCodeTaken: the code.
        RelatedAlready: they trade so already. AskedAlready: a request waits.
    """
    own_id = require_scope().organization_id
    other = _firm(firm_id, business_number)
    place = "business_number" if business_number else "firm"
    if other == own_id:
        raise WithOneself(place=place, value=business_number or firm_id)
    if not firms_to_ask().filter(pk=other).exists() or is_office():
        raise NoTrade(place=place, value=business_number or firm_id)
    is_buyer = side == Side.BUYER
    buyer, supplier = (own_id, other) if is_buyer else (other, own_id)
    if TradingRelation.objects.filter(buyer_id=buyer, supplier_id=supplier, ended_at=None).exists():
        raise RelatedAlready(place=place, value=business_number or firm_id)
    if is_buyer:
        _check_code(buyer, supplier, vendor_code)
    if RelationRequest.objects.filter(IS_OPEN, buyer_id=buyer, supplier_id=supplier).exists():
        raise AskedAlready(place=place, value=business_number or firm_id)
    try:
        with transaction.atomic(using=require_scope().alias):
            request = RelationRequest.objects.create(
                buyer_id=buyer,
                supplier_id=supplier,
                asker_id=own_id,
                asked_id=other,
                vendor_code=vendor_code if is_buyer else "",
                note=note,
                created_by_id=require_scope().user_id,
            )
    except IntegrityError as error:  # both asked at the same moment
        raise AskedAlready(place=place, value=business_number or firm_id) from error
    _tell("request.made", request, other)
    return request


@atomic
def accept_request(*, request_id: int, vendor_code: str = "") -> TradingRelation:
    """Say yes: the relation stands, with the usual terms until other ones are agreed; an ended one begins anew.

    Raises:
        UnknownRequest, OtherSideAnswers, AnsweredAlready: not the scope's firm's to answer now.
        VendorCodeMissing, VendorCodeTaken: the buyer's number of the supplier.
    """
    request = _lock(request_id)
    _require_asked(request)
    code = vendor_code or request.vendor_code
    if require_scope().organization_id == request.buyer_id:
        _check_code(request.buyer_id, request.supplier_id, code)
    relation = _begin(request, code)
    _answer(request, is_accepted=True)
    _tell("request.accepted", request, request.asker_id)
    return relation


def _begin(request: RelationRequest, code: str) -> TradingRelation:
    """Before the request is answered: while it waits, it is what lets the asked firm write the relation."""
    pair = {"buyer_id": request.buyer_id, "supplier_id": request.supplier_id}
    relation: TradingRelation | None = TradingRelation.objects.select_for_update(of=("self",)).filter(**pair).first()
    try:
        with transaction.atomic(using=require_scope().alias):
            if relation is None:
                return TradingRelation.objects.create(**pair, vendor_code=code)
            relation.ended_at = relation.ended_firm = None
            relation.save(update_fields=["ended_at", "ended_firm"])
    except IntegrityError as error:
        raise VendorCodeTaken(place="vendor_code", value=code) from error
    return relation


@atomic
def decline_request(*, request_id: int) -> RelationRequest:
    """
    Raises:
        UnknownRequest, OtherSideAnswers, AnsweredAlready: not the scope's firm's to answer now.
    """
    request = _lock(request_id)
    _require_asked(request)
    _answer(request, is_accepted=False)
    _tell("request.declined", request, request.asker_id)
    return request


@atomic
def withdraw_request(*, request_id: int) -> RelationRequest:
    """
    Raises:
        UnknownRequest, OtherSideAnswers, AnsweredAlready: not the scope's firm's to take back now.
    """
    request = _lock(request_id)
    if request.asker_id != require_scope().organization_id:
        raise OtherSideAnswers(place="request", value=request_id)
    request.withdrawn_at = timezone.now()
    request.save(update_fields=["withdrawn_at"])
    _tell("request.withdrawn", request, request.asked_id)
    return request


def _answer(request: RelationRequest, *, is_accepted: bool) -> None:
    request.answered_at, request.answered_by_id = timezone.now(), require_scope().user_id
    request.is_accepted = is_accepted
    request.save(update_fields=["answered_at", "answered_by", "is_accepted"])


def _firm(firm_id: int | None, business_number: str) -> int:
    """The other firm, one that the scope's sees."""
    found: int | None = None
    if business_number:
        found = firm_by_number(clean_business_number(business_number))
    elif firm_id is not None and Organization.objects.filter(pk=firm_id).exists():
        found = firm_id
    if found is None:
        place = "business_number" if business_number else "firm"
        raise FirmNotFound(place=place, value=business_number or firm_id)
    return found


def _check_code(buyer_id: int, supplier_id: int, code: str) -> None:
    if not code:
        raise VendorCodeMissing(place="vendor_code")
    same = TradingRelation.objects.filter(buyer_id=buyer_id, vendor_code=code).exclude(supplier_id=supplier_id)
    if same.exists():
        raise VendorCodeTaken(place="vendor_code", value=code)


def _lock(request_id: int) -> RelationRequest:
    request: RelationRequest | None = RelationRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None:
        raise UnknownRequest(place="request", value=request_id)
    if not request.is_open:
        raise AnsweredAlready(place="request", value=request_id)
    return request


def _require_asked(request: RelationRequest) -> None:
    if request.asked_id != require_scope().organization_id:
        raise OtherSideAnswers(place="request", value=request.pk)


def _tell(event: str, request: RelationRequest, firm_id: int) -> None:
    own = own_organization()
    emit_to(event, organization_ids=[firm_id], subject_id=request.pk, label=own.legal_name[:120], actor_id=own.pk)
