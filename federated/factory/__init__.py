"""`dure-factory`: a factory's own program, beside its MES. Outbound connections only; its rows stay in its memory."""

import sys

# httpx loads its own command line where it finds what that needs; an idle factory would keep two MB of coloured text for it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
