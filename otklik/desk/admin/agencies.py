"""«Ведомства»: the tree, one agency, adding and changing. Moving and closing say first what they touch."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin import tree
from otklik.desk.admin.editing import SEEN, carry_out, edit, written
from otklik.desk.admin.facts import seers, weight
from otklik.desk.admin.forms import AgencyForm, ParentForm
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.journal import book
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.lib.text import clean, tidy
from otklik.people import agencies as verbs
from otklik.people.agencies import AgencyInput
from otklik.people.models import Agency, User
from otklik.people.scope import scope_of

MOST_PEOPLE = 50
Act = Callable[[Agency, User, datetime], None]


@require_safe
@administers("agencies")
def agencies(request: HttpRequest) -> HttpResponse:
    """Three queries beside the frame's."""
    scope = scope_of(user_of(request))
    typed, closed = tidy(clean(request.GET.get("q", "")[:200])), request.GET.get("closed") == "1"
    rows, count = tree.rows(scope, typed, closed)
    context = {"rows": rows, "count": count, "typed": typed, "closed": closed, "most": tree.MOST, "whole": scope.whole}
    return framed(request, "agencies", "desk/admin/agencies.html", context)


def agency_for(request: HttpRequest, pk: int) -> Agency:
    """An agency that this administrator manages; 404 otherwise."""
    return get_object_or_404(scope_of(user_of(request)).agencies().select_related("parent", "territory"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("agencies")
def agency(request: HttpRequest, pk: int) -> HttpResponse:
    """One agency: its names and territory can be changed here, everything else has a page of its own."""

    def save(here: Agency, form: AgencyForm, by: User, now: datetime) -> HttpResponse:
        changed = verbs.change(here, _agency_input(form), form.cleaned_data[SEEN], by, now)
        return written(request, changed, reverse("admin-agency", args=[pk]))

    words = _("Пока вы писали, ведомство изменил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(
        *(request, lambda: agency_for(request, pk), AgencyForm, _page),
        seen=verbs.seen,
        save=save,
        late=words,
        fault=lambda refused, _form: ("short_name", why(refused)),
    )


def _page(request: HttpRequest, form: AgencyForm, here: Agency, status: int) -> HttpResponse:
    people = verbs.people_in(here).order_by("last_name", "first_name", "pk")
    context = {
        "agency": here,
        "form": form,
        "movable": not scope_of(user_of(request)).begins_at(here),
        "weight": weight(here),
        "people": people[:MOST_PEOPLE],
        "lines": lines_about(f"agency:{here.pk}"),
    }
    return framed(request, "agencies", "desk/admin/agency.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("agencies")
def addition(request: HttpRequest) -> HttpResponse:
    by = user_of(request)
    scope, posted = scope_of(by), request.POST if request.method == "POST" else None
    form, parent_form = AgencyForm(posted), ParentForm(posted, scope)
    if form.is_valid() and parent_form.is_valid():
        try:
            made = verbs.add(_agency_input(form), parent_form.parent(), by, clock.now())
        except Refused as refused:
            if refused.code == "name":
                form.add_error("short_name", why(refused))
            else:
                parent_form.add_error("parent", why(refused))
        else:
            messages.success(request, _("Ведомство добавлено. Теперь пригласите в него людей."))
            return HttpResponseRedirect(reverse("admin-agency", args=[made.pk]))
    context = {"form": form, "parent_form": parent_form}
    status = 422 if form.errors or parent_form.errors else 200
    return framed(request, "agencies", "desk/admin/agency_add.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("agencies")
def parent(request: HttpRequest, pk: int) -> HttpResponse:
    """Move the branch: the form, then who would gain and lose sight of how much, then, with `sure`, the move."""
    here, scope = agency_for(request, pk), scope_of(user_of(request))
    if scope.begins_at(here):
        raise PermissionDenied
    # Its choices are what this administrator manages, without the branch itself.
    form = ParentForm(request.POST if request.method == "POST" else None, scope, here)
    if not form.is_valid():
        context = {"form": form, "agency": here}
        return framed(request, "agencies", "desk/admin/agency_parent.html", context, 422 if form.errors else 200)
    above = form.parent()
    if is_sure(request):
        was_seen = request.POST.get(SEEN, "")
        done = _("Ведомство переподчинено.")
        return _do(request, here, lambda one, by, at: verbs.move(one, above, was_seen, by, at), done)
    title = _("Переподчинить: %s?") % here.short_name
    kept = [Hidden("parent", above.pk if above else ""), Hidden(SEEN, verbs.place_seen(here))]
    back = reverse("admin-agency", args=[here.pk])
    return ask(request, "agencies", Sure(title, _moved(here, above), _("Переподчинить"), back, kept))


def _moved(here: Agency, above: Agency | None) -> list[str]:
    """What the move touches, in figures."""
    old = seers(here.parent.path) if here.parent else set()
    new = seers(above.path) if above else set()
    stays = seers(here.path) - old
    usage = weight(here)
    figures = [
        _("Куда: %s.") % (above.short_name if above else _("само по себе")),
        _("Ведомств вместе с подчинёнными: %d, открытых карточек у них: %d.") % (usage.children + 1, usage.cards),
    ]
    if lose := len(old - new - stays):
        figures.append(_("Перестанут видеть эти карточки сотрудников: %d.") % lose)
    if gain := len(new - old - stays):
        figures.append(_("Начнут видеть эти карточки сотрудников: %d.") % gain)
    if len(figures) == 2:
        figures.append(_("Кому они видны, не изменится."))
    return figures


@require_http_methods(["GET", "HEAD", "POST"])
@administers("agencies")
def closing(request: HttpRequest, pk: int) -> HttpResponse:
    """Closed only when nothing hangs on it; what does is named, with the way to it."""
    here = agency_for(request, pk)
    if scope_of(user_of(request)).begins_at(here):
        raise PermissionDenied
    back = reverse("admin-agency", args=[here.pk])
    if request.method == "POST":
        return _do(request, here, _close_if_empty, _("Ведомство закрыто: его больше не предлагают."))
    usage = weight(here)
    if usage.blocked:
        return framed(request, "agencies", "desk/admin/agency_busy.html", {"agency": here, "weight": usage}, 409)
    figures = [_("Его перестанут предлагать для новых карточек. Прежние карточки и цифры останутся под его именем.")]
    if usage.accounts:
        figures.append(_("За ним остаются аккаунты сетей: %d. Они продолжат работать.") % usage.accounts)
    title = _("Закрыть ведомство: %s?") % here.short_name
    return ask(request, "agencies", Sure(title, figures, _("Закрыть ведомство"), back, grave=True))


@require_POST
@administers("agencies")
def reopening(request: HttpRequest, pk: int) -> HttpResponse:
    return _do(request, agency_for(request, pk), verbs.reopen, _("Ведомство снова открыто."))


def _close_if_empty(here: Agency, by: User, at: datetime) -> None:
    """Looked at once more inside the turn: a card may have come while the page stood open."""
    with book.turn():
        usage = weight(here)
        if usage.cards or usage.rules:
            raise Refused("busy")
        verbs.close(here, by, at)


def _do(request: HttpRequest, here: Agency, act: Act, done: str) -> HttpResponse:
    return carry_out(request, partial(act, here), done, reverse("admin-agency", args=[here.pk]))


def _agency_input(form: AgencyForm) -> AgencyInput:
    cleaned_data = form.cleaned_data
    return AgencyInput(
        cleaned_data["name"], cleaned_data["short_name"], form.places.get(cleaned_data["territory"] or 0)
    )
