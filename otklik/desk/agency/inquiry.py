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


def _found(request: HttpRequest, pk: int) -> Inquiry:
    """Raises Http404 for a question to nobody of his, whether or not it exists."""
    found = question_for(user_of(request), pk)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
def inquiry(request: HttpRequest, pk: int) -> HttpResponse:
    """The question and what has become of it; POST is the one reply."""
    found = _found(request, pk)
    if request.method != "POST":
        return _show(request, found)
    if integer(request.META.get("CONTENT_LENGTH")) > MOST_BODY:
        told = _("Снимки вместе слишком велики. Вернитесь назад, текст остался на странице: выберите меньше снимков.")
        return _show(request, found, told, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if verbs.standing(found, clock.now()) != Standing.OPEN:
        return _show(request, found, status=HTTPStatus.CONFLICT)
    words, given = typed(request, "text", MOST_WORDS), request.POST.get("done_on", "")
    done_on = day_in(given)
    photos, trouble = photos_in(request)
    trouble = against(words, given, done_on) or trouble
    if trouble:
        return _show(request, found, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _take(request, found, Reply(words, done_on, photos))


@require_POST
@permitted()
def refusing(request: HttpRequest, pk: int) -> HttpResponse:
    """«Не наше», with a `reason`: the rules name this agency for the card no more."""
    found, reason = _found(request, pk), request.POST.get("reason", "")
    if reason not in PASSING_REASONS:
        told = _("Выберите причину: почему это не ваше.")
        return _show(request, found, told, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _take(request, found, Reply(typed(request, "words", 500), refused=reason))


def _take(request: HttpRequest, found: Inquiry, said: Reply) -> HttpResponse:
    try:
        verbs.take(found, said, user_of(request), clock.now())
    except verbs.Closed:
        return _show(request, _found(request, found.pk), status=HTTPStatus.CONFLICT)
    return redirect("inquiry", found.pk)


def _show(request: HttpRequest, found: Inquiry, trouble: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    """A page of its own; what was typed stays on it."""
    posted = request.POST if request.method == "POST" and status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {}
    stands = verbs.standing(found, clock.now())
    facts: dict[str, object] = {
        "inquiry": found,
        "incident": found.incident,
        "stands": stands.value,
        "trouble": trouble,
        "text": str(posted.get("text", ""))[:MOST_WORDS],
        "done_on": str(posted.get("done_on", ""))[:10],
        "opens": visible_to(user_of(request)).filter(pk=found.incident_id).exists(),
        "today": timezone.localdate(clock.now()),
        "most": MOST_PHOTOS,
        "reasons": PASSING_REASONS,
        "refused": RETURN_REASONS.get(found.refused, ""),
    }
    if stands == Standing.OPEN:
        facts |= {"words": verbs.shown_text(found), "pictures": verbs.shown_pictures(found)}
    elif stands == Standing.ANSWERED:
        facts["photos"] = found.photos.count()
    return render(request, "desk/agency/inquiry.html", facts, status=status)


@require_safe
@permitted()
def picture(request: HttpRequest, pk: int, media_pk: int) -> HttpResponseBase:
    """A picture of the citizen's that whoever asked has chosen to show, while the question waits."""
    found = _found(request, pk)
    if verbs.standing(found, clock.now()) != Standing.OPEN:
        raise Http404
    shown = next((one for one in verbs.shown_pictures(found) if one.pk == media_pk), None)
    if shown is None:
        raise Http404
    return jpeg(shown.file)
