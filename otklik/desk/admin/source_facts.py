"""What the page of sources says: when each was heard of last, what it yields, how much is noise, what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.health.words import plain
from otklik.desk.format import duration, network_title
from otklik.inbox.models import Message
from otklik.incidents.models import State
from otklik.lib.redact import redact
from otklik.networks.legal import Allowed, all_allowed
from otklik.networks.models import Reconciliation, Source
from otklik.networks.outage import reading_back
from otklik.networks.registry import NETWORKS
from otklik.reports.arithmetic import Share
from otklik.work.translated import translated

LOOKED_BACK = timedelta(days=7)
SILENT = timedelta(hours=1)  # a source that nobody has looked at for so long has been forgotten by somebody
STATES = {
    "": gettext_lazy("Все состояния"),
    "works": gettext_lazy("Читаются"),
    "wrong": gettext_lazy("Что-то не так"),
    "off": gettext_lazy("Выключены"),
}


class Health(NamedTuple):
    """`tone` is the chip's colour; `why` what is wrong, `advice` what to do, "" when all is well."""

    words: str
    tone: str
    why: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One source. `messages` of the last seven days, `noise` the part of them that is no matter of ours, in percent;
    None where nothing was judged. `lag` is how long the last text took from the network to us. `whole`: until when
    all that was written there is here, None where that is being found out; `fleeting`: the network shows it once."""

    source: Source
    health: Health
    messages: int
    cards: int
    noise: int | None
    lag: str
    whole: datetime | None
    fleeting: bool


def all_sources() -> QuerySet[Source]:
    """The cursor is not read: a lost key of ours must not close the page on which that is seen."""
    last = Message.objects.filter(source=OuterRef("pk"), own=False).order_by("-pk")
    return (
        Source.objects.exclude(kind=Source.Kind.LINK)
        .defer("cursor", "reconciliation__cursor")
        .select_related("account", "place", "reconciliation")
        .annotate(
            last_posted=Subquery(last.values("posted_at")[:1]), last_captured=Subquery(last.values("captured_at")[:1])
        )
    )


def in_state(sources: QuerySet[Source], state: str) -> QuerySet[Source]:
    wrong = Q(set_aside_at__isnull=False) | Q(failures__gt=0) | Q(account__stopped_at__isnull=False)
    wrong |= Q(account__active=False)
    if state == "off":
        return sources.filter(active=False)
    if state == "wrong":
        return sources.filter(wrong, active=True)
    return sources.filter(~wrong, active=True) if state == "works" else sources


def rows_of(sources: Iterable[Source], now: datetime) -> list[Row]:
    """Three queries, however many they are."""
    shown = list(sources)
    allowed, weighed = all_allowed(), _weighed([one.pk for one in shown], now)
    return [_row(one, allowed, weighed.get(one.pk, (0, 0, 0)), now) for one in shown]


def _row(source: Source, allowed: Mapping[str, Allowed], weighed: tuple[int, int, int], now: datetime) -> Row:
    messages, cards, noise = weighed
    return Row(
        source,
        health_of(source, allowed, now),
        messages,
        cards - noise,
        Share(noise, cards).percent,
        _lag(source),
        _whole_until(source),
        source.network in NETWORKS and NETWORKS[source.network].tells_once,
    )


def _whole_until(source: Source) -> datetime | None:
    """Where old posts cannot be read again, a look goes on from the last one, and so tells all up to itself."""
    if reading_back(source) is None:
        return source.last_poll_at
    row: Reconciliation | None = getattr(source, "reconciliation", None)
    return row.whole_until if row else None


def _weighed(sources: list[int], now: datetime) -> dict[int, tuple[int, int, int]]:
    """By source: messages, those of them that stand on a card, and those whose card was put aside as noise."""
    recent = Message.objects.filter(source__in=sources, own=False, captured_at__gte=now - LOOKED_BACK)
    on_card = Count("pk", filter=Q(links__isnull=False), distinct=True)
    noise = Count("pk", filter=Q(links__incident__state=State.NOISE), distinct=True)
    counted = recent.order_by().values("source").annotate(all=Count("pk", distinct=True), on_card=on_card, noise=noise)
    return {one["source"]: (one["all"], one["on_card"], one["noise"]) for one in counted}


def _lag(source: Source) -> str:
    posted, captured = getattr(source, "last_posted", None), getattr(source, "last_captured", None)
    if posted is None or captured is None:
        return ""
    seconds = max((captured - posted).total_seconds(), 0)
    return _("%d\u00a0с") % seconds if seconds < 60 else duration(seconds)


def health_of(source: Source, allowed: Mapping[str, Allowed], now: datetime) -> Health:
    """The first thing that is wrong, from the outside in."""
    account = source.account
    if not source.active:
        return Health(_("выключен"), "", advice=_("Не читается. Включите, когда понадобится."))
    if not allowed[source.network].read:
        why = _("Сеть «%s» выключена.") % network_title(source.network)
        return Health(_("не читается"), "chip-soon", why, _("Её включает администратор на странице «Сети»."))
    if not account.active:
        return Health(_("не читается"), "chip-late", _("Аккаунт «%s» выключен.") % account.title, _("Включите его."))
    if account.stopped_at:
        why = translated(redact(account.stop_reason))
        return Health(_("не читается"), "chip-late", why, _("Запишите новый ключ аккаунта «%s».") % account.title)
    if source.set_aside_at:
        return Health(_("ждёт человека"), "chip-late", _error(source), _("Исправьте и нажмите «Прочесть сейчас»."))
    if source.failures:
        return Health(_("не получается"), "chip-soon", _error(source), _("Повторим сами."))
    if source.last_poll_at is None:
        return Health(_("ещё не читался"), "chip-soon", advice=_("Прочтём, как только обработчик до него дойдёт."))
    if now - source.last_poll_at > SILENT:
        return Health(_("давно не читался"), "chip-soon", advice=_("Проверьте, работает ли обработчик."))
    return Health(_("читается"), "chip-good")


def _error(source: Source) -> str:
    return plain(source.error) or _("Причина не записана.")


def ordered(sources: QuerySet[Source]) -> QuerySet[Source]:
    """What is wrong first, then by title."""
    return sources.order_by(F("set_aside_at").asc(nulls_last=True), "-failures", "title", "pk")
