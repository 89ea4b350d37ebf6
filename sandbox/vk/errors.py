"""The errors this emulator gives, with VK's numbers. Source: errors.json of the published schema."""

from collections.abc import Mapping, Sequence

MESSAGES: Mapping[int, str] = {
    1: "Unknown error occurred",
    3: "Unknown method passed",
    5: "User authorization failed",
    6: "Too many requests per second",
    8: "Invalid request",
    9: "Flood control",
    10: "Internal server error",
    14: "Captcha needed",
    15: "Access denied",
    27: "Group authorization failed",
    28: "Application authorization failed",
    29: "Rate limit reached",
    30: "This profile is private",
    100: "One of the parameters specified was missing or invalid",
    104: "Not found",
    113: "Invalid user id",
    121: "Invalid hash",
    211: "Access to wall's comment denied",
    212: "Access to post comments denied",
    213: "Access to status replies denied",
    214: "Access to adding post denied",
    222: "Hyperlinks are forbidden",
    223: "Too many replies",
    901: "Can't send messages for users without permission",
    914: "Message is too long",
    936: "Contact not found",
    2000: "Servers number limit is reached",
}


class VkError(Exception):
    """A refusal with a number of VK's own."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def error_object(error: VkError, request: Sequence[tuple[str, str]], base: str) -> dict[str, object]:
    """The JSON of a refusal. `request` is echoed, without the token."""
    text = MESSAGES.get(error.code, "Error")
    shown: dict[str, object] = {
        "error_code": error.code,
        "error_msg": f"{text}: {error.detail}" if error.detail else text,
        "request_params": [{"key": key, "value": value} for key, value in request if key != "access_token"],
    }
    if error.code == 14:
        shown |= {
            "captcha_sid": "100500",
            "captcha_img": f"{base}/vk/face/1.jpg",
            "redirect_uri": f"{base}/",
        }
    return {"error": shown}
