"""The list, its number for the menu, and «отправить снова» for several at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.listing import Select, by_name, network_titles
from otklik.desk.undelivered.rows import LIST, SEERS, certain, facets, groups, narrowed, rows_of, undelivered
from otklik.incidents.cards import may_move
from otklik.incidents.workflow import NotAllowed
from otklik.lib import clock
from otklik.publishing import fate

MOST_AT_ONCE = 100


@require_safe
@permitted(*SEERS)
def page(request: HttpRequest) -> HttpResponse:
    chosen, user = LIST.chosen(request.GET), user_of(request)
    counts = facets(user)
    here = LIST.page(narrowed(undelivered(user), chosen), request.GET)
    rows, causes = rows_of(here.rows), groups(counts, chosen)
    agencies = {pk: name for _cause, _network, pk, name, _count in counts if pk}
    networks = network_titles(network for _cause, network, _pk, _name, _count in counts)
    context = {
        "rows": rows,
        "following": here.following,
        "chosen": chosen,
        "groups": [(group, chosen.query(cause=group.cause)) for group in causes],
        "count": sum(group.count for group in causes),
        "kept": [("cause", chosen["cause"])],
        "wide": chosen["network"] or chosen["agency"] or len(networks) > 1 or len(agencies) > 1,
        "selects": [
            Select("network", _("Сеть"), networks, chosen["network"]),
            Select("agency", _("Ведомство"), by_name(agencies), chosen["agency"]),
        ],
        "every_cause": chosen.query(cause=""),
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
    return redirect(f"{reverse('undelivered')}?{LIST.chosen(request.POST).query()}")
