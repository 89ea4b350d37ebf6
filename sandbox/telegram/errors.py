"""The refusals of this emulator, in the words of the open server (tdlib/telegram-bot-api)."""

from collections.abc import Mapping

PLANNED: Mapping[int, str] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    413: "Request Entity Too Large",
    500: "Internal Server Error",
}
"""What a planned error of the fault script says; 429 is built with its wait."""


class TelegramError(Exception):
    """A refusal: its code is the HTTP status too. `parameters` tell how long to wait or where a group has gone."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(code, description)
        self.code, self.description, self.parameters = code, description, parameters


def bad(words: str) -> TelegramError:
    return TelegramError(400, f"Bad Request: {words}")


def forbidden(words: str) -> TelegramError:
    return TelegramError(403, f"Forbidden: {words}")


def too_many(seconds: int) -> TelegramError:
    return TelegramError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def planned(code: int, wait: int) -> TelegramError:
    return too_many(wait) if code == 429 else TelegramError(code, PLANNED.get(code, f"Error {code}"))


def answer_of(error: TelegramError) -> dict[str, object]:
    """The JSON of a refusal."""
    body: dict[str, object] = {"ok": False, "error_code": error.code, "description": error.description}
    return body | ({"parameters": error.parameters} if error.parameters else {})
