"""Templates with holes: «{имя}», «{адрес}» and others are filled from the card; what nobody knows stays visible.

Answers are in Russian whatever language the page is in. Only `facts_of` asks the database.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from otklik.inbox.models import Author, Message
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.days import day_of
from otklik.lib.text import tidy
from otklik.routing.models import Deadline, Norm

MOST_NAME = 40
NAMES = ("имя", "обращение", "место", "адрес", "дата", "срок", "ведомство")
"""What a hole may ask for, in the order in which people are told of them."""
LINK = "{link}"
"""Where the survey's address is put, letter for letter. Without it feedback sends no survey at all."""
_HOLE = re.compile(r"\{\s{0,3}([^\W\d_][^{}\n]{0,39})\}")
_BRACE = re.compile(r"\{[^{}\n]{0,40}\}?|\}")
_NAME = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
_DAYS = (Norm.Clock.PROMISE, Norm.Clock.SECOND_ANSWER, Norm.Clock.FINAL_ANSWER, Norm.Clock.FIRST_ANSWER)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card knows for its answer. "" and None stand for what it does not know.

    `until` is the day by which the card's running clock wants the matter done; `today` the day of writing.
    """

    name: str = ""
    place: str = ""
    address: str = ""
    agency: str = ""
    today: date | None = None
    until: date | None = None


def fill(text: str, facts: Facts) -> str:
    """The text with its holes filled. A hole that has no name here, or whose value is unknown, stays as it is.

    What a citizen calls himself is put in once and never read as a hole.
    """
    known = _words_of(facts)
    return _HOLE.sub(lambda hole: known.get(hole[1].strip().lower()) or hole[0], text)


def left_open(text: str) -> list[str]:
    """The holes that are still in the text, each once, in their order and as they stand there."""
    return list(dict.fromkeys(hole[0] for hole in _HOLE.finditer(text)))


def strange(text: str, survey: bool = False) -> list[str]:
    """Braces that nothing will ever fill, each once and as they stand: «{имя <script>», «{неведомое}», «}».

    A survey is sent with its address alone: nothing else is filled there.
    """
    known = (LINK,) if survey else ()
    rest = (brace[0] for brace in _BRACE.finditer(text) if brace[0] not in known)
    return list(dict.fromkeys(one.strip() for one in rest if survey or not _asks(one)))


def _asks(brace: str) -> bool:
    hole = _HOLE.fullmatch(brace)
    return hole is not None and hole[1].strip().lower() in NAMES


def cut(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is an open hole; joined together they are the text again."""
    pieces: list[tuple[str, bool]] = []
    done = 0
    for hole in _HOLE.finditer(text):
        pieces += [(text[done : hole.start()], False), (hole[0], True)]
        done = hole.end()
    return [piece for piece in (*pieces, (text[done:], False)) if piece[0]]


def facts_of(incident: Incident, message: Message) -> Facts:
    """What is known for an answer to this message. One query beside what the card and the message hang on."""
    place = incident.place.name if incident.place else ""
    house = f"{incident.street}, {incident.house}" if incident.street and incident.house else incident.street
    now = clock.now()
    return Facts(
        name=first_name(message.author),
        place=place,
        address=_short(house or incident.place_object),
        agency=incident.agency.short_name if incident.agency else "",
        today=day_of(now),
        until=_until(incident, now),
    )


def first_name(author: Author) -> str:
    """The first word of a person's name as the profile has it; "" for a community, and for what is no name."""
    if author.is_community:
        return ""
    first = tidy(author.name)[: MOST_NAME + 1].split(" ", 1)[0]
    return first if len(first) <= MOST_NAME and _NAME.fullmatch(first) else ""


def _words_of(facts: Facts) -> Mapping[str, str]:
    values = (
        facts.name,
        f"{facts.name}, здравствуйте!" if facts.name else "Здравствуйте!",
        facts.place,
        facts.address,
        day_in_words(facts.today),
        day_in_words(facts.until),
        facts.agency,
    )
    return dict(zip(NAMES, values, strict=True))


def _until(incident: Incident, now: datetime) -> date | None:
    """The day of the promise that runs, else of the last answer, else of the first; never one that has passed."""
    running = Deadline.objects.filter(incident=incident, met_at=None, cancelled_at=None, limit_at__gt=now)
    limits = dict(running.filter(clock__in=_DAYS).order_by("pk").values_list("clock", "limit_at"))
    return next((day_of(limits[name]) for name in _DAYS if name in limits), None)


def _short(words: str) -> str:
    return tidy(words)[:200]


def day_in_words(day: date | None) -> str:
    """«25 ноября»: as it stands in a sentence."""
    return f"{day.day} {_MONTHS[day.month - 1]}" if day else ""
