"""GET tells the tour of a page to whoever has not seen it; POST notes that it was seen, or that it is wanted again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.shell import sections_for
from otklik.desk.tour.seen import forget_seen, has_seen, is_for, mark_seen
from otklik.desk.tour.steps import TOURS


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
