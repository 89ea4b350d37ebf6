"""The sample as a list, and what a person says of one of it."""

from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.gate import must_be_allowed, permitted, user_of
from otklik.desk.operator.queue.moves import DESK
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_through
from otklik.lib import clock
from otklik.people.models import User
from otklik.routing import noise_checks
from otklik.routing.models import NoiseCheck

MOST_SHOWN = 60


@require_safe
@permitted(*DESK)
def checks(request: HttpRequest) -> HttpResponse:
    """Those that nobody has answered yet, the latest day first."""
    main = Message.objects.filter(links__incident=OuterRef("incident"), links__main=True)
    waiting = _visible(user_of(request)).filter(at__isnull=True).annotate(text=Subquery(main.values("text")[:1]))
    context = {
        "checks": waiting.select_related("incident").order_by("-day", "pk")[:MOST_SHOWN],
        "size": noise_checks.SIZE,
    }
    return render(request, "desk/noise_checks/page.html", context)


@require_POST
@permitted(*DESK)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """`verdict` is «lost»: it was a complaint, or «right»: noise indeed."""
    noise_check = _visible(user_of(request)).select_related("incident__agency", "incident__place").filter(pk=pk).first()
    if noise_check is None:
        raise Http404
    must_be_allowed(request, noise_check.incident, "restore")
    verdict, number = request.POST.get("verdict", ""), noise_check.incident.number
    if verdict not in ("lost", "right"):
        messages.error(request, _("Скажите, была ли это жалоба."))
    elif not noise_checks.answer(noise_check, verdict == "lost", user_of(request).pk, clock.now()):
        messages.error(request, _("О № %d уже сказал кто-то другой.") % number)
    elif verdict == "lost":
        messages.success(request, _("№ %d: это была жалоба, карточка в очереди") % number)
    else:
        messages.success(request, _("№ %d: верно, не инцидент") % number)
    return redirect("noise-checks")


def _visible(user: User) -> QuerySet[NoiseCheck]:
    return NoiseCheck.objects.filter(visible_through(user, "incident"))
