"""Contracts are published by the office, approved by each firm, countersigned at each factory; or taken back before."""

from typing import Any

from django.conf import settings
from django.db import connections
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.tenancy.scope import atomic, require_scope
from federated.agreed.contracts import Contract, read_contract
from federated.agreed.errors import InvalidContract
from federated.agreed.keys import is_signed
from federated.agreed.size import checkpoint_bytes, forest_bytes, network_bytes

from ..exceptions import (
    ContractAgreed,
    ContractTakenBack,
    ContractTooLarge,
    InvalidContractText,
    InvalidSignature,
    QuorumTooHigh,
    UnknownContract,
)
from ..models import Consent, ContractVersion, Federation, Node, Programme, Run
from ..statuses import NodeState
from .shared import common, own_federation, sites_of_members, tell

FIGURES = 2**20  # bytes left for what a report says of its sites: a hundred of them with words and figures


@atomic
def publish_contract(*, programme_id: int, document: dict[str, Any]) -> ContractVersion:
    """The next version of a programme's contract; every firm of the federation is asked to approve it.

    Raises:
        UnknownContract: no such programme.
        InvalidContractText: names the field, the value and the rule.
        QuorumTooHigh: no run could ever start under it.
        ContractTooLarge: its runs would be refused when they hand their rounds in.
    """
    programme, contract = _drafted(programme_id, document)
    federation, number = programme.federation, contract.version
    found = ContractVersion.objects.create(
        **common(programme), programme=programme, number=number, document=contract.document(), hash=contract.hash
    )
    tell("contract.published", federation=federation, subject_id=found.pk, label=f"{programme.name} v{number}")
    return found


def draft_contract(*, programme_id: int, document: dict[str, Any]) -> Contract:
    """What would be published, checked by the same rules; nothing is written.

    Raises:
        As publish_contract does.
    """
    return _drafted(programme_id, document)[1]


def _drafted(programme_id: int, document: dict[str, Any]) -> tuple[Programme, Contract]:
    programme = Programme.objects.select_related("federation").filter(pk=programme_id).first()
    if programme is None:
        raise UnknownContract(place="programme", value=programme_id)
    federation = own_federation(programme.federation_id)
    number = (programme.contracts.aggregate(found=Max("number"))["found"] or 0) + 1
    try:
        contract = read_contract({**document, "programme": programme.name, "version": number, "process": programme.process})
    except InvalidContract as error:
        raise InvalidContractText(place=error.place, value=error.value, reason=error.rule) from error
    if contract.quorum > (most := sites_that_can(federation)):
        raise QuorumTooHigh(place="contract.quorum", value=contract.quorum, sites=most)
    _check_size(contract)
    return programme, contract


def _check_size(contract: Contract) -> None:
    """
    Raises:
        ContractTooLarge: a checkpoint as base64 and the figures beside it are above the limit of run calls.
    """
    size, most = checkpoint_bytes(contract) * 4 // 3 + FIGURES, settings.LEARNING_LARGEST_REPORT
    if size > most:
        place = "contract.model" if network_bytes(contract) > forest_bytes(contract) else "contract.boosting"
        text = _("A run would hand in up to %(size)s MiB at once; this server takes %(most)s MiB.")
        found = {"size": f"{size / 2**20:,.1f}", "most": f"{most / 2**20:,.1f}"}
        raise ContractTooLarge(text % found, place=place, value=size, limit=most)


def sites_that_can(federation: Federation) -> int:
    """Sites that are in or invited; before the first invitation those that could be invited."""
    nodes = list(federation.nodes.all())
    if not nodes:
        return sites_of_members(federation.cluster_id).count()
    return sum(node.state in (NodeState.INVITED, NodeState.JOINED) for node in nodes)


@atomic
def take_contract_back(*, contract_id: int) -> ContractVersion:
    """The office takes a contract back that nobody agreed to yet; the version before it is the present one again.

    A contract that was taken back already stays so, and nobody is told twice.

    Raises:
        UnknownContract, NotTheOffice
        ContractAgreed: a firm has approved it, a factory has countersigned it, or it was trained under.
    """
    _serialize(contract_id)
    contract = _contract(contract_id)
    federation = own_federation(contract.programme.federation_id)
    if contract.taken_back_at is not None:
        return contract
    agreed = Consent.objects.filter(Q(approved_at__isnull=False) | Q(signed_at__isnull=False), contract=contract)
    label = f"{contract.programme.name} v{contract.number}"
    if agreed.exists() or Run.objects.filter(contract=contract).exists():
        raise ContractAgreed(place="contract", value=label)
    contract.taken_back_at = timezone.now()
    contract.save(update_fields=["taken_back_at"])
    tell("contract.taken_back", federation=federation, subject_id=contract.pk, label=label)
    return contract


