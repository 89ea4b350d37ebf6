"""«Источники»: what is read, how it fares, what it yields. Lists of communities and words to look for are added."""

from math import ceil

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.frame import Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.late import LATE, beside_now, overtaken
from otklik.desk.admin.source_facts import STATES, all_sources, in_state, ordered, rows_of
from otklik.desk.admin.source_forms import AddForm, SourceForm
from otklik.desk.admin.words import why
from otklik.desk.format import network_title
from otklik.desk.gate import integer, user_of
from otklik.desk.listing import Listing, by_address, one_of, with_words
from otklik.lib import clock
from otklik.networks import reading
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS
from otklik.people.scope import Refused

LIST = Listing((), {"q": by_address, "state": one_of(STATES), "network": one_of(NETWORKS)}, size=50)
"""Its order has no key: pages go by number."""
WORDED = ("title", "external_id", "name")


@require_safe
@administers("sources")
def sources(request: HttpRequest) -> HttpResponse:
    """Five queries beside the frame's."""
    chosen = LIST.chosen(request.GET)
    found = in_state(all_sources(), chosen["state"]).filter(with_words(chosen["q"], WORDED))
    if chosen["network"]:
        found = found.filter(network=chosen["network"])
    count = found.order_by().count()
    page = min(max(integer(request.GET.get("page"), 1), 1), max(ceil(count / LIST.size), 1))
    shown = ordered(found)[(page - 1) * LIST.size : page * LIST.size]
    context = {
        "rows": rows_of(shown, clock.now()),
        "count": count,
        "next": f"?{chosen.query(page=page + 1)}" if count > page * LIST.size else "",
        "chosen": chosen,
        "states": STATES.items(),
        "networks": [(kind, network_title(kind)) for kind in NETWORKS],
    }
    return framed(request, "sources", "desk/admin/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("sources")
def addition(request: HttpRequest) -> HttpResponse:
    """Many at once: pasted, or out of a table. What is read already stays as it is."""
    form = AddForm(*((request.POST, request.FILES) if request.method == "POST" else (None,)))
    if not form.is_valid():
        return framed(request, "sources", "desk/admin/source_add.html", {"form": form}, 422 if form.errors else 200)
    kind = form.cleaned_data["kind"]
    fresh, known = reading.add(form.account(), kind, form.found, form.place(), user_of(request), clock.now())
    told = ngettext("Добавлен %d источник.", "Добавлено источников: %d.", fresh) % fresh
    if known:
        told += " " + ngettext("%d уже читается.", "Уже читаются: %d.", known) % known
    messages.success(request, told)
    return HttpResponseRedirect(reverse("admin-sources"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("sources")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: its title, its people's place, and whether guests may answer there."""
    here = source_for(pk)
    form = SourceForm(request.POST if request.method == "POST" else None, here)
    if not form.is_valid():
        return _page(request, form, here, 422 if form.errors else 200)
    if overtaken(form, reading.seen(here)):
        return _late(request, here)
    try:
        changed = reading.change(here, form.told(), form.cleaned_data["seen"], user_of(request), clock.now())
    except Refused:
        return _late(request, source_for(pk))
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return _back(here)


def _late(request: HttpRequest, here: Source) -> HttpResponse:
    words = _("Пока вы писали, источник изменил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: SourceForm(data, here), reading.seen(here), words)
    return _page(request, form, here, LATE)


def _page(request: HttpRequest, form: SourceForm, here: Source, status: int) -> HttpResponse:
    row = rows_of([here], clock.now())[0]
    context = {"form": form, "row": row, "lines": lines_about(f"source:{here.pk}")}
    return framed(request, "sources", "desk/admin/source.html", context, status)


def source_for(pk: int) -> Source:
    found = all_sources().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _back(here: Source) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin-source", args=[here.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("sources")
def switching_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What stops is said first."""
    here = source_for(pk)
    if request.method == "POST" and is_sure(request):
        try:
            reading.switch_off(here, user_of(request), clock.now())
        except Refused as refused:
            messages.error(request, why(refused))
        else:
            messages.success(request, _("Источник больше не читается."))
        return _back(here)
    figures = [
        _("Написанное там в систему не попадёт. Прочтём, если источник включат снова и сеть ещё хранит."),
        _("Карточки, которые уже есть, остаются."),
    ]
    back = reverse("admin-source", args=[here.pk])
    sure = Sure(_("Не читать: %s?") % here.title, figures, _("Не читать"), back, grave=True)
    return ask(request, "sources", sure._replace(refusal="" if here.active else _("Он уже выключен.")))


@require_POST
@administers("sources")
def switching_on(request: HttpRequest, pk: int) -> HttpResponse:
    """It is read again from where it was."""
    here = source_for(pk)
    try:
        reading.switch_on(here, user_of(request), clock.now())
    except Refused as refused:
        messages.error(request, why(refused))
    else:
        messages.success(request, _("Источник снова читается."))
    return _back(here)


@require_POST
@administers("sources")
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """«Прочесть сейчас»: whatever it waits for."""
    here = source_for(pk)
    try:
        reading.read_now(here, user_of(request), clock.now())
    except Refused as refused:
        messages.error(request, why(refused))
    else:
        messages.success(request, _("Прочтём, как только обработчик освободится."))
    return _back(here)
