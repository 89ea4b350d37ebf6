"""GET tells the tour of a page to whoever has not seen it; POST notes that it was seen, or that it is wanted again."""

from collections.abc import Iterable

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.models import Tour
from otklik.desk.shell import sections_for
from otklik.desk.tour.steps import TOURS
from otklik.people.models import User


@require_GET
@permitted()
def tour(request: HttpRequest) -> HttpResponse:
    """The tour of `page` as a fragment; 204 when there is none, it is not this user's, or he has seen it."""
    user, page = user_of(request), request.GET.get("page", "")
    if not is_for(user, page) or has_seen(user, page):
        return HttpResponse(status=204)
    return render(request, "desk/tour/_tour.html", {"steps": TOURS[page], "page": page})


@require_POST
@permitted()
def seen(request: HttpRequest) -> HttpResponse:
    """It was closed or read to its end."""
    user, page = user_of(request), request.POST.get("page", "")
    if is_for(user, page):
        mark_seen(user, page)
    return HttpResponse(status=204)


@require_POST
@permitted()
def again(request: HttpRequest) -> HttpResponse:
    """«Показать ещё раз»: the tour of the page one is on, else of the first page of one's own that has one."""
    user, page = user_of(request), request.POST.get("page", "")
    own = [section.address for section in sections_for(user) if section.address in TOURS]
    wanted = page if page in own else next(iter(own), "")
    if not wanted:
        return redirect("home")
    forget_seen(user, wanted)
    return redirect(wanted)


def is_for(user: User, page: str) -> bool:
    """Whether this page has a tour and is one of the user's sections."""
    return page in TOURS and any(section.address == page for section in sections_for(user))


def has_seen(user: User, page: str) -> bool:
    seen = Tour.objects.filter(user=user).values_list("seen", flat=True).first()
    return page in (seen or [])


def mark_seen(user: User, *pages: str) -> None:
    """These tours are not shown to him again; without pages none is."""
    _change(user, add=set(pages or TOURS))


def forget_seen(user: User, page: str) -> None:
    """The tour of this page is shown once more."""
    _change(user, drop={page})


def _change(user: User, add: Iterable[str] = (), drop: Iterable[str] = ()) -> None:
    with transaction.atomic():
        tour, _fresh = Tour.objects.select_for_update().get_or_create(user=user)
        kept = {page for page in tour.seen if isinstance(page, str)} if isinstance(tour.seen, list) else set()
        Tour.objects.filter(pk=tour.pk).update(seen=sorted(kept.union(add).difference(drop)))
