"""A small region on the test database, joined to a sandbox's town: enough for a complaint to go all the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile

from otklik.answers import drafts
from otklik.answers.models import Answer, AnswerPhoto
from otklik.flow.loop import drain, turn_once
from otklik.flow.steps import FLOW, Lane
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome
from otklik.lib import clock
from otklik.lib.tests.test_pictures import picture
from otklik.networks.access import http_client
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency, Role, User
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Rule
from otklik.themes.models import Theme
from tests.make import inbox, places
from tests.make import people as make
from tests.make.people import PASSWORD
from tests.sandbox.process import Sandbox
from tests.sandbox.town import Town

__all__ = ["PASSWORD"]
FETCH, PREPARE, SEND = (next(step for step in FLOW if step.name == name) for name in ("fetch", "prepare", "send"))
FINAL = drafts.Words(
    "Анна, фонарь заменили сегодня в 14:00.", outcome=Outcome.SOLVED, ground="phone", ground_words="Позвонили жителю"
)


@dataclass
class People:
    """People of every kind; the executor, the approver and the theme are the agency's."""

    operator: User
    executor: User
    stranger: User
    approver: User
    head: User
    administrator: User
    agency: Agency
    other_agency: Agency
    theme: Theme
    place: Place


@dataclass
class Region(People):
    """`own` is the town's community with its own voice, `guest` an agency's voice."""

    own: Account
    guest: Account
    source: Source


def user(name: str, role: str, agency: Agency | None = None) -> User:
    """A user with one grant."""
    return make.person(name, role, agency, first_name="Имя")


def build_people() -> dict[str, Any]:
    """Places, one theme, two agencies with a rule, and a user of each kind; no networks."""
    krai = places.place("Край", "krai", Place.Level.REGION)
    city = places.place("Речной", "rechnoy", kind="город", parent=krai, population=90_000)
    group = places.group("Благоустройство", "blago", places.classifier("test", in_force_from=date(2026, 1, 1)))
    lights = ["фонарь", "не горит фонарь", "освещение", "темно"]
    theme = places.theme("Неработающее наружное освещение", "blago.svet", group, keywords=lights, severity=3)
    places.theme("Ямы во дворах", "blago.yamy", group, keywords=["яма", "двор"])
    agency = make.agency("Горсвет Речного", "gorsvet", short_name="Горсвет")
    other = make.agency("Водоканал Речного", "vodokanal", short_name="Водоканал")
    Rule.objects.create(group=group, place=city, agency=agency)
    return {
        "operator": user("operator", Role.OPERATOR),
        "executor": user("executor", Role.EXECUTOR, agency),
        "stranger": user("stranger", Role.EXECUTOR, other),
        "approver": user("approver", Role.APPROVER, agency),
        "head": user("head", Role.HEAD),
        "administrator": user("administrator", Role.ADMINISTRATOR),
        "agency": agency,
        "other_agency": other,
        "theme": theme,
        "place": city,
    }


def build(town: Town) -> Region:
    """The region, with accounts and one source of its own community, read by long poll."""
    settings.SANDBOX_ADDRESS = town.sandbox.base
    http_client.cache_clear()
    people = build_people()
    keys = {"community": town.token, "service": town.service}
    own = inbox.account("vk", str(town.group), keys, title="Город Речной", options={"wait": 0})
    keys = {"community": town.guest_token, "service": town.service, "user": town.admin}
    more = {"title": "Дорожная служба", "agency": people["agency"], "hook_secret": "hook-secret-for-tests"}
    guest = inbox.account("vk", str(town.guest), keys, **more)
    source = inbox.source(own, title="Город Речной", place=people["place"], due_at=clock.now())
    return Region(own=own, guest=guest, source=source, **people)


@contextmanager
def joined(sandbox: Sandbox) -> Iterator[None]:
    """The product speaks to this sandbox, and answers leave at once."""
    kept = settings.SANDBOX_ADDRESS, settings.UNDO_HOLD
    settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = sandbox.base, 0
    http_client.cache_clear()
    try:
        yield
    finally:
        settings.SANDBOX_ADDRESS, settings.UNDO_HOLD = kept
        http_client.cache_clear()


def listen() -> None:
    """Read every source once and let what was heard go through all steps that do not read."""
    for source in Source.objects.all():
        Source.objects.exclude(pk=source.pk).update(due_at=None)
        Source.objects.filter(pk=source.pk).update(due_at=clock.now())
        turn_once(FETCH)
    Source.objects.update(due_at=None)
    settle()


def hear(town: Town, text: str = "Во дворе в Речном темно, не горит фонарь", **more: Any) -> int:
    """A citizen comments under the town's post and is heard; the comment's number."""
    number = town.comment(text, **more)
    listen()
    return number


def settle() -> None:
    """Let everything that is due run to its end."""
    drain(lanes=frozenset({Lane.THINK, Lane.SPEAK, Lane.ASK}))


def only_card() -> Incident:
    """The one card there is."""
    return Incident.objects.get()


def assigned(people: People, card: Incident) -> Incident:
    """The card with the agency, by the operator's word."""
    return assign(card, Decision(people.agency, people.theme, people.place), people.operator, clock.now())


def solved(text: str) -> drafts.Words:
    """Other words that say the same."""
    return replace(FINAL, text=text)


def approved(
    people: People,
    card: Incident,
    words: drafts.Words = FINAL,
    *,
    to: Message | None = None,
    again: Answer | None = None,
    photos: int = 0,
) -> Answer:
    """An answer, written, handed in and approved: to the card's main message or another one, or once more the one that
    came back."""
    now = clock.now()
    reply_to, version = (again.reply_to, again.version) if again else (to or main_message(card), 0)
    answer = drafts.write(card, reply_to, words, people.executor, now, version)
    for position in range(photos):
        file = ContentFile(picture("JPEG"), f"{position}.jpg")
        AnswerPhoto.objects.create(answer=answer, file=file, position=position)
    drafts.submit(answer, people.executor, now)
    drafts.approve(answer, people.approver, now, answer.version)
    answer.refresh_from_db()
    return answer


def give_key(account: Account, kind: str, secret: str) -> None:
    Token.objects.create(account=account, kind=kind, secret=secret, per_second=1000)
