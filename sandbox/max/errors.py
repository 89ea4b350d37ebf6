"""The refusals that this emulator gives: a status and a JSON of {code, message}.

`verify.token` and `attachment.not.ready` are the network's own recorded words, `comments.timeout_exceeded` its
documented one; the other codes are not published, so nobody should rely on more than their status.
"""

from collections.abc import Mapping

CODES: Mapping[int, str] = {
    400: "proto.payload",
    401: "verify.token",
    403: "chat.denied",
    404: "not.found",
    405: "method.not.allowed",
    415: "unsupported.media.type",
    422: "comments.timeout_exceeded",
    429: "too.many.requests",
    500: "internal.error",
    503: "service.unavailable",
}


class MaxError(Exception):
    """A refusal of the network. `code` defaults to the usual one of the status."""

    def __init__(self, status: int, message: str = "", code: str = "") -> None:
        super().__init__(status, code, message)
        self.status = status
        self.code = code or CODES.get(status, "proto.payload")
        self.message = message or ("Invalid access_token" if self.code == "verify.token" else "")


def error_object(error: MaxError) -> dict[str, object]:
    return {"code": error.code, "message": error.message}
