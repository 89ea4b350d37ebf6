"""The list, its number for the menu, and the three ways to deal with a word."""

from contextlib import suppress

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.card.reply import card_again, is_fragment, refusal, typed
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.desk.responses.rows import DESK, page_of
from otklik.feedback import hear, word
from otklik.feedback.models import Rating, Solved
from otklik.incidents.gathering import together
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.work.undo import undoable

LEAST_WORDS = 3
CHOICES = {"solved_choices": Solved.choices}


@require_safe
@permitted(*DESK)
def responses(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone."""
    rows, following = page_of(user_of(request), integer(request.GET.get("before")))
    facts = {"rows": rows, "following": following, "later": integer(request.GET.get("before")) > 0, **CHOICES}
    page = "desk/responses/_list.html" if is_fragment(request) else "desk/responses/page.html"
    return render(request, page, facts)


@require_POST
@permitted(*DESK)
def reopening(request: HttpRequest, pk: int) -> HttpResponse:
    """The card goes on with the clocks it always had, and so do those that were answered with it."""
    rating, incident = _word_for(request, pk, "reopen")
    if rating.waits_since is None:
        return _too_late(request, incident.pk)
    try:
        with undoable(together(incident), "reopen", user_of(request)) as batch:
            hear.reopen(incident, f"user:{user_of(request).pk}", clock.now())
    except NotAllowed:
        return _too_late(request, incident.pk)
    return _done(request, incident.pk, _("№ %d: карточка открыта снова") % incident.number, batch.key)


@require_POST
@permitted(*DESK)
def explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """To the card's editor for one more answer; the word waits until that is said. An ended card must be opened for it
    first."""
    rating, incident = _word_for(request, pk, "reopen")
    if rating.waits_since is None:
        return _too_late(request, incident.pk)
    if incident.state == State.DONE:
        with suppress(NotAllowed), undoable(together(incident), "reopen", user_of(request)):
            hear.reopen(incident, f"user:{user_of(request).pk}", clock.now())
    return redirect(f"{reverse('incident', args=[incident.pk])}#r-answer")


@require_POST
@permitted(*DESK)
def noting(request: HttpRequest, pk: int) -> HttpResponse:
    """«Принять к сведению»: there is nothing more to do, and why."""
    rating, incident = _word_for(request, pk, "close")
    words = typed(request, "words", 500)
    if len(words) < LEAST_WORDS:
        return _told(request, incident.pk, _("Напишите, почему больше ничего делать не нужно."), 422)
    try:
        with undoable(together(incident), "word_noted", user_of(request)) as batch:
            word.note(rating, words, user_of(request), clock.now())
    except word.AlreadyDealt:
        return _too_late(request, incident.pk)
    return _done(request, incident.pk, _("№ %d: принято к сведению") % incident.number, batch.key)


def _word_for(request: HttpRequest, pk: int, verb: str) -> tuple[Rating, Incident]:
    rating = Rating.objects.filter(pk=pk).first()
    if rating is None:
        raise Http404
    incident = card_for(request, rating.incident_id)
    must_be_allowed(request, incident, verb)
    return rating, incident


def _too_late(request: HttpRequest, incident_pk: int) -> HttpResponse:
    return _told(request, incident_pk, _("Этот отклик уже разобрали. Ничего не сделано."), 409)


def _done(request: HttpRequest, incident_pk: int, words: str, batch: str) -> HttpResponse:
    if _speaks_json(request):
        return JsonResponse({"words": words, "undo": batch})
    if is_fragment(request):
        return card_again(request, incident_pk, batch)
    messages.success(request, words)
    return redirect("responses")


def _told(request: HttpRequest, incident_pk: int, words: str, status: int) -> HttpResponse:
    """Nothing was done, and why: in JSON for the list, beside the button on a card, else as a page."""
    if _speaks_json(request):
        return JsonResponse({"words": words}, status=status)
    if is_fragment(request):
        return refusal(request, incident_pk, status, words)
    rows, following = page_of(user_of(request), 0)
    facts = {"rows": rows, "following": following, "trouble": words, **CHOICES}
    return render(request, "desk/responses/page.html", facts, status=status)


def _speaks_json(request: HttpRequest) -> bool:
    return is_fragment(request) and request.headers.get("Accept", "").startswith("application/json")
