"""«Забыть жителя»: find who asks for it, see what will go, erase it; an act of destruction is left.

To see what would go every column that may name him is gone through, as for erasing itself: the number of queries does
not grow with what is kept, but it is more than ten.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.forgotten_words import in_words
from otklik.desk.admin.frame import administers, framed, is_sure
from otklik.desk.gate import user_of
from otklik.inbox.models import Author
from otklik.incidents.models import IN_HAND, Incident
from otklik.lib import clock
from otklik.lib.text import clean
from otklik.people.models import User
from otklik.privacy import acts
from otklik.privacy.acts import Destruction
from otklik.privacy.forget import StillOpen, forget, would
from otklik.privacy.overwrite import overwrite
from otklik.privacy.trace import authors_like

MOST_AUTHORS = 20
MOST_ACTS = 50
MOST_TYPED = 200


class Line(NamedTuple):
    """An act as the list shows it."""

    act: Destruction
    who: str


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administers("forgetting")
def forgetting(request: HttpRequest) -> HttpResponse:
    """POST looks for a person, so that neither his address nor his name gets into an address line or a log."""
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        typed = clean(request.POST.get("author", "")[:MOST_TYPED]).strip()
        authors = authors_like(typed, MOST_AUTHORS)
        if len(authors) == 1:
            return HttpResponseRedirect(reverse("admin-forgetting-person", args=[authors[0].pk]))
        context = {"typed": typed, "authors": _with_cards(authors), "most": MOST_AUTHORS, "asked": True}
        status = 200 if authors else 404
    newest = acts.newest(MOST_ACTS)
    names = _names({act.actor for act in newest})
    context["lines"] = [Line(act, names.get(act.actor, "")) for act in newest]
    return framed(request, "forgetting", "desk/admin/forgetting.html", context, status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administers("forgetting")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what would go; POST with `sure` erases it, with `with_open` also while somebody owes him an answer."""
    author = Author.objects.filter(pk=pk, forgotten_at=None, is_community=False, ours=False).first()
    if author is None:
        raise Http404
    now, status = clock.now(), 200
    if request.method == "POST" and is_sure(request):
        try:
            actor = f"user:{user_of(request).pk}"
            forget(author, now, now, actor=actor, with_open=request.POST.get("with_open") == "1")
        except StillOpen:
            status = 409
        else:
            overwrite()
            messages.success(request, _("Стёрто. Вот акт об уничтожении."))
            return HttpResponseRedirect(reverse("admin-forgetting-act", args=[acts.act_of(pk)]))
    account = would(author, now)
    cards = Incident.objects.filter(links__message__author=author).order_by("number").distinct()
    context = {
        "author": author,
        "cards": cards,
        "open": cards.filter(state__in=IN_HAND),
        "kinds": in_words(account.rows),
        "look_at": cards.filter(number__in=account.look_at),
        "refused": status == 409,
    }
    return framed(request, "forgetting", "desk/admin/forgetting_person.html", context, status)


@require_safe
@administers("forgetting")
def act_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The act, as it is printed; `pk` is that of its entry."""
    act = acts.act(pk)
    if act is None:
        raise Http404
    who = User.objects.filter(pk=act.actor.removeprefix("user:")).first() if act.actor.startswith("user:") else None
    context = {
        "act": act,
        "who": who.get_full_name() if who else "",
        "kinds": in_words(act.rows),
        "total": act.rows.total(),
        "region": settings.REGION,
    }
    return framed(request, "forgetting", "desk/admin/act.html", context)


def _with_cards(authors: list[Author]) -> list[Author]:
    """Each with how many texts there are of him: namesakes are told apart by more than a name."""
    pks = [author.pk for author in authors]
    return list(Author.objects.filter(pk__in=pks).annotate(texts=Count("messages")).order_by("pk"))


def _names(actors: set[str]) -> dict[str, str]:
    ids = [actor.removeprefix("user:") for actor in actors if actor.startswith("user:")]
    return {f"user:{user.pk}": user.initials for user in User.objects.filter(pk__in=ids)}
