"""Fills deploy/nginx/fleet.conf.in: `python -m federated.door.nginx --folder … --port … --certificate … --key …`."""

import argparse
import sys
from pathlib import Path

from .admission import LARGEST_BODY

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "fleet.conf.in"


def server_block(*, folder: Path, host: str, port: int, certificate: Path, key: Path, largest: int = LARGEST_BODY) -> str:
    """The part for nginx's http section."""
    text = TEMPLATE.read_text()
    values = {"folder": folder, "host": host, "port": port, "certificate": certificate, "key": key, "largest": largest}
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m federated.door.nginx", description=__doc__)
    for name in ("folder", "certificate", "key"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--host", default="0.0.0.0")
    parser.add_argument("--port", type=int, default=9443)
    parser.add_argument("--largest", type=int, default=LARGEST_BODY, help="bytes of one call's body")
    sys.stdout.write(server_block(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
