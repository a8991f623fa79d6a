"""How values lie in the cache: as JSON, which whoever writes there cannot turn into code that runs here."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class JsonSerializer:
    """For Django's Redis cache; its own would pickle whatever is no whole number."""

    def dumps(self, value: Any) -> bytes:
        return json.dumps(value, cls=DjangoJSONEncoder, separators=(",", ":")).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)
