"""Who else takes part, by keys that the server cannot put in: each site signs its key for masks, and the others check it."""

from ..agreed.errors import FederatedError
from ..agreed.keys import fingerprint, is_signed_short, text_of
from ..agreed.messages import Request
from ..models.growing import OF_SITES
from ..privacy.masks import statement
from .store import Store

COMPARE = (
    "Compare fingerprints with that firm (dure-factory members). If it joined anew: dure-factory members --forget NAME. "
    "If it did not, somebody between you would read what should be masked."
)


def signed_members(request: Request, own: str, own_key: bytes, store: Store) -> dict[str, bytes]:
    """Other site → its public key for masks, each signed for this run under this contract by a key that the store knows.

    Args:
        own: this site's name, and the public key that it gave.

    Raises:
        FederatedError: a key that its site did not sign, a site whose countersigning key is another than before, or this
            site's own key changed on its way to the others.
    """
    columns = (request.arrays[many] for many in OF_SITES.values())
    found: dict[str, bytes] = {}
    for name, *parts in zip((str(name) for name in request.arrays["names"]), *columns, strict=True):
        key, signer, signature = (part.tobytes() for part in parts)
        if name == own and (key != own_key or signer != store.signer()):
            rule = "The others are told the key for masks that this site gave."
            raise FederatedError(rule, place=name, value="another key", remedy=COMPARE, code="key_not_signed")
        said = statement(request.run, request.contract_hash, name, key)
        if not is_signed_short(signer, said, signature):
            rule = "A key for masks is signed by its site for this run."
            raise FederatedError(rule, place=name, value="not signed", remedy=COMPARE, code="key_not_signed")
        if name != own:
            if not store.knows(name, signer):
                rule = "A site signs with the same countersigning key as before."
                value = fingerprint(text_of(signer))
                raise FederatedError(rule, place=name, value=value, remedy=COMPARE, code="member_changed")
            found[name] = key
    return found
