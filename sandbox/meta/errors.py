"""The errors this emulator gives, in the Graph API's own form.

Only the shapes of 100 and 190 are known from recorded answers; the other numbers are general knowledge.
"""

from collections.abc import Mapping

MESSAGES: Mapping[int, str] = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    17: "User request limit reached",
    32: "Page request limit reached",
    100: "Invalid parameter",
    102: "Session key invalid or no longer valid",
    104: "An access token is required to request this resource.",
    190: "Invalid OAuth access token - Cannot parse access token",
    200: "Permissions error",
    324: "Missing or invalid image file",
    368: "The action attempted has been deemed abusive or is otherwise disallowed",
    506: "Duplicate status message",
    551: "This person isn't available right now.",
    613: "Calls to this api have exceeded the rate limit.",
    803: "Some of the aliases you requested do not exist",
    2200: "Callback verification failed",
    2500: "An active access token must be used to query information about the current user.",
    10900: "Activity already replied to",
    80001: "There have been too many calls to this Page account. Wait a bit and try again.",
    80002: "There have been too many calls to this Instagram account. Wait a bit and try again.",
    80006: "There have been too many calls to this Messenger account. Wait a bit and try again.",
}
EXPIRED = 463  # subcode: the token's life is over
GONE = 33  # subcode: not there, or not for this token
OUTSIDE_WINDOW = 2018278
NO_SUCH_PEER = 2018001
_BARE = frozenset({1, 2, 104, 190, 2500})  # their texts carry no "(#code)" in front
_TRANSIENT = frozenset({1, 2})
_UNAUTHORISED = frozenset({102, 104, 190})


class GraphError(Exception):
    """A refusal with a number of the network's own."""

    def __init__(self, code: int, detail: str = "", subcode: int = 0) -> None:
        super().__init__(code, detail, subcode)
        self.code = code
        self.detail = detail
        self.subcode = subcode

    @property
    def status(self) -> int:
        if self.code in _TRANSIENT:
            return 500
        return 401 if self.code in _UNAUTHORISED else 403 if self.code in (10, 200) else 400


def gone(thing: str) -> GraphError:
    """What is said of an object that is not there, is deleted, or is none of this token's business."""
    return GraphError(
        100,
        f"Unsupported request. Object with ID '{thing[:80]}' does not exist, cannot be loaded due to missing"
        " permissions, or does not support this operation",
        GONE,
    )


def error_object(error: GraphError, trace: str) -> dict[str, object]:
    """The JSON of a refusal."""
    text = error.detail or MESSAGES.get(error.code, "Error")
    bare = error.code in _BARE or error.subcode == GONE
    shown: dict[str, object] = {
        "message": text if bare else f"(#{error.code}) {text}",
        "type": "GraphMethodException" if error.subcode == GONE else "OAuthException",
        "code": error.code,
    }
    if error.subcode:
        shown["error_subcode"] = error.subcode
    if error.code in _TRANSIENT:
        shown["is_transient"] = True
    return {"error": {**shown, "fbtrace_id": trace}}
