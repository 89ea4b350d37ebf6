"""What is there and what is missing for the first answer. Two questions to the database, whatever its size."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from otklik.backups.models import OLD, copied_since
from otklik.desk.models import StartStep
from otklik.desk.shell import WORKER_SILENT_AFTER
from otklik.desk.start.words import BETTER, MUST, WORDS
from otklik.flow.models import Worker
from otklik.incidents.models import Incident
from otklik.networks.legal import Allowed
from otklik.networks.models import Account, Source, Token
from otklik.people.models import Agency, Grant, Role, User
from otklik.places.models import Place
from otklik.publishing.models import Sent
from otklik.routing.models import Norm
from otklik.routing.rule_use import fallback
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme


@dataclass(frozen=True, slots=True)
class Line:
    """`must`: no answer goes out without it. `button` leads to where it is done."""

    code: str
    there: bool
    must: bool
    title: Any
    words: Any
    address: str
    button: Any


def there(user: User, now: datetime, allowed: Mapping[str, Allowed]) -> dict[str, bool]:
    """By the codes of `lines`, and "heard" and "answered". `allowed` is what may be done in each network."""
    asked = {code: Exists(rows) for code, rows in _rows(user, now, allowed).items()}
    told = User.objects.filter(pk=user.pk).values_list(*asked.values()).get()
    return dict(zip(asked, map(bool, told), strict=True))


def _rows(user: User, now: datetime, allowed: Mapping[str, Allowed]) -> dict[str, QuerySet[Any, Any]]:
    read = [kind for kind, one in allowed.items() if one.read]
    speak = [kind for kind, one in allowed.items() if one.speak]
    voices = Account.objects.filter(active=True, stopped_at=None, pk__in=Token.objects.values("account"))
    sources = Source.objects.filter(active=True, account__in=voices, network__in=read)
    return {
        "worker": Worker.objects.filter(seen_at__gte=now - WORKER_SILENT_AFTER),
        "theme": Theme.objects.filter(in_force(localdate(now))),
        "norm": Norm.objects.filter(clock=Norm.Clock.FIRST_ANSWER, until=None),
        "agency": Agency.objects.filter(active=True),
        "account": voices,
        "speech": voices.filter(network__in=speak),
        "source": sources,
        "reading": sources.filter(Q(last_poll_at__isnull=False) | Q(last_event_at__isnull=False)),
        "operator": _people(Role.OPERATOR, Role.CURATOR),
        "executor": _people(Role.EXECUTOR),
        "approver": _people(Role.APPROVER),
        "place": Place.objects.filter(level=Place.Level.MUNICIPALITY),
        "fallback": fallback(localdate(now)),
        "mail": StartStep.objects.filter(name="mail", passed=False),
        "copy": copied_since(now - OLD),
        "second": _people(Role.ADMINISTRATOR).exclude(user=user),
        "heard": Incident.objects.all(),
        "answered": Sent.objects.all(),
    }


def _people(*roles: Role) -> QuerySet[Grant]:
    """Grants of those who can sign in."""
    able = Q(user__is_active=True) & ~Q(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return Grant.objects.filter(able, role__in=roles)


def lines(found: Mapping[str, bool]) -> list[Line]:
    """What the first answer needs, in the order in which it is done, then what is better to have."""
    needed = [_line(code, found[code], True) for code in MUST]
    return [*needed, *(_line(code, found[code], False) for code in BETTER)]


def _line(code: str, is_there: bool, must: bool) -> Line:
    title, words, name, button = WORDS[code]
    return Line(code, is_there, must, title, words, reverse(name) if name else "", button)
