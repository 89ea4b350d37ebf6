"""The page behind a link for somebody without an account: a question, and one reply. No sign-in, and no menu.

The key in the address is all that opens it, so nothing may carry the address on: no referrer, no copy in a cache, no
search engine; the log is redacted. With «no-referrer» a browser sends «Origin: null» and Django would refuse the form,
and no cookie counts here for anybody: what CSRF protection guards is not there to be guarded.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import wraps
from http import HTTPStatus

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.invitation import THROTTLE
from otklik.desk.card.reply import typed
from otklik.desk.gate import day_in, integer
from otklik.desk.patience import may_try
from otklik.lib import clock
from otklik.lib.file_response import jpeg
from otklik.lib.pictures import MAX_BYTES, NotAPicture, wash_upload
from otklik.routing import outside as verbs
from otklik.routing.models import Inquiry
from otklik.routing.outside import MOST_PHOTOS, Standing
from otklik.work.translated import translated

MOST_WORDS = 4000
MOST_BODY = MOST_PHOTOS * MAX_BYTES + 1024 * 1024
FARTHEST = timedelta(days=366)
LEAVES_NO_TRACE = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
}
STATUSES = {
    Standing.OPEN: HTTPStatus.OK,
    Standing.ANSWERED: HTTPStatus.OK,
    Standing.REVOKED: HTTPStatus.GONE,
    Standing.EXPIRED: HTTPStatus.GONE,
    Standing.OVER: HTTPStatus.GONE,
}


def without_a_trace(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Nothing carries the address on."""

    @wraps(view)
    def shown(request: HttpRequest, key: str, **more: int) -> HttpResponseBase:
        response = view(request, key, **more)
        for name, value in LEAVES_NO_TRACE.items():
            response[name] = value
        return response

    return shown


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@without_a_trace
def outside(request: HttpRequest, key: str) -> HttpResponse:
    """GET changes nothing. What never was a key, and what is mistyped, look the same: 404."""
    inquiry = verbs.find(key)
    if (inquiry is None or request.method == "POST") and not may_try(request, THROTTLE):
        return render(request, "desk/outside/later.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    if inquiry is None:
        return render(request, "desk/outside/gone.html", status=HTTPStatus.NOT_FOUND)
    return _take(request, inquiry) if request.method == "POST" else _show(request, inquiry)


@require_safe
@without_a_trace
def picture(request: HttpRequest, key: str, media_pk: int) -> HttpResponseBase:
    """A picture of the citizen's that whoever asked has chosen to show, while the link is good."""
    inquiry = verbs.find(key)
    if inquiry is None or verbs.standing(inquiry, clock.now()) != Standing.OPEN:
        raise Http404
    shown = next((one for one in verbs.shown_pictures(inquiry) if one.pk == media_pk), None)
    if shown is None:
        raise Http404
    return jpeg(shown.file)


def _take(request: HttpRequest, inquiry: Inquiry) -> HttpResponse:
    if integer(request.META.get("CONTENT_LENGTH")) > MOST_BODY:
        message = _(
            "Снимки вместе слишком велики. Вернитесь назад, текст остался на странице: выберите меньше снимков."
        )
        return _show(request, inquiry, message, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if verbs.standing(inquiry, clock.now()) != Standing.OPEN:
        return _show(request, inquiry)
    words, done_on = typed(request, "text", MOST_WORDS), day_in(request.POST.get("done_on", ""))
    photos, trouble = photos_in(request)
    trouble = against(words, request.POST.get("done_on", ""), done_on) or trouble
    if trouble:
        return _show(request, inquiry, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        verbs.reply(inquiry, words, done_on, photos, clock.now())
    except verbs.Closed:
        now = verbs.find(request.resolver_match.kwargs["key"] if request.resolver_match else "") or inquiry
        return _show(request, now)
    return HttpResponseRedirect(request.path)


def photos_in(request: HttpRequest) -> tuple[list[bytes], str]:
    """The washed photos of a reply, and what is wrong with them if anything is."""
    uploads = request.FILES.getlist("photos")
    if len(uploads) > MOST_PHOTOS:
        return [], _("Не больше %d снимков: выберите их заново.") % MOST_PHOTOS
    try:
        return [wash_upload(upload) for upload in uploads], ""
    except NotAPicture as error:
        return [], translated(str(error))


def against(words: str, typed_day: str, done_on: date | None) -> str:
    """What is wrong with a reply, in words; "" when nothing is."""
    if not words:
        return _("Напишите ответ: что сделано или что будет сделано.")
    if not typed_day:
        return ""
    today = timezone.localdate(clock.now())
    if done_on is None or done_on > today + FARTHEST:
        return _("Такого дня нет в ближайшем году: выберите другой или оставьте пустым.")
    return _("Этот день уже прошёл: выберите сегодняшний или более поздний.") if done_on < today else ""


def _show(request: HttpRequest, inquiry: Inquiry, trouble: str = "", status: int = 0) -> HttpResponse:
    standing = verbs.standing(inquiry, clock.now())
    posted = request.POST if request.method == "POST" and status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE else {}
    facts: dict[str, object] = {
        "inquiry": inquiry,
        "state": standing.value,
        "trouble": trouble,
        "text": str(posted.get("text", ""))[:MOST_WORDS],
        "done_on": str(posted.get("done_on", ""))[:10],
    }
    if standing == Standing.OPEN:
        facts |= {"words": verbs.shown_text(inquiry), "pictures": verbs.shown_pictures(inquiry), "most": MOST_PHOTOS}
        facts["today"] = timezone.localdate(clock.now())
    elif standing == Standing.ANSWERED:
        facts["photos"] = inquiry.photos.count()
    page = {Standing.OPEN: "page", Standing.ANSWERED: "done"}.get(standing, "over")
    late = posted and standing != Standing.OPEN
    code = status or (HTTPStatus.CONFLICT if late else STATUSES[standing])
    return render(request, f"desk/outside/{page}.html", {**facts, "key": _key(request)}, status=code)


def _key(request: HttpRequest) -> str:
    return str(request.resolver_match.kwargs["key"]) if request.resolver_match else ""
