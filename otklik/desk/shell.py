"""What every page needs to draw its frame. All of it is lazy: a fragment that shows none of it asks nothing."""

from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Case, Exists, Expression, Q, Value, When
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from otklik.alerts.models import Trouble
from otklik.desk.health.rows import SEERS, anything_aside
from otklik.desk.together.notices import unseen
from otklik.desk.together.roles import WORKING
from otklik.flow.models import Worker
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, STAND_IN, Kept, keep, moment
from otklik.networks.models import Account
from otklik.people.access import grants_of, has_role
from otklik.people.models import Role, User

DUTY_SEERS = tuple(role for role in Role.values if role != Role.AUDITOR)
WORKER_SILENT_AFTER = timedelta(seconds=40)
ANSWERABLE = (Role.OPERATOR, Role.CURATOR, Role.ADMINISTRATOR)
LOOKS = {"light": _("Светлое"), "dark": _("Тёмное"), "": _("Системное")}


class Section(NamedTuple):
    """One link of the navigation: who sees it, and the icon's name in the sprite."""

    address: str
    title: Any
    icon: str
    roles: frozenset[str]


SECTIONS = (
    Section("/queue/", _("Очередь"), "inbox", frozenset({Role.OPERATOR, Role.CURATOR, Role.ADMINISTRATOR})),
    Section("/agency/", _("Моё ведомство"), "building", frozenset({Role.EXECUTOR, Role.CURATOR})),
    Section("/approvals/", _("Согласование"), "shield-check", frozenset({Role.APPROVER, Role.ADMINISTRATOR})),
    Section(
        "/statistics/",
        _("Статистика"),
        "chart-bar",
        frozenset({Role.HEAD, Role.OPERATOR, Role.CURATOR, Role.AUDITOR, Role.ADMINISTRATOR}),
    ),
    Section("/admin/", _("Управление"), "settings", frozenset({Role.ADMINISTRATOR})),
    Section("/admin/journal/", _("Журнал"), "history", frozenset({Role.AUDITOR})),
)


def sections_for(user: User) -> list[Section]:
    """The sections that this user's roles open, in the order of the bar."""
    mine = {grant.role for grant in grants_of(user)}
    return [section for section in SECTIONS if mine & section.roles]


class Pulse(NamedTuple):
    """A training installation; no worker seen lately, so nothing is read or sent; something waits for a person; how
    many notices the user has not seen."""

    training: bool
    silent: bool
    waits: bool
    unseen: int = 0


def health(user: User) -> Pulse:
    """In one query that hangs on the user's own row. `waits` is looked for only where the user sees «Состояние»."""
    told = {moment(LONG_AGO): moment(clock.now() - WORKER_SILENT_AFTER), STAND_IN: user.pk}
    rows = _question(connection.vendor, has_role(user, *SEERS)).ask(told)
    training, working, waits, new = rows[0] if rows else (False, True, False, 0)
    return Pulse(bool(training), not working, bool(waits), new)


@cache
def _question(_vendor: str, sees: bool) -> Kept:
    """It asks each step of the flow, and every page of the desk asks it."""
    alive = Worker.objects.filter(seen_at__gte=LONG_AGO)
    waits = _waits() if sees else Value(False, BooleanField())
    asked = Exists(Account.objects.filter(sandbox=True)), Exists(alive), waits, unseen()
    return keep(User.objects.filter(pk=STAND_IN).order_by().values_list(*asked))


def _waits() -> Expression:
    stopped = Exists(Account.objects.filter(active=True, stopped_at__isnull=False))
    mute = Exists(Trouble.objects.all())
    return Case(When(Q(stopped) | Q(mute) | anything_aside(), then=True), default=False, output_field=BooleanField())


def trains_strangers() -> bool:
    """Whether the pages before sign-in belong to a training installation."""
    return Account.objects.filter(sandbox=True).exists()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. One query a page beside those for the user and the grants."""
    user = getattr(request, "user", None)
    look = getattr(user, "look", "")
    known = SimpleLazyObject(
        lambda: health(user) if isinstance(user, User) else Pulse(trains_strangers(), False, False)
    )
    return {
        "region": settings.REGION,
        "sandbox_address": settings.SANDBOX_ADDRESS,
        "training": SimpleLazyObject(lambda: known.training),
        "worker_silent": SimpleLazyObject(lambda: known.silent),
        "sees_health": SimpleLazyObject(lambda: isinstance(user, User) and has_role(user, *SEERS)),
        "sees_undelivered": SimpleLazyObject(lambda: isinstance(user, User) and has_role(user, *ANSWERABLE)),
        "something_waits": SimpleLazyObject(lambda: known.silent or known.waits),
        "pulse": known,
        "hands_over": SimpleLazyObject(lambda: isinstance(user, User) and has_role(user, *WORKING)),
        "sees_duty": SimpleLazyObject(lambda: isinstance(user, User) and has_role(user, *DUTY_SEERS)),
        "stands_in_for": SimpleLazyObject(lambda: _absent(user) if isinstance(user, User) else []),
        "look": look if look in LOOKS and look else "auto",
        "looks": LOOKS,
        "sections": SimpleLazyObject(lambda: sections_for(user) if isinstance(user, User) else []),
        "roles_shown": SimpleLazyObject(lambda: _roles_shown(user)),
    }


def _absent(user: User) -> list[str]:
    """For whom he stands in now, by the grants that he was lent."""
    return list(dict.fromkeys(grant.user.initials for grant in grants_of(user) if grant.user_id != user.pk))


def _roles_shown(user: object) -> str:
    grants = grants_of(user) if isinstance(user, User) else []
    return ", ".join(dict.fromkeys(str(Role(grant.role).label) for grant in grants))
