"""The list, its number for the menu, and the three ways to deal with a word."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Left
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from otklik.answers.models import Answer
from otklik.desk.card.press import do
from otklik.desk.card.rating import rating_for
from otklik.desk.card.reply import card_again, is_fragment, refusal
from otklik.desk.gate import must_be_allowed, permitted, user_of
from otklik.desk.listing import Key, Listing, Page
from otklik.feedback.models import Rating, Solved
from otklik.feedback.word import AlreadyDealt
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_through
from otklik.incidents.models import State
from otklik.incidents.workflow import MOVES
from otklik.people.models import User
from otklik.publishing.models import Delivery
from otklik.work.ratings import NOTE, REOPEN
from otklik.work.verb import Verb
from otklik.work.words import CONFLICTS, against

CHOICES = {"solved_choices": Solved.choices}
DESK = tuple(MOVES["reopen"].permissions)
SHOWN = 600
"""Characters of what was asked and answered; the card has it all."""


@dataclass(frozen=True, slots=True)
class Row:
    """One word: what the citizen `asked`, what we `answered`, and his `reply_text` ("" for marks alone).

    `reopens`: the card can be opened again; `explains`: one more answer can be written on it as it stands.
    """

    rating: Rating
    asked: str
    answered: str
    reply_text: str

    @property
    def reopens(self) -> bool:
        return self.rating.incident.state in MOVES["reopen"].before

    @property
    def explains(self) -> bool:
        return self.rating.incident.state in (State.RATING, State.POSTPONED)


LIST = Listing((Key("pk", falling=True),), {}, start="before")
"""The newest first."""


@require_safe
@permitted(*DESK)
def responses(request: HttpRequest) -> HttpResponse:
    """The page, or its list alone."""
    here = page_of(user_of(request), request.GET)
    facts = {"rows": here.rows, "following": here.following, "later": LIST.begins_later(request.GET), **CHOICES}
    page = "desk/responses/_list.html" if is_fragment(request) else "desk/responses/page.html"
    return render(request, page, facts)


def _dealing(verb: Verb[Rating, Any], words: Any) -> Callable[..., HttpResponseBase]:
    """The address of a verb that deals with a word; `words` say with the card's number that it is done."""

    @require_POST
    @permitted(*DESK)
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        rating = rating_for(request, pk)
        try:
            done = do(request, verb, rating)
        except CONFLICTS as error:
            status, why = against(error)
            return _refusal(request, rating.incident_id, why, status)
        return _done(request, rating.incident_id, words % rating.incident.number, done.batch)

    return pressed


reopening = _dealing(REOPEN, gettext_lazy("№ %d: карточка открыта снова"))
noting = _dealing(NOTE, gettext_lazy("№ %d: принято к сведению"))


@require_POST
@permitted(*DESK)
def explanation(request: HttpRequest, pk: int) -> HttpResponse:
    """To the card's editor for one more answer; the word waits until that is said. An ended card must be opened for it
    first."""
    rating = rating_for(request, pk)
    must_be_allowed(request, rating.incident, "reopen")
    if rating.waits_since is None:
        return _refusal(request, rating.incident_id, against(AlreadyDealt())[1], 409)
    if rating.incident.state == State.DONE:
        with suppress(AlreadyDealt):
            do(request, REOPEN, rating)
    return redirect(f"{reverse('incident', args=[rating.incident_id])}#r-answer")


def _done(request: HttpRequest, incident_pk: int, words: str, batch: str) -> HttpResponse:
    if _speaks_json(request):
        return JsonResponse({"words": words, "undo": batch})
    if is_fragment(request):
        return card_again(request, incident_pk, batch)
    messages.success(request, words)
    return redirect("responses")


def _refusal(request: HttpRequest, incident_pk: int, words: str, status: int) -> HttpResponse:
    """Nothing was done, and why: in JSON for the list, beside the button on a card, else as a page."""
    if _speaks_json(request):
        return JsonResponse({"words": words}, status=status)
    if is_fragment(request):
        return refusal(request, incident_pk, status, words)
    here = page_of(user_of(request), QueryDict())
    facts = {"rows": here.rows, "following": here.following, "trouble": words, **CHOICES}
    return render(request, "desk/responses/page.html", facts, status=status)


def _speaks_json(request: HttpRequest) -> bool:
    return is_fragment(request) and request.headers.get("Accept", "").startswith("application/json")


def waiting(user: User) -> QuerySet[Rating]:
    """All of them within the reader's reach."""
    return Rating.objects.filter(visible_through(user, "incident", DESK), waits_since__isnull=False)


def page_of(user: User, query: QueryDict) -> Page[Row]:
    mine = Message.objects.filter(links__incident=OuterRef("incident"), links__main=True)
    ours = Delivery.objects.filter(
        answer__incident=OuterRef("incident"),
        answer__kind__in=(Answer.Kind.FINAL, Answer.Kind.FIRST, Answer.Kind.INTERIM),
        state=Delivery.State.SENT,
    )
    words = waiting(user).select_related("incident__agency", "incident__place", "message")
    words = words.annotate(
        asked=Subquery(mine.values(beginning=Left("text", SHOWN + 1))[:1]),
        answered=Coalesce(
            Left("survey__sent__delivery__answer__text", SHOWN + 1),
            Subquery(ours.order_by("-pk").values(beginning=Left("answer__text", SHOWN + 1))[:1]),
            output_field=CharField(),
        ),
    )
    page = LIST.page(words, query)
    return Page([_row(rating) for rating in page.rows], page.following)


def _row(rating: Rating) -> Row:
    text = rating.reason or (rating.message.text if rating.message else "")
    return Row(rating, getattr(rating, "asked", "") or "", getattr(rating, "answered", "") or "", text)
