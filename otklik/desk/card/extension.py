"""«Продлить срок» on the card: an agency asks with a reason and a day, an operator or a curator decides."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from otklik.desk.card.reply import card_again, refusal, telling_conflicts, typed
from otklik.desk.gate import card_for, day_in, integer, must_be_allowed, permitted, user_of
from otklik.incidents.cards import may_move, may_on
from otklik.incidents.handing import HELD, answers_for, leads
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.days import day_of
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.routing import extensions
from otklik.routing.models import Extension
from otklik.work.colleagues import leaders
from otklik.work.models import Notice
from otklik.work.notices import tell
from otklik.work.undo import undoable

WORDS = {
    "past": gettext_lazy("Этот день уже прошёл: выберите другой."),
    "far": gettext_lazy("Срок можно продлить не больше чем на 90 дней."),
    "earlier": gettext_lazy("Этот день не позже нынешнего срока: выберите более поздний."),
    "asked": gettext_lazy("Продлить срок уже попросили: дождитесь решения."),
    "decided": gettext_lazy("Эту просьбу уже решили. Ничего не сделано."),
    "no_clock": gettext_lazy("Ответ уже дан: продлевать нечего."),
    "promise": gettext_lazy("Жителю уже назван день: новый скажите ему промежуточным ответом («Новый срок»)."),
    "state": gettext_lazy("Карточка уже не у вас в работе: продлить срок нельзя."),
}
LATE = ("asked", "decided", "no_clock", "promise", "state")


@require_POST
@permitted()
@telling_conflicts
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a later day; `until` and `reason`. Whoever leads the agency is told."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "take")
    reason, until = typed(request, "reason"), day_in(request.POST.get("until", ""))
    if until is None:
        return refusal(request, pk, 422, _("Укажите, до какого дня продлить срок."))
    if not reason:
        return refusal(request, pk, 422, _("Напишите, почему не успеваете: без причины срок не продлят."))
    try:
        with undoable([incident], "extension_ask", user_of(request)) as batch:
            asked = extensions.ask(incident, until, reason, user_of(request), clock.now())
            tell(leaders(incident), Notice.Kind.ASKED, by=asked.asked_by, at=asked.asked_at, incident=incident)
    except extensions.Untimely as error:
        return _untimely(request, pk, error)
    return card_again(request, pk, batch.key)


@require_POST
@permitted()
@telling_conflicts
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """`verdict` is grant or refuse, of the ask `extension`; a refusal says why. Nobody decides his own ask,
    administrators excepted. Whoever asked is told."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    asked = Extension.objects.select_related("incident", "asked_by").filter(
        pk=integer(request.POST.get("extension")), incident=incident
    )
    extension, user, words = asked.first(), user_of(request), typed(request, "words")
    if extension is None:
        raise Http404
    if extension.asked_by_id == user.pk and not may_on(user, incident, {Permission.ADMINISTRATE}):
        return refusal(request, pk, 403, _("Свою просьбу решаете не вы: её увидит оператор или другой куратор."))
    granted = request.POST.get("verdict") == "grant"
    if not granted and not words:
        return refusal(request, pk, 422, _("Напишите, почему отказываете: это прочтёт тот, кто просил."))
    at = clock.now()
    try:
        with undoable([incident], "extension_decide", user) as batch:
            (extensions.grant if granted else extensions.refuse)(extension, words, user, at)
            kind = Notice.Kind.GRANTED if granted else Notice.Kind.REFUSED
            tell([extension.asked_by], kind, by=user, at=at, incident=incident)
    except extensions.Untimely as error:
        return _untimely(request, pk, error)
    return card_again(request, pk, batch.key)


def _untimely(request: HttpRequest, pk: int, error: extensions.Untimely) -> HttpResponse:
    return refusal(request, pk, 409 if error.why in LATE else 422, str(WORDS[error.why]))


@dataclass(frozen=True, slots=True)
class Here:
    """Who answers the card, what was asked about its limit, and what the reader may do about both."""

    executor: str
    mine: bool
    asked: dict[str, Any] | None
    last: dict[str, Any] | None
    may_ask: bool
    may_decide: bool
    may_take: bool
    may_hand: bool
    soonest: date
    latest: date


def here(incident: Incident, user: User, now: datetime) -> Here | None:
    """One query; None for a card that no agency works on."""
    if incident.state not in HELD or incident.agency is None:
        return None
    rows = _rows(incident)
    told = [_told(row) for row in rows if row["extension_pk"]]
    told = [one for one in told if not extensions.lapsed(one["asked_at"], incident)]
    asked = next((one for one in told if one["state"] == Extension.State.ASKED), None)
    today = day_of(now)
    return Here(
        executor=_name(rows[0], "executor") if rows else "",
        mine=incident.executor_id == user.pk,
        asked=asked,
        last=told[0] if told and asked is None else None,
        may_ask=asked is None and incident.state in extensions.ASKED_IN and may_move(user, incident, "take"),
        may_decide=asked is not None and may_move(user, incident, "assign"),
        may_take=incident.executor_id != user.pk and answers_for(user, incident),
        may_hand=leads(user, incident),
        soonest=today,
        latest=today + extensions.LONGEST,
    )


_NAMES = ("pk", "username", "first_name", "last_name", "patronymic")
_ABOUT = ("pk", "state", "until", "reason", "words", "asked_at", "decided_at")


def _rows(incident: Incident) -> list[dict[str, Any]]:
    """The card's person in every row, and its last extensions, newest first."""
    columns = {
        **{f"executor_{name}": F(f"executor__{name}") for name in _NAMES},
        **{f"asked_{name}": F(f"extensions__asked_by__{name}") for name in _NAMES},
        **{f"decided_{name}": F(f"extensions__decided_by__{name}") for name in _NAMES},
        **{f"extension_{name}": F(f"extensions__{name}") for name in _ABOUT},
    }
    found: Any = Incident.objects.filter(pk=incident.pk).values(**columns).order_by("-extensions__pk")
    return list(found[:5])


def _told(row: dict[str, Any]) -> dict[str, Any]:
    names = {"who": _name(row, "asked"), "by": _name(row, "decided"), "who_pk": row["asked_pk"]}
    return {name: row[f"extension_{name}"] for name in _ABOUT} | names


def _name(row: dict[str, Any], prefix: str) -> str:
    if row[f"{prefix}_pk"] is None:
        return ""
    return User(**{name: row[f"{prefix}_{name}"] for name in _NAMES}).initials
