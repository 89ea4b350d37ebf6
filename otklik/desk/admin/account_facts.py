"""What the pages of accounts say: the state in words, the keys without their letters, what hangs on an account."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.redact import redact
from otklik.networks.ends import FIELDS, dying
from otklik.networks.models import Account, Source, Token
from otklik.networks.registry import NETWORKS, key_title
from otklik.publishing.models import Delivery
from otklik.work.translated import translated

SECRETS = ("hook_key", "hook_secret", "confirmation", "options")
ON_THE_WAY = (Delivery.State.QUEUED, Delivery.State.SENDING, Delivery.State.UNKNOWN)
MOST_LOOKED = 100  # entries about keys of one account, newest first

STATES = {
    "": gettext_lazy("Все состояния"),
    "works": gettext_lazy("Работают"),
    "stopped": gettext_lazy("Остановлены"),
    "keyless": gettext_lazy("Без ключей"),
    "off": gettext_lazy("Выключены"),
}


class State(NamedTuple):
    """`tone` is the chip's colour, `since` when it stopped; `why` are the network's words, `advice` what to do."""

    name: str
    words: str
    tone: str
    since: datetime | None = None
    why: str = ""
    advice: str = ""


class Key(NamedTuple):
    """A kind of key: `use` is what it is for, `where` it is found in the network's settings; whether there is one, and
    when it was written down (None: before the journal knew)."""

    kind: str
    title: str
    use: str
    where: str
    there: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    account: Account
    state: State
    sources: int
    waiting: int


def all_accounts() -> QuerySet[Account]:
    """None of their secrets is read: a lost key of ours must not close the page on which that is mended."""
    return Account.objects.defer(*SECRETS).select_related("agency")


def in_state(accounts: QuerySet[Account], state: str) -> QuerySet[Account]:
    if state == "off":
        return accounts.filter(active=False)
    if state == "stopped":
        return accounts.filter(active=True, stopped_at__isnull=False)
    if state in ("keyless", "works"):
        keyed = Exists(Token.objects.filter(account=OuterRef("pk")))
        return accounts.filter(keyed if state == "works" else ~keyed, active=True, stopped_at__isnull=True)
    return accounts


def state_of(account: Account, keyed: bool, ending: tuple[str, datetime] | None = None) -> State:
    """`ending` is the key that dies first, if that is soon, and when."""
    if not account.active:
        return State("off", _("выключен"), "", advice=_("Не читает и не отвечает. Включите, когда понадобится."))
    if account.stopped_at:
        why = translated(redact(account.stop_reason)).strip() or _("Причина не записана.")
        advice = _("Запишите новый ключ, и аккаунт включится сам. Если ключ в порядке, включите аккаунт снова.")
        return State("stopped", _("остановлен"), "chip-late", account.stopped_at, why, advice)
    if not keyed:
        return State("keyless", _("без ключа"), "chip-soon", advice=_("Запишите ключ: без него сеть ничего не отдаёт."))
    if ending:
        kind, at = ending
        params = {"key": translated(key_title(kind, account.network)), "day": date_format(localtime(at), "j E")}
        advice = _("Ключ «%(key)s» умрёт %(day)s: запишите новый до этого дня.") % params
        return State("works", _("работает"), "chip-soon", advice=advice)
    return State("works", _("работает"), "chip-good")


def rows_of(accounts: Iterable[Account]) -> list[Row]:
    """Three queries, however many they are."""
    shown = list(accounts)
    ids = [one.pk for one in shown]
    keys = list(Token.objects.filter(account__in=ids).values_list(*FIELDS))
    keyed, ends = {key[0] for key in keys}, dying(keys, clock.now())
    read = _counted(Source.objects.filter(account__in=ids, active=True))
    waiting = _counted(Delivery.objects.filter(account__in=ids, state__in=ON_THE_WAY))
    return [
        Row(one, state_of(one, one.pk in keyed, ends.get(one.pk)), read.get(one.pk, 0), waiting.get(one.pk, 0))
        for one in shown
    ]


def _counted(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("account").annotate(number=Count("pk")))


def keys_of(account: Account) -> list[Key]:
    """The kinds that the network knows, and whatever else the account has. Two queries, and no key is read."""
    there = set(Token.objects.filter(account=account).values_list("kind", flat=True))
    entries = Entry.objects.filter(subject=f"account:{account.pk}", verb="account.key").order_by("-pk")
    written: dict[str, datetime] = {}
    for at, data in entries.values_list("at", "data")[:MOST_LOOKED]:
        written.setdefault(data.get("kind", ""), at)
    network = NETWORKS.get(account.network)
    known = {key.kind: key for key in network.keys} if network else {}
    shown = [
        Key(kind, translated(key.title), translated(key.use), translated(key.where), kind in there, written.get(kind))
        for kind, key in known.items()
    ]
    return shown + [Key(kind, kind, "", "", True, written.get(kind)) for kind in sorted(there.difference(known))]
