"""Keeping a choice of the queue under a name, and what may be done with it afterwards. All of it is one's own."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.models import Selection
from otklik.desk.queue.moves import DESK
from otklik.desk.selections.shown import MOST_PINNED, normal, selections_of
from otklik.lib.text import clean, tidy

MOST_OWN = 50
MOST_TITLE = Selection._meta.get_field("title").max_length or 60
MOST_QUERY = Selection._meta.get_field("query").max_length or 600


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*DESK)
def selections(request: HttpRequest) -> HttpResponse:
    """The list of one's own and of the shared ones; POST keeps `query` under `title`."""
    if request.method == "POST":
        return _keep(request)
    context = {"selections": selections_of(user_of(request)), "most_pinned": MOST_PINNED}
    return render(request, "desk/selections/page.html", context)


def _keep(request: HttpRequest) -> HttpResponse:
    query = normal(request.POST.get("query", "")[: MOST_QUERY * 10])
    back = HttpResponseRedirect(f"{reverse('queue')}?{query}")
    title, user = _title(request), user_of(request)
    if not title:
        return _told(request, back, _("Назовите подборку: хотя бы одно слово."))
    if len(query) > MOST_QUERY:
        return _told(request, back, _("Слова для поиска слишком длинные: сократите их, и подборка сохранится."))
    if Selection.objects.filter(user=user).count() >= MOST_OWN:
        return _told(request, back, _("Подборок уже %d. Удалите ненужную, чтобы сохранить новую.") % MOST_OWN)
    pinned = Selection.objects.filter(user=user, pinned=True).count() < MOST_PINNED
    shared = request.POST.get("shared") == "1"
    try:
        with transaction.atomic():
            Selection.objects.create(user=user, title=title, query=query, shared=shared, pinned=pinned)
    except IntegrityError:
        return _told(request, back, _("Подборка «%s» уже есть: назовите эту иначе.") % title)
    messages.success(request, _("Подборка «%s» сохранена") % title)
    return back


@require_POST
@permitted(*DESK)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or pin: whichever of `title`, `shared` and `pinned` is sent."""
    mine, back = _mine(request, pk), redirect("selections")
    changes: dict[str, str | bool] = {}
    if "title" in request.POST:
        changes["title"] = _title(request)
        if not changes["title"]:
            return _told(request, back, _("Назовите подборку: хотя бы одно слово."))
    changes |= {name: request.POST[name] == "1" for name in ("shared", "pinned") if name in request.POST}
    if changes.get("pinned") and not mine.pinned and _pinned_by(request) >= MOST_PINNED:
        return _told(request, back, _("Над очередью помещается %d подборок: сначала открепите другую.") % MOST_PINNED)
    try:
        with transaction.atomic():
            Selection.objects.filter(pk=mine.pk).update(**changes)
    except IntegrityError:
        return _told(request, back, _("Подборка «%s» уже есть: назовите эту иначе.") % changes["title"])
    return back


@require_POST
@permitted(*DESK)
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own selection goes; the cards in it are not touched."""
    mine = _mine(request, pk)
    mine.delete()
    messages.success(request, _("Подборка «%s» удалена") % mine.title)
    return redirect("selections")


def _mine(request: HttpRequest, pk: int) -> Selection:
    """Raises Http404 for another's selection, shared or not."""
    found = Selection.objects.filter(pk=pk, user=user_of(request)).first()
    if found is None:
        raise Http404
    return found


def _pinned_by(request: HttpRequest) -> int:
    return Selection.objects.filter(user=user_of(request), pinned=True).count()


def _title(request: HttpRequest) -> str:
    """One line of what was typed, without anything invisible."""
    return tidy(clean(request.POST.get("title", "")[:1000]))[:MOST_TITLE].strip()


def _told(request: HttpRequest, back: HttpResponse, words: str) -> HttpResponse:
    messages.error(request, words)
    return back
