"""The list, its number for the menu, and «отправить снова» for several at once."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.undelivered.rows import (
    SEERS,
    Chosen,
    certain,
    chosen_from,
    facets,
    groups,
    page_of,
    undelivered,
)
from otklik.incidents.cards import may_move
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.networks.registry import NETWORKS
from otklik.publishing import fate

MOST_AT_ONCE = 100


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    chosen, user = _chosen(request), user_of(request)
    told = facets(user)
    rows, following = page_of(user, chosen)
    agencies = {pk: name for _cause, _network, pk, name, _count in told if pk}
    context = {
        "rows": rows,
        "chosen": chosen,
        "groups": groups(told, chosen),
        "whole": sum(group.count for group in groups(told, chosen)),
        "networks": {network: NETWORKS[network].title for _c, network, _a, _n, _i in told if network in NETWORKS},
        "agencies": sorted(agencies.items(), key=lambda one: str(one[1])),
        "following": f"?{_query(chosen, before=following)}" if following else "",
        "without_cause": _query(chosen, cause=""),
        "any_again": any(row.again for row in rows),
    }
    return render(request, "desk/undelivered/page.html", context)


@require_POST
@permitted(*SEERS)
def again(request: HttpRequest) -> HttpResponse:
    """Send the picked ones once more: only what was certainly not said, so that nothing can be said twice."""
    user, at = user_of(request), clock.now()
    picked = [pk for given in request.POST.getlist("id")[:MOST_AT_ONCE] if (pk := integer(given)) > 0]
    able = certain(undelivered(user).filter(pk__in=picked))
    done = 0
    for delivery in able.select_related("answer__incident__agency", "answer__incident__place", "message"):
        incident = delivery.answer.incident
        if not (may_move(user, incident, "submit") or may_move(user, incident, "approve")):
            continue
        try:
            fate.say_again(delivery, user, at)
        except NotAllowed:
            continue  # somebody was faster
        done += 1
    if done:
        messages.success(request, _("Ответов снова в очереди: %d") % done)
    if done < len(picked):
        left = _("Не тронуто: %d. Их уже отправили, или сначала нужно сделать то, что сказано в строке.")
        messages.warning(request, left % (len(picked) - done))
    if not picked:
        messages.error(request, _("Отметьте, какие ответы отправить снова."))
    return redirect(f"{reverse('undelivered')}?{_query(_chosen(request), before=0)}")


def _chosen(request: HttpRequest) -> Chosen:
    asked = request.POST if request.method == "POST" else request.GET
    return chosen_from(
        asked.get("cause", ""), asked.get("network", ""), integer(asked.get("agency")), integer(asked.get("before"))
    )


def _query(chosen: Chosen, cause: str | None = None, before: int = 0) -> str:
    told = {
        "cause": chosen.cause if cause is None else cause,
        "network": chosen.network,
        "agency": chosen.agency or "",
        "before": before or "",
    }
    return urlencode({name: value for name, value in told.items() if value})
