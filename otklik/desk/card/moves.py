"""Verbs that move a card: assign, take, give back, go on, close, open again. Each is a resource of the incident."""

from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Subquery
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import seen_of
from otklik.desk.card.journal_words import RETURN_REASONS
from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.reply import card_again, refusal, telling_conflicts, typed
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.desk.queue.moves import assigned_words
from otklik.feedback import hear
from otklik.feedback.closing import close, close_unanswered
from otklik.incidents.gathering import together
from otklik.incidents.models import CloseReason, Incident
from otklik.incidents.taking import must_not_be_anothers
from otklik.incidents.workflow import NotAllowed, move, record
from otklik.lib import clock
from otklik.lib.kept import LONG_AGO, STAND_IN, KeptRows, keep_rows, stand_ins, whole_day
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign, give_back
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.work.undo import undoable

CLOSE_REASONS = (CloseReason.SATISFIED, CloseReason.POINTLESS, CloseReason.DELETED)
UNANSWERED_REASONS = (CloseReason.NO_ANSWER_NEEDED, CloseReason.DELETED, CloseReason.POINTLESS)


@require_POST
@permitted()
@telling_conflicts
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the card to an agency, with its theme, place and kind."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    agencies = _chosen(connection.vendor).ask({_AGENCY: integer(request.POST.get("agency")), _CARD: pk})
    if not agencies:
        return refusal(request, pk, 422, _("Выберите, кому назначить."))
    (agency,) = agencies
    decision, place = _decision(request, agency), place_in_queue(request, incident)
    with undoable([incident], "assign", user_of(request)) as batch:
        now = must_not_be_anothers(incident, user_of(request), clock.now())
        # «Assign» may start from «assigned», so the second of two operators would undo what the first one did.
        if request.POST.get("seen", "") != seen_of(now):
            raise NotAllowed("assign", now.state)
        assigned = assign(now, decision, user_of(request), clock.now(), fresh=True)
    if place is None:
        return card_again(request, pk, batch.key, stands=assigned)
    return onward(request, place, incident, assigned_words(assigned), batch.key)


_AGENCY, _CARD = stand_ins(2)


@cache
def _chosen(vendor: str) -> KeptRows[Agency]:
    """The agency that was chosen, if it is active, with what the machine suggests for the card, as in `hint_of`."""
    way = "message__links__incident__suggestions"
    verdicts = Verdict.objects.filter(message__links__incident=_CARD, message__links__main=True)
    hint = JSONObject(agency=f"{way}__agency_id", theme="theme_id", place="place_id")
    newest = verdicts.order_by("-pk", f"-{way}__pk").values(hint=hint)[:1]
    return keep_rows(Agency.objects.filter(pk=_AGENCY, active=True).annotate(hint=Subquery(newest)))


@cache
def _theme(vendor: str) -> KeptRows[Theme]:
    return keep_rows(Theme.objects.filter(in_force(LONG_AGO.date()), pk=STAND_IN).select_related("group"))


@cache
def _place(vendor: str) -> KeptRows[Place]:
    return keep_rows(Place.objects.filter(pk=STAND_IN))


def _decision(request: HttpRequest, agency: Any) -> Decision:
    """`agency` as `_chosen` gives it."""
    today = {whole_day(LONG_AGO.date()): whole_day(timezone.localdate(clock.now()))}
    themes = _theme(connection.vendor).ask(today | {STAND_IN: integer(request.POST.get("theme"))})
    places = _place(connection.vendor).ask({STAND_IN: integer(request.POST.get("place"))})
    theme, place = next(iter(themes), None), next(iter(places), None)
    kind = request.POST.get("kind", "")
    chosen = {"agency": agency.pk, "theme": theme.pk if theme else None, "place": place.pk if place else None}
    return Decision(
        agency=agency,
        theme=theme,
        place=place,
        kind=kind if kind in Theme.Kind.values else "",
        street=typed(request, "street", 160),
        house=typed(request, "house", 32),
        suggested=agency.hint == chosen,
    )


@require_POST
@permitted()
@telling_conflicts
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an assigned card in work, or go on with a postponed one."""
    incident = card_for(request, pk)
    verb = "resume" if incident.state == "postponed" else "take"
    must_be_allowed(request, incident, verb)
    with undoable([incident], verb, user_of(request)) as batch:
        move(incident, verb, at=clock.now(), actor=_actor(request))
    return card_again(request, pk, batch.key, stands=incident)


@require_POST
@permitted()
@telling_conflicts
def giving_back(request: HttpRequest, pk: int) -> HttpResponse:
    """«Не наше»: back to the operator with a reason, in one click."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "give_back")
    reason = request.POST.get("reason", "")
    if reason not in RETURN_REASONS:
        return refusal(request, pk, 422, _("Выберите причину: почему это не ваше."))
    with undoable([incident], "give_back", user_of(request)) as batch:
        give_back(incident, user_of(request), clock.now(), reason, typed(request, "words"))
    return card_again(request, pk, batch.key)


@require_POST
@permitted()
@telling_conflicts
def closure(request: HttpRequest, pk: int) -> HttpResponse:
    """End a card after its answer. The kind must be known: who has not set it sets it here."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "close")
    reason = request.POST.get("reason", "")
    kind = incident.kind or request.POST.get("kind", "")
    if reason not in CLOSE_REASONS:
        return refusal(request, pk, 422, _("Выберите причину закрытия."))
    if kind not in Theme.Kind.values:
        return refusal(request, pk, 422, _("Укажите тип инцидента: без него карточку не закрыть."))
    with undoable(together(incident), "close", user_of(request)) as batch:
        close_as(incident, kind, reason, clock.now(), _actor(request))
    return card_again(request, pk, batch.key)


def close_as(incident: Incident, kind: str, reason: str, at: datetime, actor: str) -> None:
    """Of this kind from now on, and closed. Inside `hold`; raises as feedback.closing.close."""
    if kind != incident.kind:
        Incident.objects.filter(pk=incident.pk).update(kind=kind)
        incident.kind = kind
        record(incident, "kind", at=at, actor=actor, data={"kind": kind})
    close(incident, reason, at, actor)


@require_POST
@permitted()
@telling_conflicts
def closure_unanswered(request: HttpRequest, pk: int) -> HttpResponse:
    """End a card without an answer, with a reason."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "close_unanswered")
    reason = request.POST.get("reason", "")
    if reason not in UNANSWERED_REASONS:
        return refusal(request, pk, 422, _("Выберите, почему ответа не будет."))
    with undoable(together(incident), "close_unanswered", user_of(request)) as batch:
        close_unanswered(incident, reason, typed(request, "words"), clock.now(), _actor(request))
    return card_again(request, pk, batch.key)


@require_POST
@permitted()
@telling_conflicts
def reopening(request: HttpRequest, pk: int) -> HttpResponse:
    """The same card goes on, with the clocks it always had."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "reopen" if incident.agency_id else "reopen_unassigned")
    with undoable(together(incident), "reopen", user_of(request)) as batch:
        hear.reopen(incident, _actor(request), clock.now())
    return card_again(request, pk, batch.key)


def _actor(request: HttpRequest) -> str:
    return f"user:{user_of(request).pk}"
