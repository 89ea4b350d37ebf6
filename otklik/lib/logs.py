"""How a line of the log looks: without secrets, and without people.

Our own messages are English and speak of ids, steps and codes. What stands there in Cyrillic was therefore quoted by
somebody's error: a citizen's text, a name, a network's words. It is left out, and so are telephone numbers, addresses
of mail and of profiles. The words for people stand where rights are asked for: on the page «Состояние», beside the row.
A citizen's words in Latin letters cannot be told from ours: whoever writes a line of the log must not quote them.
"""

import json
import logging
import re
from copy import copy
from datetime import UTC, datetime

from otklik.lib import trail
from otklik.lib.redact import MASK, RedactingFormatter, redact

LONGEST = 20_000
LINE = "{asctime} {levelname} {name}: {message}"
_CYRILLIC = re.compile(r"[А-Яа-яЁё](?:[^\n\"'{}\[\]A-Za-z]*[А-Яа-яЁё])?")
# A run of strokes, or of what may be an address, is looked at once from its beginning and not from each of its signs.
_STROKES = r"(?<!\\)\\+"
_LETTER = rf"(?:{_STROKES}u04[0-9a-f]{{2}}|(?:%|{_STROKES}x)d[01](?:%|{_STROKES}x)[89ab][0-9a-f])"
_ENCODED = re.compile(rf"(?i){_LETTER}(?:(?:{_LETTER}|%20|[ +,.!?-])*{_LETTER})?")
_HOSTS = r"vk\.com|vk\.ru|vkontakte\.ru|ok\.ru|max\.ru|t\.me|facebook\.com|instagram\.com|twitter\.com|x\.com"
_PEOPLE = (
    # Behind a letter, a digit, a dot or a dash it is a part of something longer: of a hash, an id, a moment.
    re.compile(r"()(?<![\w.:/+-])(?:\+7|[78])[ (-]{0,2}\d{3}[ )-]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?![\w:])"),
    re.compile(r"()(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w"),
    re.compile(rf"(?i)((?<![\w.])(?:www\.|m\.)?(?:{_HOSTS})/)[^\s\"'<>)]+"),
    re.compile(r"()\[(?:id|club|public)\d+\|[^\[\]]*\]"),
)


def without_people(text: str) -> str:
    """The text with `‹12 characters›` for what is Cyrillic, and a mask for numbers and addresses of people."""
    for shape in _PEOPLE:
        text = shape.sub(lambda match: match.group(1) + MASK, text)
    for spelled in (_CYRILLIC, _ENCODED):
        text = spelled.sub(lambda match: f"‹{len(match.group())} characters›", text)
    return text


def clean(text: str, limit: int = LONGEST) -> str:
    """Secrets first, while they still look like themselves. Never raises."""
    return without_people(redact(text, limit))


def _short(record: logging.LogRecord) -> logging.LogRecord:
    """Without the traceback of a refusal: a 403 or a 404 is no fault of ours, and whoever tries addresses gets many."""
    if not record.exc_info or getattr(record, "status_code", 500) >= 500:
        return record
    short = copy(record)
    short.exc_info = short.exc_text = None
    return short


class LineFormatter(RedactingFormatter):
    """A line for a person, with `[K7QM-2XWD]` behind it when a request was being answered."""

    def __init__(self) -> None:
        super().__init__(LINE, style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 the library's name
        """The traceback is put behind this, so that the number stands in the line that is found first."""
        number = trail.number()
        return super().formatMessage(record) + (f" [{number}]" if number else "")

    def format(self, record: logging.LogRecord) -> str:
        return without_people(super().format(_short(record)))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `at` (UTC), `level`, `logger`, `message`, and what is known of `number`, `step`, `row`,
    `trace`."""

    def format(self, record: logging.LogRecord) -> str:
        record = _short(record)
        fields: dict[str, str | int] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
            **trail.about(),
        }
        if record.exc_info:
            fields["trace"] = clean(self.formatException(record.exc_info))
        return json.dumps(fields, ensure_ascii=False)
