"""Tables that only their sum makes readable (sums.py): each pair of sites adds and subtracts the same pseudo-random numbers.

The pairwise half of Bonawitz et al. 2017 (CCS '17, section 4.1). Where a site drops out, the sum cannot be unmasked:
there is no second mask and no sharing of secrets; what was begun is thrown away, and begins anew with the sites left.
X25519 agreement, HKDF-SHA256 per message, ChaCha20 as the generator. The server passes the public keys on; each is signed by
its site's countersigning key for one run under one contract, and checked by the others (site/members.py).
"""

from collections.abc import Mapping

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ..agreed.arrays import Array
from ..agreed.errors import InvalidRequest


def derive(secret: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret)


def key_of(secret: bytes, run: str) -> X25519PrivateKey:
    """The site's key of one run: the same after a restart, and no other run's."""
    return X25519PrivateKey.from_private_bytes(derive(secret, f"dure masks/{run}"))


def public_bytes(key: X25519PrivateKey) -> Array:
    """(32,) uint8."""
    return np.frombuffer(key.public_key().public_bytes_raw(), dtype=np.uint8)


def statement(run: str, contract_hash: str, site: str, public: bytes) -> bytes:
    """What a site signs of its public key for masks: nobody can say it for it, or again for another run."""
    return b"\0".join((b"dure masks 1", run.encode(), contract_hash.encode(), site.encode(), public))


def agree(key: X25519PrivateKey, others: Mapping[str, bytes]) -> dict[str, bytes]:
    """Site → the secret shared with it.

    Raises:
        InvalidRequest: a public key that gives no secret.
    """
    try:
        return {site: key.exchange(X25519PublicKey.from_public_bytes(public)) for site, public in others.items()}
    except ValueError as error:
        raise InvalidRequest("A site's public key for masks is a point of X25519.", value=type(error).__name__) from error


def mask(table: Array, scale: float, own: str, secrets: Mapping[str, bytes], purpose: str) -> Array:
    """The table in fixed point plus the masks of all pairs, modulo 2³².

    Args:
        table: real sums of this site, (2, nodes, columns, bins).
        secrets: other site → shared secret.
        purpose: names the message; the same masks never cover two different tables.

    Returns:
        uint32 of the table's shape, uniform to whoever lacks the secrets.
    """
    masked = np.rint(table * scale).astype(np.int64).astype(np.uint32).ravel()
    for other in sorted(secrets):
        stream = _stream(derive(secrets[other], purpose), masked.size)
        masked = masked + stream if own < other else masked - stream
    return masked.reshape(table.shape)


def _stream(key: bytes, length: int) -> Array:
    zeros = bytes(4 * length)
    return np.frombuffer(Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor().update(zeros), dtype=np.uint32)
