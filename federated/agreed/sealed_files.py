"""Files in one zip with their hashes and a signature over all of them."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence

from .contracts import canonical
from .errors import FederatedError
from .keys import PrivateKey, is_signed, public_text, sign

MANIFEST = "manifest.json"
LARGEST = 256 * 2**20  # bytes, unpacked: more is no model


def seal(contents: Mapping[str, bytes], key: PrivateKey) -> bytes:
    """The files and a manifest that says whose key signed them."""
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    manifest = {"files": hashes, "public_key": public_text(key), "signature": sign(key, canonical(hashes))}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**contents, MANIFEST: canonical(manifest)}.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def unseal(content: bytes, names: Sequence[str], *, public_key: str = "", remedy: str = "") -> tuple[dict[str, bytes], str]:
    """The files and the public key that signed them.

    Args:
        public_key: that must have signed; where empty the manifest's own, which shows damage only.

    Raises:
        FederatedError: changed after it was signed, signed by another key, or no such file.
    """
    place = MANIFEST
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST:
                raise ValueError("too large")
            found = {name: archive.read(name) for name in names}
            manifest = json.loads(archive.read(MANIFEST))
        hashes = {name: hashlib.sha256(part).hexdigest() for name, part in found.items()}
        place = next((name for name in names if hashes[name] != manifest["files"].get(name)), MANIFEST)
        signer = public_key or manifest["public_key"]
        is_whole = place == MANIFEST and is_signed(signer, canonical(hashes), manifest["signature"])
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, EOFError, zlib.error):
        is_whole, signer = False, ""
    if not is_whole:
        raise FederatedError("A bundle is what its key signed.", place=place, remedy=remedy, code="bundle_changed")
    return found, signer
