"""«Источники»: what is read, how it fares, what it yields. Lists of communities and words to look for are added."""

from datetime import datetime
from functools import partial
from math import ceil

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.editing import SEEN, carry_out, edit, written
from otklik.desk.admin.frame import Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.source_facts import STATES, all_sources, in_state, ordered, rows_of
from otklik.desk.admin.source_forms import AddForm, SourceForm
from otklik.desk.format import network_title
from otklik.desk.gate import integer, user_of
from otklik.desk.listing import Listing, by_address, one_of, with_words
from otklik.lib import clock
from otklik.networks import reading
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS
from otklik.people.models import User

LIST = Listing((), {"q": by_address, "state": one_of(STATES), "network": one_of(NETWORKS)}, size=50)
"""Its order has no key: pages go by number."""
WORDED = ("title", "external_id", "name")


@require_safe
@administers("sources")
def sources(request: HttpRequest) -> HttpResponse:
    """Five queries beside the frame's."""
    chosen = LIST.chosen(request.GET)
    queryset = in_state(all_sources(), chosen["state"]).filter(with_words(chosen["q"], WORDED))
    if chosen["network"]:
        queryset = queryset.filter(network=chosen["network"])
    count = queryset.order_by().count()
    page = min(max(integer(request.GET.get("page"), 1), 1), max(ceil(count / LIST.size), 1))
    shown = ordered(queryset)[(page - 1) * LIST.size : page * LIST.size]
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
    fresh, known = reading.add(form.account(), kind, form.addresses, form.place(), user_of(request), clock.now())
    message = ngettext("Добавлен %d источник.", "Добавлено источников: %d.", fresh) % fresh
    if known:
        message += " " + ngettext("%d уже читается.", "Уже читаются: %d.", known) % known
    messages.success(request, message)
    return HttpResponseRedirect(reverse("admin-sources"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("sources")
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: its title, its people's place, and whether guests may answer there."""

    def save(here: Source, form: SourceForm, by: User, now: datetime) -> HttpResponse:
        return written(request, reading.change(here, form.as_input(), form.cleaned_data[SEEN], by, now), _back(here))

    words = _("Пока вы писали, источник изменил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(request, lambda: source_for(pk), SourceForm, _page, seen=reading.seen, save=save, late=words)


def _page(request: HttpRequest, form: SourceForm, here: Source, status: int) -> HttpResponse:
    row = rows_of([here], clock.now())[0]
    context = {"form": form, "row": row, "lines": lines_about(f"source:{here.pk}")}
    return framed(request, "sources", "desk/admin/source.html", context, status)


def source_for(pk: int) -> Source:
    return get_object_or_404(all_sources(), pk=pk)


def _back(here: Source) -> str:
    return reverse("admin-source", args=[here.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@administers("sources")
def switching_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What stops is said first."""
    here = source_for(pk)
    if request.method == "POST" and is_sure(request):
        return carry_out(request, partial(reading.switch_off, here), _("Источник больше не читается."), _back(here))
    figures = [
        _("Написанное там в систему не попадёт. Прочтём, если источник включат снова и сеть ещё хранит."),
        _("Карточки, которые уже есть, остаются."),
    ]
    sure = Sure(_("Не читать: %s?") % here.title, figures, _("Не читать"), _back(here), grave=True)
    return ask(request, "sources", sure._replace(refusal="" if here.active else _("Он уже выключен.")))


@require_POST
@administers("sources")
def switching_on(request: HttpRequest, pk: int) -> HttpResponse:
    """It is read again from where it was."""
    here = source_for(pk)
    return carry_out(request, partial(reading.switch_on, here), _("Источник снова читается."), _back(here))


@require_POST
@administers("sources")
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """«Прочесть сейчас»: whatever it waits for."""
    here, done = source_for(pk), _("Прочтём, как только обработчик освободится.")
    return carry_out(request, partial(reading.read_now, here), done, _back(here))
