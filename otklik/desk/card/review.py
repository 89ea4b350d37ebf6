"""An approver's verbs beside «согласовать»: send back with remarks, correct and approve."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.answers import review
from otklik.answers.checking import MOST_REASON
from otklik.answers.models import Answer
from otklik.answers.review import About
from otklik.desk.card.answering import MOST_TEXT, answer_for, is_own, seen_of
from otklik.desk.card.reply import MOST_WORDS, card_again, refusal, telling_conflicts, typed
from otklik.desk.gate import integer, permitted, user_of
from otklik.lib import clock
from otklik.lib.text import clean
from otklik.people.models import User
from otklik.work.models import Notice
from otklik.work.notices import tell
from otklik.work.undo import undoable

MOST_ABOUT = 20
MOST_QUOTE = 300


@require_POST
@permitted()
@telling_conflicts
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the answer back: `remark` on the whole, and pairs of `quote` and `about` on some of its words.

    Whoever wrote it and whoever has the card are told.
    """
    answer = answer_for(request, pk, "send_back")
    ready = typed(request, "ready")
    words = " ".join(filter(None, (ready, typed(request, "remark"))))
    about = _about(request, answer)
    if not words and not about:
        return refusal(request, answer.incident_id, 422, _("Напишите замечание: что исправить."))
    user, at = user_of(request), clock.now()
    with undoable([answer.incident], "send_back", user) as batch:
        give_back(answer, user, at, words, about)
    return card_again(request, answer.incident_id, batch.key)


def give_back(answer: Answer, by: User, at: datetime, words: str, about: Sequence[About] = ()) -> None:
    """To whoever wrote it and whoever has the card, who are told. Inside `hold`; raises as review.send_back."""
    review.send_back(answer, by, at, words, about)
    theirs = {one for one in (answer.author, answer.incident.executor) if one}
    tell(theirs, Notice.Kind.RETURNED, by=by, at=at, incident=answer.incident)


def _about(request: HttpRequest, answer: Answer) -> list[About]:
    """What was said about words that do stand in the answer; about others it is said without a quotation."""
    pairs = zip(request.POST.getlist("quote"), request.POST.getlist("about"), strict=False)
    found: list[About] = []
    for quote, words in islice(pairs, MOST_ABOUT):
        quote, words = clean(quote, MOST_QUOTE).strip(), clean(words, MOST_WORDS).strip()
        if words:
            found.append(About(quote if quote in answer.text else "", words))
    return found


@require_POST
@permitted()
@telling_conflicts
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """«Исправить и согласовать»: the words that go out are the approver's; both are named. 409, 422 as for approval.

    Where a policy asks for approval they wait for another approver.
    """
    answer = answer_for(request, pk, "approve")
    user = user_of(request)
    if is_own(answer, user):
        return refusal(request, answer.incident_id, 403, _("Свой ответ согласовать нельзя: попросите другого."))
    text = clean(request.POST.get("text", "")).strip()
    if len(text) > MOST_TEXT:
        return refusal(request, answer.incident_id, 422, _("Текст длиннее 20 000 знаков: столько не сохраняем."))
    version = integer(request.POST.get("version"))
    if answer.policy_id is not None:
        review.correct(answer, text, user, clock.now(), version)
        return card_again(request, answer.incident_id)
    with undoable([answer.incident], "approve", user) as batch:
        despite = typed(request, "despite", MOST_REASON)
        review.correct_and_approve(answer, text, user, clock.now(), version, seen_of(request), despite)
    return card_again(request, answer.incident_id, batch.key)
