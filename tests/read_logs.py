"""Every line that the product logs while the suite runs is read: nothing in it may be a person's or a secret.

The lines are written by the product's own formatters and looked through with patterns of the tests' own. Our messages
are English, so a Cyrillic letter in a line is somebody's text, whoever let it through.
"""

import logging
import re

from otklik.lib.logs import JsonFormatter, LineFormatter
from otklik.lib.redact import RedactingHandler

SUSPICIOUS = {
    "Cyrillic": re.compile(r"[А-яЁё]|\\u04[0-5]|%D0%|\\xd0\\x"),
    "a telephone number": re.compile(r"(?<![\w.-])(?:\+7|8)[\s(-]*9\d{2}[\s)-]*\d{3}[\s-]?\d{2}[\s-]?\d{2}(?!\d)"),
    "an address of mail": re.compile(r"[\w.+-]{2,}@[\w-]+\.\w{2,}"),
    "a profile": re.compile(r"(?<!api\.)(?:vk\.com|vk\.ru|ok\.ru|t\.me|facebook\.com|instagram\.com|//x\.com)/\w"),
    "a token of VKontakte": re.compile(r"vk1\.a\.\w"),
    "a token of Telegram": re.compile(r"\d{8,12}:[\w-]{30}"),
    "a token of a program": re.compile(r"otk_[\w-]{8}"),
    "a key in an address": re.compile(r"(?i)(?:access_token|secret|password|sig)=[\w.-]{4}"),
    "a bearer": re.compile(r"(?i)bearer [\w.-]{8}"),
}
# The first line of an entry as a process of ours writes it; what a command says to its user is not the log.
_ENTRY = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ \S+: ")
_OURS = (LineFormatter(), JsonFormatter())


def suspicions(line: str) -> list[str]:
    """What in this text ought not to be in a log, each with the place where it stands."""
    hits = ((name, shape.search(line)) for name, shape in SUSPICIOUS.items())
    return [f"{name}: …{line[max(hit.start() - 60, 0) : hit.end() + 40]!r}" for name, hit in hits if hit]


def entries(output: str) -> list[str]:
    """The entries of the log in what a process has said, each with its traceback."""
    lines: list[str] = []
    inside = False
    for line in output.splitlines():
        if _ENTRY.match(line):
            lines.append(line)
            inside = True
        elif inside and (line.startswith((" ", "Traceback")) or re.match(r"[A-Za-z_.]+: ", line)):
            lines[-1] += "\n" + line
        else:
            inside = False
    return lines


class Reader(logging.Handler):
    """A handler that looks at each line as production would write it, in either form."""

    def __init__(self) -> None:
        super().__init__()
        self._suspicions: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        for formatter in _OURS:
            self.note(formatter.format(record))

    def note(self, line: str) -> None:
        self._suspicions += suspicions(line)

    def take(self) -> list[str]:
        """What was found since the last time."""
        suspicious, self._suspicions = self._suspicions, []
        return suspicious


READER = Reader()


def begin() -> None:
    """Read everything that an installation logs with its usual settings; standard error stays as quiet as it was.

    Before each test: a command that sets up Django within a test sets up its logging anew.
    """
    root = logging.getLogger()
    if READER in root.handlers:
        return
    for handler in root.handlers:
        if isinstance(handler, RedactingHandler):
            handler.setLevel(root.level)
    root.setLevel(min(root.level, logging.INFO))
    root.addHandler(READER)