@atomic
def approve_contract(*, contract_id: int) -> int:
    """Approve a contract for all sites of the firm in its federation; the factories still countersign.

    Returns:
        For how many sites.

    Raises:
        UnknownContract: none of this cluster. ContractTakenBack: the office was faster.
    """
    scope = require_scope()
    _serialize(contract_id)
    contract = require_standing(_contract(contract_id))
    nodes = Node.objects.filter(federation_id=contract.programme.federation_id, organization_id=scope.organization_id)
    approved = {"approved_at": timezone.now(), "approved_by_id": scope.user_id, "withdrawn_at": None}
    count = 0
    for node in nodes:
        base = {"organization_id": node.organization_id, "office_id": contract.office_id}
        Consent.objects.update_or_create(contract=contract, node=node, defaults=approved, create_defaults=base | approved)
        count += 1
    return count


@atomic
def withdraw_approval(*, contract_id: int) -> int:
    """The firm takes its approval back for all its sites: no run asks them from its next round on."""
    scope = require_scope()
    rows = Consent.objects.filter(contract=_contract(contract_id), organization_id=scope.organization_id, withdrawn_at=None)
    return rows.update(withdrawn_at=timezone.now(), approved_at=None)


def countersign(node: Node, *, contract_hash: str, signature: str, person: str) -> Consent:
    """The factory's signature over the contract's hash; inside the enrolment's scope.

    Raises:
        UnknownContract: not a contract of the site's federation. ContractTakenBack: not offered any more.
        InvalidSignature: not made by the site's key.
    """
    rows = ContractVersion.objects.filter(programme__federation_id=node.federation_id, hash=contract_hash)
    known = rows.values_list("pk", flat=True).first()
    if known is None:
        raise UnknownContract(place="hash", value=contract_hash[:12])
    _serialize(known)
    contract = require_standing(rows.select_related("programme").get())
    if not is_signed(node.public_key, contract_hash.encode(), signature):
        raise InvalidSignature(place="signature")
    signed = {"signature": signature, "signed_at": timezone.now(), "signer": person[:120], "withdrawn_at": None}
    base = {"organization_id": node.organization_id, "office_id": contract.office_id}
    return Consent.objects.update_or_create(contract=contract, node=node, defaults=signed, create_defaults=base | signed)[0]


def withdraw_signature(node: Node, *, contract_hash: str) -> None:
    """The factory takes its countersignature back; inside the enrolment's scope."""
    rows = Consent.objects.filter(contract__hash=contract_hash, node=node)
    rows.update(withdrawn_at=timezone.now(), signature="", signed_at=None)


def contracts_of(node: Node) -> Any:
    """Contracts that the site may be asked to countersign, the latest version first."""
    rows = ContractVersion.objects.filter(programme__federation_id=node.federation_id, taken_back_at=None)
    return rows.order_by("-pk")


def require_standing(contract: ContractVersion) -> ContractVersion:
    """The contract itself, unless it was taken back.

    Raises:
        ContractTakenBack
    """
    if contract.taken_back_at is not None:
        raise ContractTakenBack(place="contract", value=f"{contract.programme.name} v{contract.number}")
    return contract


LOCK = 0x636F6E  # a class of advisory locks of its own


def _serialize(contract_id: int) -> None:
    """Let agreeing and taking back wait for each other until the transaction ends; what is read next is what stands.

    A lock on the contract's row would not do: only who may change a row may lock it, and firms may not change a contract.
    """
    with connections[require_scope().alias].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, (%s %% 2147483647)::int)", [LOCK, contract_id])


def _contract(contract_id: int) -> ContractVersion:
    found = ContractVersion.objects.select_related("programme").filter(pk=contract_id).first()
    if found is None:
        raise UnknownContract(place="contract", value=contract_id)
    return found
