"""Personal data in an answer that everybody will see: what never goes out so, and what only after a second look. Pure.

152-ФЗ forbids to spread a person's data without his consent; a name and a phone of an agency are there for everybody,
so whoever writes says which of the two it is. A private answer holds what it wants. Sentences are Russian.
"""

from collections.abc import Mapping
from hashlib import sha256

from otklik.lib.sentence import Sentence as _
from otklik.triage.personal.finder import Kind, find

STOPS: Mapping[Kind, str] = {
    "card": _("В ответе, который увидят все, номер банковской карты: уберите его."),
    "passport": _("В ответе, который увидят все, номер паспорта: уберите его."),
    "snils": _("В ответе, который увидят все, СНИЛС: уберите его."),
    "inn": _("В ответе, который увидят все, ИНН человека: уберите его."),
    "flat": _("В ответе, который увидят все, номер квартиры: уберите его."),
    "birth": _("В ответе, который увидят все, дата рождения: уберите её."),
}
DOUBTFUL: frozenset[Kind] = frozenset({"phone", "email", "name"})


def stops(text: str) -> list[str]:
    """Why a public answer may not hold this text, each reason once; [] when nothing is known against it."""
    kinds = {one.kind for one in find(text)}
    return [sentence for kind, sentence in STOPS.items() if kind in kinds]


def doubtful(text: str) -> list[str]:
    """Phones, addresses of mail and full names of this text as they stand there, each once, in their order."""
    return list(dict.fromkeys(text[one.start : one.end] for one in find(text) if one.kind in DOUBTFUL))


def stamp(pieces: list[str]) -> str:
    """What a confirmation of exactly these pieces looks like; another piece needs another."""
    return sha256("\n".join(sorted(pieces)).encode(errors="replace")).hexdigest()[:16]
