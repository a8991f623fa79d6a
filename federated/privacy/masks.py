"""Tables that only their sum makes readable (sums.py): each pair of sites adds and subtracts the same pseudo-random numbers.

The pairwise half of Bonawitz et al. 2017 (CCS '17, section 4.1). Where a site drops out, the sum cannot be unmasked:
there is no second mask and no sharing of secrets; what was begun is thrown away, and begins anew with the sites left.
X25519 agreement, HKDF-SHA256 per message, ChaCha20 as the generator. The server passes the public keys on; each is signed by
its site's countersigning key for one run under one contract, and checked by the others (site/members.py).

Masks of equal totals: a row of a site lies in one bin of every column, so that all columns of a node have one and the
same total. Such tables are a group under addition modulo 2³²; masks are drawn uniformly from it, so that a masked table is
uniform in it and says nothing of its site's, and yet whoever receives it sees at once whether it is of the group at all.
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


def key_of(secret: bytes, run: str, rows: str) -> X25519PrivateKey:
    """The site's key of one run over the rows of this fingerprint: the same after a restart, and no other run's. Rows that
    were changed meanwhile have another key, else one mask would cover the tables of both."""
    return X25519PrivateKey.from_private_bytes(derive(secret, f"dure masks/{run}/{rows}"))


def public_bytes(key: X25519PrivateKey) -> Array:
    """(32,) uint8."""
    return np.frombuffer(key.public_key().public_bytes_raw(), dtype=np.uint8)


def statement(run: str, contract_hash: str, site: str, public: bytes) -> bytes:
    """What a site signs of its public key for masks: nobody can say it for it, or again for another run."""
    return b"\0".join((b"dure masks 2", run.encode(), contract_hash.encode(), site.encode(), public))


def agree(key: X25519PrivateKey, others: Mapping[str, bytes]) -> dict[str, bytes]:
    """Site → the secret shared with it.

    Raises:
        InvalidRequest: a public key that gives no secret.
    """
    try:
        return {site: key.exchange(X25519PublicKey.from_public_bytes(public)) for site, public in others.items()}
    except ValueError as error:
        raise InvalidRequest("A site's public key for masks is a point of X25519.", value=type(error).__name__) from error


def mask(table: Array, scale: float, own: str, secrets: Mapping[str, bytes], purpose: str, *, equal: bool = True) -> Array:
    """The table in fixed point plus the masks of all pairs, modulo 2³².

    Args:
        table: real sums of this site, (2, nodes, columns, bins).
        secrets: other site → shared secret.
        purpose: names the message; the same masks never cover two different tables.
        equal: all columns of a node have one total, and keep it; not so where noise was added to each cell.

    Returns:
        uint32 of the table's shape, uniform (among those of equal totals) to whoever lacks the secrets.
    """
    masked = in_fixed_point(table, scale, equal=equal)
    for other in sorted(secrets):
        stream = _stream(derive(secrets[other], purpose), masked.size).reshape(table.shape)
        if equal:
            stream = of_equal_totals(stream)
        masked = masked + stream if own < other else masked - stream
    return masked


def in_fixed_point(table: Array, scale: float, *, equal: bool) -> Array:
    """(2, nodes, columns, bins) as whole numbers modulo 2³²; sums along the bins, which splits go by, are rounded once."""
    if not equal:
        return np.rint(table * scale).astype(np.int64).astype(np.uint32)
    along = np.rint(np.cumsum(table, axis=-1) * scale)
    along[..., -1] = along[..., :1, -1]
    return np.diff(along, axis=-1, prepend=0.0).astype(np.int64).astype(np.uint32)


def of_equal_totals(stream: Array) -> Array:
    """(2, nodes, columns, bins) uint32, uniform, to one uniform among the tables of equal totals: the last bin follows."""
    found = stream.copy()
    total = found[..., :1, :].sum(axis=-1, dtype=np.uint32)
    found[..., 1:, -1] = total - found[..., 1:, :-1].sum(axis=-1, dtype=np.uint32)
    return found


def has_equal_totals(table: Array) -> bool:
    """Whether all columns of each node have one total, for one masked table (2, nodes, columns, bins) uint32."""
    totals = table.sum(axis=-1, dtype=np.uint32)
    return bool((totals == totals[..., :1]).all())


def _stream(key: bytes, length: int) -> Array:
    zeros = bytes(4 * length)
    return np.frombuffer(Cipher(ChaCha20(key, bytes(16)), mode=None).encryptor().update(zeros), dtype=np.uint32)
