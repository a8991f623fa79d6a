"""A factory at the door: it has a token, or its key."""

from django.utils import timezone

from apps.common.secret import digest_of
from apps.tenancy.scope import unscoped
from federated.agreed.keys import canonical, is_signed
from federated.agreed.signing import site_content

from ..exceptions import InvalidEnrolment, InvalidKey, InvalidSignature, SiteClosed, TokenExpired, TokenUsed
from ..models import Consent, EnrolmentToken, Node
from ..statuses import NodeState
from .replays import check_time, take_once
from .shared import tell

ENROLMENT = "enrolment: a factory is known by its key and belongs to no person"


def join(*, token: str, public_key: str, version: str) -> Node:
    """Use a token up and take the site's public key in.

    Raises:
        InvalidEnrolment, TokenUsed, TokenExpired: the token does not open the door.
        InvalidKey: the key cannot be read, or stands for another site.
    """
    with unscoped(reason=ENROLMENT):
        found = EnrolmentToken.objects.select_for_update(of=("self",)).filter(secret_hash=digest_of(token)).first()
        if found is None:
            raise InvalidEnrolment(place="token")
        if found.used_at:
            raise TokenUsed(place="token", value=f"{found.used_at:%Y-%m-%d %H:%M}")
        if found.expires_at <= timezone.now():
            raise TokenExpired(place="token", value=f"{found.expires_at:%Y-%m-%d %H:%M}")
        try:
            public_key = canonical(public_key)
        except ValueError as error:
            raise InvalidKey(place="public_key") from error
        if Node.objects.filter(public_key=public_key).exists():
            raise InvalidKey(place="public_key")
        node = Node.objects.select_related("federation", "organization", "site").get(pk=found.node_id)
        now = timezone.now()
        found.used_at = now
        found.save(update_fields=["used_at"])
        # A new key is a new factory: what the old one countersigned does not bind it.
        Consent.objects.filter(node=node).update(signature="", signed_at=None, signer="")
        node.public_key, node.state, node.joined_at, node.seen_at = public_key, NodeState.JOINED, now, now
        node.flower_id, node.client_version = "", version[:20]
        node.save()
        tell("node.changed", federation=node.federation, subject_id=node.pk, label=node.name, actor_id=node.organization_id)
        return node


def node_of(*, key: str, at: str, signature: str, method: str, path: str, body: bytes) -> Node:
    """The site that signed a call; to be used inside `unscoped(reason=ENROLMENT)`.

    Raises:
        InvalidSignature, ClockOff: unknown key, wrong signature, or a clock that is off.
        Replayed: this very call was made before.
        SiteClosed: suspended or left.
    """
    try:
        key = canonical(key)
    except ValueError as error:
        raise InvalidSignature(place="Dure-Key") from error
    rows = Node.objects.select_related("federation", "organization", "site")
    node, content = rows.filter(public_key=key).first(), site_content(method, path, at, body)
    if node is None or not is_signed(key, content, signature):
        raise InvalidSignature(place="Dure-Signature")
    check_time(at)
    # Not the signature: an ECDSA signature has a twin that anybody can make from it.
    take_once(key.encode() + b"\n" + content)
    if node.state != NodeState.JOINED:
        raise SiteClosed(place="site", value=node.get_state_display())
    Node.objects.filter(pk=node.pk).update(seen_at=timezone.now())
    return node


def leave(node: Node) -> None:
    """The site withdraws everything and its door closes; inside `unscoped(reason=ENROLMENT)`."""
    Consent.objects.filter(node=node, withdrawn_at=None).update(withdrawn_at=timezone.now())
    Node.objects.filter(pk=node.pk).update(state=NodeState.LEFT, is_online=False)
    tell("node.changed", federation=node.federation, subject_id=node.pk, label=node.name, actor_id=node.organization_id)
