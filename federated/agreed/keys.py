"""A site's key: made at the factory, the private half never leaves it. NIST P-256, as Flower's node authentication wants."""

import base64
import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

PrivateKey = ec.EllipticCurvePrivateKey


def new_key() -> PrivateKey:
    # A signature is checked with every request: on P-256 that takes a tenth of the time of P-384.
    return ec.generate_private_key(ec.SECP256R1())


def derived_key(secret: bytes) -> PrivateKey:
    """The same from the same secret."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256
    return ec.derive_private_key(int.from_bytes(secret, "big") % (order - 1) + 1, ec.SECP256R1())


def write_key(path: Path, key: PrivateKey) -> None:
    """OpenSSH format, readable for its owner only."""
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
    )
    path.chmod(0o600)


def read_key(path: Path) -> PrivateKey:
    key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{path.name} holds no NIST elliptic-curve key.")
    return key


def public_text(key: PrivateKey) -> str:
    """The public half in OpenSSH format, one line."""
    return key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def canonical(public: str) -> str:
    """The one spelling of a key: without comment, spaces and the like. Keys are stored and compared in it only.

    Raises:
        ValueError: not a public key of a NIST curve in OpenSSH format.
    """
    return _read(public).public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def flower_bytes(public: str) -> bytes:
    """The public half as Flower compares it: PEM.

    Raises:
        ValueError: not a public key of a NIST curve in OpenSSH format.
    """
    return _read(public).public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _read(public: str) -> ec.EllipticCurvePublicKey:
    try:
        key = serialization.load_ssh_public_key(public.encode())
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of an unknown kind") from error
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("not a NIST elliptic-curve key")
    return key


def fingerprint(public: str) -> str:
    """As `ssh-keygen -l` prints it."""
    digest = hashlib.sha256(base64.b64decode(public.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def sign(key: PrivateKey, content: bytes) -> str:
    return base64.b64encode(key.sign(content, ec.ECDSA(hashes.SHA256()))).decode()


# The same in as many bytes each time, for arrays of messages.

POINT_BYTES, SIGNATURE_BYTES = 33, 64


def point_of(public: str) -> bytes:
    """A P-256 key in POINT_BYTES.

    Raises:
        ValueError: not a public key of a NIST curve in OpenSSH format.
    """
    return _read(public).public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)


def text_of(point: bytes) -> str:
    """The same key in OpenSSH format.

    Raises:
        ValueError: no point of P-256.
    """
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()


def sign_short(key: PrivateKey, content: bytes) -> bytes:
    """SIGNATURE_BYTES."""
    r, s = decode_dss_signature(key.sign(content, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def is_signed_short(point: bytes, content: bytes, signature: bytes) -> bool:
    """Whether the key of `point_of` made the signature of `sign_short` over the content."""
    half = SIGNATURE_BYTES // 2
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        der = encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))
        key.verify(der, content, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def is_signed(public: str, content: bytes, signature: str) -> bool:
    """Whether the key of `public` made the signature over the content."""
    try:
        _read(public).verify(base64.b64decode(signature), content, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True
