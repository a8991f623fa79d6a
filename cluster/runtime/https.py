"""HTTPS for phones in the same network: an authority of this checkout's own, and a certificate for this machine's addresses.

Camera, notifications and installing want HTTPS. The authority may vouch for private addresses and local names alone (name
constraints), so that a phone which trusts it cannot be shown another site by it. Its key stays in .dure.
"""

import http.server
import ipaddress
import os
import socket
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from federated.agreed.accounts import Account

CA_DAYS, DAYS, RENEW_DAYS = 3650, 397, 30  # phones refuse certificates of more than 398 days
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")
NAMES = ("localhost", "local")
AUTHORITY = "Dure demo authority"


@dataclass(frozen=True)
class Identity:
    """Files of the authority's certificate, and of the server's certificate and key."""

    authority: Path
    certificate: Path
    key: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority's certificate, as phones show it."""
        found = x509.load_pem_x509_certificate(self.authority.read_bytes()).fingerprint(hashes.SHA256())
        return found.hex(":").upper()


def lan_address() -> str | None:
    """This machine's address in its network; None without one. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return None
        found = str(probe.getsockname()[0])
    return None if ipaddress.ip_address(found).is_loopback else found


def is_vouched(address: str) -> bool:
    """Whether the authority may vouch for an address: those of networks that are nobody's alone."""
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(block) for block in PRIVATE)


def prepare(folder: Path, addresses: list[str], *, owner: Account | None = None) -> Identity:
    """The identity below `folder`, made where it is missing, about to end, or says other addresses.

    Args:
        owner: who serves with it; the authority's key stays with whoever runs this.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = Identity(folder / "ca.crt", folder / "server.crt", folder / "server.key")
    authority_key = folder / "ca.key"
    if not (found.authority.exists() and authority_key.exists()):
        key = _new_key(authority_key)
        _write(found.authority, _authority(key).public_bytes(serialization.Encoding.PEM), 0o644)
        found.certificate.unlink(missing_ok=True)
    if not _is_fit(found, addresses):
        signer = serialization.load_pem_private_key(authority_key.read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        authority = x509.load_pem_x509_certificate(found.authority.read_bytes())
        made = _certificate(_new_key(found.key), addresses, authority, signer)
        _write(found.certificate, made.public_bytes(serialization.Encoding.PEM), 0o644)
    if owner is not None:
        os.chown(found.key, owner.uid, owner.gid)
    return found


def _is_fit(found: Identity, addresses: list[str]) -> bool:
    if not (found.certificate.exists() and found.key.exists()):
        return False
    made = x509.load_pem_x509_certificate(found.certificate.read_bytes())
    said = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ips = {str(ip) for ip in said.get_values_for_type(x509.IPAddress)}
    return made.not_valid_after_utc > datetime.now(UTC) + timedelta(days=RENEW_DAYS) and ips >= set(addresses)


def _new_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    _write(path, key.private_bytes(*form), 0o600)
    return key


def _write(path: Path, content: bytes, mode: int) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=mode)
    path.write_bytes(content)


def _begun(name: str, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).public_key(key).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=days - 1))


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    allowed: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(block)) for block in PRIVATE]
    allowed += [x509.DNSName(name) for name in (*NAMES, socket.gethostname())]
    use = x509.KeyUsage(
        False, False, False, False, False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False
    )
    builder = _begun(AUTHORITY, key.public_key(), CA_DAYS)
    builder = builder.issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, AUTHORITY)]))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(use, critical=True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    builder = builder.add_extension(x509.NameConstraints(allowed, None), critical=True)
    return builder.sign(key, hashes.SHA256())


def _certificate(
    key: ec.EllipticCurvePrivateKey, addresses: list[str], authority: x509.Certificate, signer: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    said: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
    said += [x509.DNSName("localhost"), x509.DNSName(socket.gethostname())]
    builder = _begun("Dure", key.public_key(), DAYS).issuer_name(authority.subject)
    builder = builder.add_extension(x509.SubjectAlternativeName(said), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    return builder.add_extension(issuer, critical=False).sign(signer, hashes.SHA256())


def hand_out(identity: Identity, *, host: str, port: int, address: str) -> http.server.ThreadingHTTPServer:
    """A thread that gives whoever asks the authority's certificate, over plain HTTP, and leads all else to `address`."""
    certificate = identity.authority.read_bytes()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_asked = self.path == "/ca.crt"
            self.send_response(200 if is_asked else 307)
            if is_asked:
                self.send_header("Content-Type", "application/x-x509-ca-cert")
                self.send_header("Content-Disposition", 'attachment; filename="dure-demo-ca.crt"')
            else:
                self.send_header("Location", address)
            self.send_header("Content-Length", str(len(certificate) if is_asked else 0))
            self.end_headers()
            if is_asked:
                self.wfile.write(certificate)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
