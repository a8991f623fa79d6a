"""The OpenAPI schema of the views, with the problem details every one of them may answer."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Problem details (RFC 9457)",
    "required": ["type", "title", "status", "detail", "code", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["place", "value", "rule", "remedy"],
                "properties": {
                    "place": {"type": "string"},
                    "value": {"type": ["string", "null"]},
                    "rule": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
        "facts": {"type": "object", "additionalProperties": {"type": "string"}},
    },
}
READ_ERRORS = ("400", "401", "403", "404")
WRITE_ERRORS = (*READ_ERRORS, "409", "415", "422")


class ProblemSchema(AutoSchema):
    def get_override_parameters(self) -> list[Any]:
        name = getattr(self.view, "action", None) or self.method.lower()
        queries = list(getattr(self.view, "queries", {}).get(name, ()))
        if self.method == "POST":
            return [
                *queries,
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    description="Repeat a request safely: the same key and body get the first answer again for 24 hours.",
                ),
            ]
        return queries

    def _get_paginator(self) -> Any:
        """Only what is read comes by the page; an act that answers with rows answers with all of them."""
        return super()._get_paginator() if self.method == "GET" else None  # type: ignore[no-untyped-call]

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        codes = READ_ERRORS if self.method == "GET" else WRITE_ERRORS
        for code in codes:
            responses.setdefault(
                code, {"description": "Problem details", "content": {"application/problem+json": {"schema": PROBLEM}}}
            )
        return responses
