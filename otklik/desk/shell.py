"""What every page needs to draw its frame. All of it is lazy: a fragment that shows none of it asks nothing."""

from datetime import timedelta
from functools import cache, reduce
from operator import or_
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import BooleanField, Case, Exists, Expression, Q, Value, When
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from otklik.backups.models import OLD, anything_wrong
from otklik.desk.admin.health.rows import SEERS, anything_aside
from otklik.desk.operator.shift.notices import unseen
from otklik.desk.rail import LEAVES, Item, Leaf, Rail, items_for, rail_for
from otklik.flow.models import Worker
from otklik.journal import seals
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, STAND_IN, Kept, keep, moment
from otklik.networks.models import Account
from otklik.notify.alerts.models import Trouble
from otklik.people.access import grants_of, has
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing.hold import STUCK, wanted
from otklik.publishing.models import Delivery

WORKER_SILENT_AFTER = timedelta(seconds=40)
# These stand in the kept question for the moments since which a copy is wanted, and a seal on an entry.
COPIED, SEALED = LONG_AGO + timedelta(days=1), LONG_AGO + timedelta(days=2)
LOOKS = {"light": _("Светлое"), "dark": _("Тёмное"), "": _("Системное")}


def leaves_for(user: User, path: str) -> list[Leaf]:
    """The row of links of a page of figures; none on any other, and none for whoever reads no figures."""
    return (
        list(LEAVES) if any(path.startswith(leaf.address) for leaf in LEAVES) and has(user, Permission.FIGURES) else []
    )


def sections_for(user: User) -> list[Item]:
    """Where this user's day can begin; first of all the place where it does."""
    return [item for item in items_for(user) if item.starts]


class Pulse(NamedTuple):
    """A training installation; no worker seen lately, so nothing is read or sent; something waits for a person; how
    many notices the user has not seen."""

    training: bool
    silent: bool
    waits: bool
    unseen: int = 0


def health(user: User) -> Pulse:
    """In one query that hangs on the user's own row. `waits` is looked for only where the user sees «Состояние»."""
    now = clock.now()
    since = {LONG_AGO: WORKER_SILENT_AFTER, COPIED: OLD, SEALED: seals.LATE}
    params = {moment(stand_in): moment(now - ago) for stand_in, ago in since.items()} | {STAND_IN: user.pk}
    rows = _question(connection.vendor, has(user, *SEERS), settings.NIGHTLY_COPIES > 0).ask(params)
    training, working, waits, new = rows[0] if rows else (False, True, False, 0)
    return Pulse(bool(training), not working, bool(waits), new)


@cache
def _question(_vendor: str, sees: bool, copies: bool) -> Kept:
    """It asks each step of the flow, and every page of the desk asks it."""
    alive = Worker.objects.filter(seen_at__gte=LONG_AGO)
    waits = _waits(copies) if sees else Value(False, BooleanField())
    asked = Exists(Account.objects.filter(sandbox=True)), Exists(alive), waits, unseen()
    return keep(User.objects.filter(pk=STAND_IN).order_by().values_list(*asked))


def _waits(copies: bool) -> Expression:
    stopped = Exists(Account.objects.filter(active=True, stopped_at__isnull=False))
    mute = Exists(Trouble.objects.all())
    unsaid = (Exists(wanted(Delivery.objects.filter(way))) for way in STUCK)
    unsealed = Exists(seals.late(SEALED))
    wrong = reduce(or_, unsaid, Q(stopped) | Q(mute) | Q(unsealed)) | anything_aside()
    wrong |= anything_wrong(COPIED, nightly=copies)
    return Case(When(wrong, then=True), default=False, output_field=BooleanField())


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

    def rail() -> Rail | None:
        if not isinstance(user, User):
            return None
        return rail_for(user, request, alarm=has(user, *SEERS) and (known.silent or known.waits))

    return {
        "region": settings.REGION,
        "single_signon": settings.OIDC_TITLE if settings.OIDC_ISSUER else "",
        "sandbox_address": settings.SANDBOX_ADDRESS,
        "training": SimpleLazyObject(lambda: known.training),
        "worker_silent": SimpleLazyObject(lambda: known.silent),
        "pulse": known,
        "sorts": SimpleLazyObject(lambda: isinstance(user, User) and has(user, Permission.JUDGE)),
        "is_substituted": SimpleLazyObject(lambda: isinstance(user, User) and has(user, *Permission)),
        "stands_in_for": SimpleLazyObject(lambda: _absent(user) if isinstance(user, User) else []),
        "look": look if look in LOOKS and look else "auto",
        "looks": LOOKS,
        "sections": SimpleLazyObject(lambda: sections_for(user) if isinstance(user, User) else []),
        "rail": SimpleLazyObject(rail),
        "leaves": SimpleLazyObject(lambda: leaves_for(user, request.path) if isinstance(user, User) else []),
        "roles_shown": SimpleLazyObject(lambda: _roles_shown(user)),
    }


def _absent(user: User) -> list[str]:
    """For whom he stands in now, by the grants that he was lent."""
    return list(dict.fromkeys(grant.user.initials for grant in grants_of(user) if grant.user_id != user.pk))


def _roles_shown(user: object) -> str:
    grants = grants_of(user) if isinstance(user, User) else []
    return ", ".join(dict.fromkeys(grant.title for grant in grants))
