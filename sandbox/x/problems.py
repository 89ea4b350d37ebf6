"""X's refusals. Source: the network's page of response codes, the problem schemas of OpenAPI 2.167."""

from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse

TYPES = "https://api.x.com/2/problems/"


class Problem(Exception):
    """A refusal: HTTP status, the last word of its type ("" = about:blank), title, detail and what hangs on it."""

    def __init__(self, status: int, kind: str, title: str, detail: str, **more: Any) -> None:
        super().__init__(status, kind, detail)
        self.status = status
        self.body: dict[str, Any] = {
            "title": title,
            "detail": detail,
            "type": TYPES + kind if kind else "about:blank",
            "status": status,
            **more,
        }


class Old(Exception):
    """A refusal in the old shape: a list of numbers."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(status, code)
        self.status = status
        self.body: dict[str, Any] = {"errors": [{"code": code, "message": message}]}


def invalid(parameter: str, value: object, message: str) -> Problem:
    """A parameter, or a piece of the body, that cannot be."""
    errors = [{"parameters": {parameter: [str(value)[:200]]}, "message": message}]
    detail = "One or more parameters to your request was invalid."
    return Problem(400, "invalid-request", "Invalid Request", detail, errors=errors)


def unauthorized() -> Problem:
    return Problem(401, "", "Unauthorized", "Unauthorized")


def forbidden(detail: str) -> Problem:
    return Problem(403, "", "Forbidden", detail)


def wrong_token(kind: str, supported: str) -> Problem:
    detail = (
        f"Authenticating with {kind} is forbidden for this endpoint. Supported authentication types are [{supported}]."
    )
    return Problem(403, "unsupported-authentication", "Unsupported Authentication", detail)


def limited(old: bool) -> Problem | Old:
    return Old(429, 88, "Rate limit exceeded") if old else Problem(429, "", "Too Many Requests", "Too Many Requests")


def missing(parameter: str, value: str, resource: str = "tweet") -> dict[str, Any]:
    """An item of `errors` in an answer that is otherwise fine: what was asked for is not there."""
    return {
        "value": value,
        "detail": f"Could not find {resource} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": resource,
        "parameter": parameter,
        "resource_id": value,
        "type": TYPES + "resource-not-found",
    }


def hidden(parameter: str, value: str) -> dict[str, Any]:
    """The same for what this caller may not see."""
    return {
        "value": value,
        "detail": f"Sorry, you are not authorized to see the Tweet with {parameter}: [{value}].",
        "title": "Authorization Error",
        "resource_type": "tweet",
        "parameter": parameter,
        "resource_id": value,
        "section": "data",
        "type": TYPES + "not-authorized-for-resource",
    }


_PLANNED: Mapping[int, tuple[str, str, str]] = {
    400: ("invalid-request", "Invalid Request", "One or more parameters to your request was invalid."),
    401: ("", "Unauthorized", "Unauthorized"),
    402: ("credits", "CreditsDepleted", "Your enrolled account does not have any credits to fulfill this request."),
    403: ("", "Forbidden", "You are not permitted to perform this action."),
    404: ("", "Not Found", "Not Found"),
    409: ("streaming-connection", "ConnectionException", "The stream has no rules."),
    429: ("", "Too Many Requests", "Too Many Requests"),
    500: ("internal-error", "Internal Error", "Something is broken."),
    503: ("", "Service Unavailable", "Service Unavailable"),
}
_NAMED: Mapping[int, tuple[int, str, str, str]] = {
    4031: (403, "client-forbidden", "Client Forbidden", "This client is not enrolled for this endpoint."),
    4032: (403, "usage-capped", "UsageCapExceeded", "Usage cap exceeded: Monthly product cap"),
    187: (403, "", "Forbidden", "You are not allowed to create a Tweet with duplicate content."),
}


def planned(code: int) -> Problem | Old:
    """The refusal of a planned fault: an HTTP status, 88 for the old shape of a 429, or one of `_NAMED`."""
    if code == 88:
        return Old(429, 88, "Rate limit exceeded")
    status, kind, title, detail = _NAMED.get(code) or (code, *_PLANNED.get(code, ("", "Error", "Error")))
    return Problem(status, kind, title, detail)


def answer(refusal: Problem | Old) -> JsonResponse:
    kind = "application/problem+json" if isinstance(refusal, Problem) else "application/json"
    return JsonResponse(refusal.body, status=refusal.status, content_type=f"{kind}; charset=utf-8")
