"""A small region on the test database, joined to a sandbox's town: enough for a complaint to go all the way."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from otklik.flow.loop import drain, turn_once
from otklik.flow.steps import FLOW, Lane
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.networks.access import door
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.routing.models import Rule
from otklik.themes.models import Classifier, Theme, ThemeGroup
from tests.sandbox.town import Town

PASSWORD = "correct horse battery staple"
FETCH = next(step for step in FLOW if step.name == "fetch")


@dataclass
class Region:
    """People of every kind; `own` is the town's community with its own voice, `guest` an agency's voice."""

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
    own: Account
    guest: Account
    source: Source


@lru_cache(maxsize=1)
def hashed() -> str:
    return make_password(PASSWORD)


def user(name: str, role: str, agency: Agency | None = None) -> User:
    """A user with one grant. The password is the same for all, and hashed once: hashing is slow on purpose."""
    made = User.objects.create(username=name, password=hashed(), last_name=name.title(), first_name="Имя")
    Grant.objects.create(user=made, role=role, agency=agency)
    return made


def build_people() -> dict[str, Any]:
    """Places, one theme, two agencies with a rule, and a user of each kind; no networks."""
    krai = Place.objects.create(code="krai", level=Place.Level.REGION, name="Край")
    city = Place.objects.create(
        code="rechnoy", level=Place.Level.MUNICIPALITY, kind="город", name="Речной", parent=krai, population=90_000
    )
    classifier = Classifier.objects.create(version="test", in_force_from=date(2026, 1, 1))
    group = ThemeGroup.objects.create(classifier=classifier, code="blago", name="Благоустройство")
    theme = Theme.objects.create(
        group=group,
        code="blago.svet",
        name="Неработающее наружное освещение",
        keywords=["фонарь", "не горит фонарь", "освещение", "темно"],
        severity=3,
    )
    Theme.objects.create(group=group, code="blago.yamy", name="Ямы во дворах", keywords=["яма", "двор"])
    agency = Agency.objects.create(code="gorsvet", name="Горсвет Речного", short_name="Горсвет")
    other = Agency.objects.create(code="vodokanal", name="Водоканал Речного", short_name="Водоканал")
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
    door.cache_clear()
    people = build_people()
    own = Account.objects.create(
        network="vk", external_id=str(town.group), title="Город Речной", sandbox=True, options={"wait": 0}
    )
    guest = Account.objects.create(
        network="vk",
        external_id=str(town.guest),
        title="Дорожная служба",
        sandbox=True,
        agency=people["agency"],
        hook_secret="hook-secret-for-tests",
    )
    for account, community in ((own, town.token), (guest, town.guest_token)):
        for kind, secret in (("community", community), ("service", town.service)):
            Token.objects.create(account=account, kind=kind, secret=secret, per_second=1000)
    Token.objects.create(account=guest, kind="user", secret=town.admin, per_second=1000)
    source = Source.objects.create(
        network="vk",
        kind=Source.Kind.OWN,
        external_id=str(town.group),
        title="Город Речной",
        account=own,
        place=people["place"],
        due_at=clock.now(),
    )
    return Region(own=own, guest=guest, source=source, **people)


def listen() -> None:
    """Read every source once and let what was heard go through all steps that do not read."""
    for source in Source.objects.all():
        Source.objects.exclude(pk=source.pk).update(due_at=None)
        Source.objects.filter(pk=source.pk).update(due_at=clock.now())
        turn_once(FETCH)
    Source.objects.update(due_at=None)
    settle()


def settle() -> None:
    """Let everything that is due run to its end."""
    drain(lanes=frozenset({Lane.THINK, Lane.SPEAK, Lane.ASK}))


def only_card() -> Incident:
    """The one card there is."""
    return Incident.objects.get()
