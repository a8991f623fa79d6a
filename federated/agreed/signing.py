"""How calls of programs on the web application are signed: a factory's by its own key, a run's by a secret of the run."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime

from .keys import PrivateKey, public_text, sign

KEY_HEADER, TIME_HEADER, NONCE_HEADER, SIGNATURE_HEADER = "Dure-Key", "Dure-Time", "Dure-Nonce", "Dure-Signature"
TOLERANCE_S = 300  # between the two clocks, as Flower's own


def site_content(method: str, path: str, at: str, body: bytes) -> bytes:
    """What a factory signs."""
    return b"\n".join([method.encode(), path.encode(), at.encode(), body])


def site_headers(key: PrivateKey, method: str, path: str, body: bytes) -> dict[str, str]:
    """Of one call of a factory, now."""
    at = datetime.now(UTC).isoformat()
    signature = sign(key, site_content(method, path, at, body))
    return {KEY_HEADER: public_text(key), TIME_HEADER: at, SIGNATURE_HEADER: signature}


def run_key(secret: str, run: str) -> bytes:
    """32 bytes from a secret of the web application; they sign the calls of this run and no other."""
    return hmac.new(secret.encode(), f"run/{run}".encode(), hashlib.sha256).digest()


def run_signature(key: bytes, method: str, path: str, body: bytes, *, at: str, nonce: str) -> str:
    """HMAC-SHA256, hexadecimal."""
    parts = [method.encode(), path.encode(), at.encode(), nonce.encode(), body]
    return hmac.new(key, b"\n".join(parts), hashlib.sha256).hexdigest()


def run_headers(key: bytes, method: str, path: str, body: bytes) -> dict[str, str]:
    """Of one call of a run, now: the same headers are refused a second time."""
    at, nonce = datetime.now(UTC).isoformat(), secrets.token_hex(16)
    return {
        TIME_HEADER: at,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: run_signature(key, method, path, body, at=at, nonce=nonce),
        "Content-Type": "application/json",
    }
