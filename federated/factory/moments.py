"""Until when a bundle may be tried, on a machine whose clock may stand wrong or be set back."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..agreed.errors import FederatedError
from ..agreed.files import write_whole
from ..agreed.trials import Trial, check_moment


class Moments:
    """What is remembered of bundles that were opened here, in one file.

    Two things count beside the clock. By each office's key the latest moment at which it made a bundle that was in time
    here: so late it is at least. And which bundles were over once: these stay over. What the clock alone has shown does not
    count, so that a machine that stood in another year for a day tries the next bundle as any other; of one that was opened
    on that day the link gives another copy, which is made at that moment.

    It keeps nobody from trying who owns the machine: who removes the file, names another folder with `--home`, or keeps the
    clock on one day goes on with what he has, which is rows of his own under a model that he was given. It ends bundles for
    whoever leaves clock and file alone; and what another key signed changes nothing of this office's bundles.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def check(self, found: Trial, now: datetime) -> None:
        """
        Args:
            now: by this machine's clock.

        Raises:
            FederatedError: the bundle is over, or was once, or the clock stands before its beginning.
        """
        kept = self._read()
        made: dict[str, datetime] = kept["made"]
        latest = max(now, made.get(found.key, now))
        name = hashlib.sha256(f"{found.key}/{found.code}/{found.issued_at.isoformat()}".encode()).hexdigest()
        try:
            check_moment(found, found.expires_at if name in kept["over"] else latest)
        except FederatedError as error:
            if error.code == "trial_over" and name not in kept["over"]:
                self._write({**kept, "over": [*kept["over"], name]})
            raise
        if found.key not in made or found.issued_at > made[found.key]:
            self._write({**kept, "made": {**made, found.key: found.issued_at}})

    def _read(self) -> dict[str, Any]:
        """A file that is not there, damaged, or of an earlier release says nothing: it could be removed as well."""
        try:
            found = json.loads(self.file.read_text())
            made = {key: datetime.fromisoformat(text).astimezone(UTC) for key, text in found["made"].items()}
            return {"made": made, "over": [str(name) for name in found["over"]]}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {"made": {}, "over": []}

    def _write(self, kept: dict[str, Any]) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = {key: moment.isoformat() for key, moment in kept["made"].items()}
        write_whole(self.file, json.dumps({**kept, "made": made}).encode())
