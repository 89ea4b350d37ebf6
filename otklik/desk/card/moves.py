"""Verbs that move a card: assign, take, give back, go on, close, open again. Each is a resource of the incident."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.desk.card.facts import hint_of, seen_of
from otklik.desk.card.journal_words import RETURN_REASONS
from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.reply import card_again, refusal, telling_conflicts, typed
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.desk.queue.moves import assigned_words
from otklik.desk.undo.keep import undoable
from otklik.feedback import hear
from otklik.feedback.closing import close, close_unanswered
from otklik.incidents.gathering import together
from otklik.incidents.models import CloseReason, Incident
from otklik.incidents.taking import must_not_be_anothers
from otklik.incidents.workflow import NotAllowed, move, record
from otklik.lib import clock
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign, give_back
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme

CLOSE_REASONS = (CloseReason.SATISFIED, CloseReason.POINTLESS, CloseReason.DELETED)
UNANSWERED_REASONS = (CloseReason.NO_ANSWER_NEEDED, CloseReason.DELETED, CloseReason.POINTLESS)


@require_POST
@permitted()
@telling_conflicts
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the card to an agency, with its theme, place and kind."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "assign")
    agency = Agency.objects.filter(pk=integer(request.POST.get("agency")), active=True).first()
    if agency is None:
        return refusal(request, pk, 422, _("Выберите, кому назначить."))
    decision, place = _decision(request, incident, agency), place_in_queue(request, incident)
    with undoable([incident], "assign", user_of(request)) as batch:
        must_not_be_anothers(incident, user_of(request), clock.now())
        # «Assign» may start from «assigned», so the second of two operators would undo what the first one did.
        now = Incident.objects.get(pk=pk)
        if request.POST.get("seen", "") != seen_of(now):
            raise NotAllowed("assign", now.state)
        assigned = assign(now, decision, user_of(request), clock.now())
    return onward(request, place, incident, assigned_words(assigned) if place else "", batch.key)


def _decision(request: HttpRequest, incident: Incident, agency: Agency) -> Decision:
    today = timezone.localdate(clock.now())
    theme = (
        Theme.objects.filter(in_force(today))
        .select_related("group")
        .filter(pk=integer(request.POST.get("theme")))
        .first()
    )
    place = Place.objects.filter(pk=integer(request.POST.get("place"))).first()
    kind = request.POST.get("kind", "")
    hint = hint_of(incident)
    taken = hint is not None and (hint.agency_id, hint.verdict.theme_id, hint.verdict.place_id) == (
        agency.pk,
        theme.pk if theme else None,
        place.pk if place else None,
    )
    return Decision(
        agency=agency,
        theme=theme,
        place=place,
        kind=kind if kind in Theme.Kind.values else "",
        street=typed(request, "street", 160),
        house=typed(request, "house", 32),
        suggested=taken,
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
    return card_again(request, pk, batch.key)


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
