"""«Сети»: which networks may be read and answered in here, what the law says of each, and who has decided."""

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.late import LATE, beside_now, overtaken
from otklik.desk.admin.network_form import NetworkForm
from otklik.desk.format import network_title
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.networks import legal
from otklik.networks.legal import Allowed
from otklik.networks.registry import NETWORKS
from otklik.people.scope import Refused
from otklik.work.translated import translated


class Row(NamedTuple):
    """`why` is what the law says against it."""

    kind: str
    title: str
    allowed: Allowed
    why: str


@require_safe
@administers("networks")
def networks(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's."""
    allowed = legal.all_allowed()
    rows = [_row(kind, allowed[kind]) for kind in NETWORKS]
    return framed(request, "networks", "desk/admin/networks.html", {"rows": rows})


def _row(kind: str, allowed: Allowed) -> Row:
    law = NETWORKS[kind].law
    return Row(kind, network_title(kind), allowed, translated(law.why))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("networks")
def network(request: HttpRequest, kind: str) -> HttpResponse:
    """The two switches of one network. Switching on wants a reason; the journal remembers who."""
    if kind not in NETWORKS:
        raise Http404
    form = NetworkForm(request.POST if request.method == "POST" else None, kind)
    if not form.is_valid():
        return _page(request, form, kind, 422 if form.errors else 200)
    if overtaken(form, legal.seen(kind)):
        return _late(request, kind)
    told = form.cleaned_data
    try:
        changed = legal.decide(
            kind, told["read"], told["speak"], told["reason"], told["seen"], user_of(request), clock.now()
        )
    except Refused:
        return _late(request, kind)
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return HttpResponseRedirect(reverse("admin-networks"))


def _late(request: HttpRequest, kind: str) -> HttpResponse:
    words = _("Пока вы писали, сеть переключил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: NetworkForm(data, kind), legal.seen(kind), words)
    return _page(request, form, kind, LATE)


def _page(request: HttpRequest, form: NetworkForm, kind: str, status: int) -> HttpResponse:
    context = {"form": form, "row": _row(kind, legal.allowed(kind)), "lines": lines_about(f"network:{kind}")}
    return framed(request, "networks", "desk/admin/network.html", context, status)
