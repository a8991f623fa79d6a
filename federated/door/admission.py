"""Who may pass the published door: one table for both gateways, written by the web application's side.

sites.json is read by `federated.door.gateway`; sites.map and upstreams.pem by nginx (deploy/nginx). A row per public key; a
site that is suspended or has left has no row.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from ..agreed.files import write_whole
from ..agreed.keys import flower_bytes

KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER = PROOF = ("flwr-public-key", "flwr-signature", "flwr-timestamp")
COUNTED = "counted/bytes.json"  # in the door's folder: what the gateway counts, in a folder that it may write to
LARGEST_BODY = 256 * 2**20  # of one call, for both gateways
TOLERANCE = timedelta(seconds=305)  # as Flower's own


def is_proven(key: str, signature: str, at: str) -> bool:
    """Whether the key's owner signed a time of now: what Flower asks of a node, known before a body is read."""
    try:
        public = load_pem_public_key(b64decode(key, validate=True))
        if not isinstance(public, ec.EllipticCurvePublicKey):
            return False
        public.verify(b64decode(signature, validate=True), at.encode("ascii"), ec.ECDSA(hashes.SHA256()))
        return abs(datetime.now(UTC) - datetime.fromisoformat(at)) <= TOLERANCE
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False


@dataclass(frozen=True)
class Admitted:
    """
    Attributes:
        site: the name under which bytes are counted.
        public_key: OpenSSH format.
        upstream: host:port of the federation's private SuperLink.
        ca: its certificate authority.
    """

    site: str
    public_key: str
    upstream: str
    ca: Path

    @property
    def header(self) -> str:
        """The key as Flower's nodes send it in their header."""
        return b64encode(flower_bytes(self.public_key)).decode()


def write_tables(folder: Path, sites: Iterable[Admitted], *, group: int | None = None) -> bool:
    """Write the tables whole, for the group to read as well; True where they changed."""
    folder.mkdir(parents=True, exist_ok=True)
    found = sorted(sites, key=lambda site: site.site)
    table = {s.header: {"site": s.site, "upstream": s.upstream, "ca": str(s.ca)} for s in found}
    content = json.dumps(table, indent=1).encode()
    target = folder / "sites.json"
    is_readable = group is None or (target.exists() and target.stat().st_gid == group)
    if target.exists() and target.read_bytes() == content and is_readable:
        return False
    authorities = dict.fromkeys(s.ca.read_bytes() for s in found if s.ca.exists())
    write_whole(folder / "upstreams.pem", b"".join(authorities), group=group)
    write_whole(folder / "sites.map", "".join(f'"{s.header}" {s.upstream};\n' for s in found).encode(), group=group)
    write_whole(folder / "names.map", "".join(f'"{s.header}" "{s.site}";\n' for s in found).encode(), group=group)
    write_whole(target, content, group=group)
    return True
