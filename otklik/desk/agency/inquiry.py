"""A question that another agency asks ours about its part of a card: read it, answer once, or say «не наше».

It opens nothing of the card: the citizen's words are hidden as for somebody outside. Whoever sees the card anyway gets
a link to it, and reads there.
"""

from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.card.reply import typed
from otklik.desk.citizen.outside import MOST_BODY, MOST_WORDS, against, photos_in
from otklik.desk.gate import day_in, integer, permitted, user_of
from otklik.incidents.cards import visible_to
from otklik.lib import clock
from otklik.lib.file_response import jpeg
from otklik.routing import outside as verbs
from otklik.routing.models import Inquiry
from otklik.routing.outside import MOST_PHOTOS, Reply, Standing
from otklik.routing.parts import question_for
from otklik.work.assigning import PASSING_REASONS
from otklik.work.words import RETURN_REASONS


def _question_or_404(request: HttpRequest, pk: int) -> Inquiry:
    """Raises Http404 for a question to nobody of his, whether or not it exists."""
    question = question_for(user_of(request), pk)
    if question is None:
        raise Http404
    return question


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
def inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and what has become of it; POST is the one reply."""
    question = _question_or_404(request, pk)
    if request.method != "POST":
        return _show(request, question)
    if integer(request.META.get("CONTENT_LENGTH")) > MOST_BODY:
        message = _(
            "Снимки вместе слишком велики. Вернитесь назад, текст остался на странице: выберите меньше снимков."
        )
        return _show(request, question, message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if verbs.standing(question, clock.now()) != Standing.OPEN:
        return _show(request, question, status=HTTPStatus.CONFLICT)
    words, day_text = typed(request, "text", MOST_WORDS), request.POST.get("done_on", "")
    done_on = day_in(day_text)
    photos, trouble = photos_in(request)
    trouble = against(words, day_text, done_on) or trouble
    if trouble:
        return _show(request, question, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _take(request, question, Reply(words, done_on, photos))


@require_POST
@permitted()
def refusing(request: HttpRequest, pk: int) -> HttpResponse:
    """«Не наше», with a `reason`: the rules name this agency for the card no more."""
    question, reason = _question_or_404(request, pk), request.POST.get("reason", "")
    if reason not in PASSING_REASONS:
        message = _("Выберите причину: почему это не ваше.")
        return _show(request, question, message, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _take(request, question, Reply(typed(request, "words", 500), refused=reason))


def _take(request: HttpRequest, question: Inquiry, reply_input: Reply) -> HttpResponse:
    try:
        verbs.take(question, reply_input, user_of(request), clock.now())
    except verbs.Closed:
        return _show(request, _question_or_404(request, question.pk), status=HTTPStatus.CONFLICT)
    return redirect("inquiry", question.pk)


def _show(request: HttpRequest, question: Inquiry, trouble: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    """A page of its own; what was typed stays on it."""
    posted = request.POST if request.method == "POST" and status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {}
    standing = verbs.standing(question, clock.now())
    facts: dict[str, object] = {
        "inquiry": question,
        "incident": question.incident,
        "state": standing.value,
        "trouble": trouble,
        "text": str(posted.get("text", ""))[:MOST_WORDS],
        "done_on": str(posted.get("done_on", ""))[:10],
        "opens": visible_to(user_of(request)).filter(pk=question.incident_id).exists(),
        "today": timezone.localdate(clock.now()),
        "most": MOST_PHOTOS,
        "reasons": PASSING_REASONS,
        "refused": RETURN_REASONS.get(question.refused, ""),
    }
    if standing == Standing.OPEN:
        facts |= {"words": verbs.shown_text(question), "pictures": verbs.shown_pictures(question)}
    elif standing == Standing.ANSWERED:
        facts["photos"] = question.photos.count()
    return render(request, "desk/agency/inquiry.html", facts, status=status)


@require_safe
@permitted()
def picture(request: HttpRequest, pk: int, media_pk: int) -> HttpResponseBase:
    """A picture of the citizen's that whoever asked has chosen to show, while the question waits."""
    question = _question_or_404(request, pk)
    if verbs.standing(question, clock.now()) != Standing.OPEN:
        raise Http404
    shown = next((one for one in verbs.shown_pictures(question) if one.pk == media_pk), None)
    if shown is None:
        raise Http404
    return jpeg(shown.file)
