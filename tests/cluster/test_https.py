"""HTTPS of `make demo LAN=1`: who trusts the authority reaches the page, who does not is refused; it vouches for few."""

import http.client
import ipaddress
import ssl
import stat
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from cryptography import x509

from cluster.runtime import demo, https, state


@pytest.fixture(scope="module")
def identity(tmp_path_factory):
    return https.prepare(tmp_path_factory.mktemp("https"), ["127.0.0.1"])


@pytest.fixture(scope="module")
def port(identity, django_db_setup):
    """The product itself, served over TLS with the identity."""
    from cluster.asgi import application

    number = state.free_port(28000)
    files = {"ssl_certfile": str(identity.certificate), "ssl_keyfile": str(identity.key)}
    settings = uvicorn.Config(application, host="127.0.0.1", port=number, lifespan="off", log_level="error", **files)
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 15
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield number
    server.should_exit = True
    thread.join(10)


def get(port, context, path="/health/live"):
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_who_trusts_the_authority_reaches_the_page_and_who_does_not_is_refused(identity, port):
    assert get(port, ssl.create_default_context(cafile=str(identity.authority))) == 200
    with pytest.raises(ssl.SSLCertVerificationError):
        get(port, ssl.create_default_context())


def test_another_authority_of_the_same_name_is_not_trusted(port, tmp_path):
    other = https.prepare(tmp_path, ["127.0.0.1"])
    with pytest.raises(ssl.SSLCertVerificationError):
        get(port, ssl.create_default_context(cafile=str(other.authority)))


def test_the_authority_vouches_for_private_addresses_alone_and_its_key_is_closed(identity):
    found = x509.load_pem_x509_certificate(identity.authority.read_bytes())
    allowed = found.extensions.get_extension_for_class(x509.NameConstraints)
    assert allowed.critical
    blocks = [name.value for name in allowed.value.permitted_subtrees if isinstance(name, x509.IPAddress)]
    assert blocks
    assert all(block.is_private or block.subnet_of(ipaddress.ip_network("100.64.0.0/10")) for block in blocks)
    for name in ("ca.key", "server.key"):
        assert stat.S_IMODE((identity.authority.parent / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("address", "is_vouched"),
    [("192.168.7.9", True), ("10.1.2.3", True), ("100.64.3.1", True), ("8.8.8.8", False), ("192.0.2.2", False)],
)
def test_a_public_address_is_not_served(address, is_vouched):
    assert https.is_vouched(address) == is_vouched


def test_what_still_fits_is_kept_and_a_new_address_gets_a_certificate_by_the_same_authority(tmp_path):
    first = https.prepare(tmp_path, ["127.0.0.1"])
    authority, certificate = first.authority.read_bytes(), first.certificate.read_bytes()
    again = https.prepare(tmp_path, ["127.0.0.1"])
    assert (again.authority.read_bytes(), again.certificate.read_bytes()) == (authority, certificate)
    moved = https.prepare(tmp_path, ["192.168.7.9", "127.0.0.1"])
    assert moved.authority.read_bytes() == authority
    assert moved.certificate.read_bytes() != certificate
    made = x509.load_pem_x509_certificate(moved.certificate.read_bytes())
    assert made.not_valid_after_utc < datetime.now(UTC) + timedelta(days=398)


def test_the_certificate_of_the_authority_is_handed_out_and_all_else_leads_to_the_page(identity):
    port = state.free_port(28200)
    server = https.hand_out(identity, host="127.0.0.1", port=port, address="https://192.168.7.9:8443/")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/ca.crt")
    answer = connection.getresponse()
    assert answer.read() == identity.authority.read_bytes()
    assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/ca.key")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Location"]) == (307, "https://192.168.7.9:8443/")
    server.shutdown()
    server.server_close()


def test_help_is_printed_and_nothing_starts():
    words = [sys.executable, "-m", "cluster.runtime.demo", "--help"]
    done = subprocess.run(words, cwd=state.CHECKOUT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert "--lan" in done.stdout
    assert "PostgreSQL" not in done.stdout
    assert demo.arguments([]).lan is False
