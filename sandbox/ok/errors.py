"""The errors this emulator gives, with the network's numbers and names. Source: apiok.ru, table of error codes."""

from collections.abc import Mapping

MESSAGES: Mapping[int, str] = {
    1: "UNKNOWN : Unknown error",
    2: "SERVICE : Service temporarily unavailable",
    3: "METHOD : Method is not found",
    8: "FLOOD_BLOCKED : Flood control",
    9: "IP_BLOCKED : Address is blocked",
    10: "PERMISSION_DENIED : Access denied",
    11: "LIMIT_REACHED : Limit of calls is reached",
    30: "NETWORK : Network failure",
    31: "NETWORK_TIMEOUT : Network time-out",
    50: "NOT_ADMIN : User must be an administrator of the group",
    100: "PARAM : Invalid or missing parameter",
    101: "PARAM_API_KEY : Application key is unknown",
    102: "PARAM_SESSION_EXPIRED : Session expired",
    103: "PARAM_SESSION_KEY : Session key is invalid",
    104: "PARAM_SIGNATURE : Invalid signature",
    140: "PARAM_USER_ID : Invalid user id",
    160: "PARAM_GROUP_ID : Invalid group id",
    200: "PARAM_PERMISSION : Application has no permission for the call",
    300: "NOT_FOUND : Object is not found",
    453: "SESSION_REQUIRED : No session key",
    454: "CENSOR_MATCH : Text is rejected by the censor",
    456: "GROUP_RESTRICTION : Group does not let strangers do this",
    457: "UNAUTHORIZED_RESTRICTION : Action is not allowed",
    700: "COMMENT_NOT_FOUND : Comment is not found",
    701: "INVALID_AUTHOR : Comment belongs to somebody else",
    702: "COMMENT_NOT_ACTIVE : Comment is not active",
    704: "TIMEOUT_EXCEEDED : Comment is too old to change",
    2001: "GRAPH_PARAM_REQUEST : Invalid request",
    9999: "SYSTEM : System error",
}


class OkError(Exception):
    """A refusal with a number of the network's own."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def error_object(error: OkError) -> dict[str, object]:
    """The JSON of a refusal; it comes with HTTP 200."""
    text = MESSAGES.get(error.code, "ERROR : Error")
    shown = f"{text}: {error.detail}" if error.detail else text
    return {"error_code": error.code, "error_msg": shown, "error_data": None}
