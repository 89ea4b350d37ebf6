"""Keeping a choice of the queue under a name, and what may be done with it afterwards. All of it is one's own."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, JSONObject
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.listing import counted
from otklik.desk.models import Selection
from otklik.desk.operator.queue.filters import Filters, read_filters
from otklik.desk.operator.queue.moves import DESK
from otklik.lib.text import clean, tidy
from otklik.people.models import User

MOST_OWN = 50
MOST_TITLE = Selection._meta.get_field("title").max_length or 60
MOST_QUERY = Selection._meta.get_field("query").max_length or 600
MOST_PINNED = 8


@dataclass(frozen=True, slots=True)
class Kept:
    """A selection with what it chooses. Whose it is does not matter for the numbers: they are the reader's own."""

    pk: int
    title: str
    filters: Filters
    pinned: bool
    shared: bool
    mine: bool
    owner: str

    @property
    def address(self) -> str:
        return self.filters.address()


class Selections(NamedTuple):
    """`pinned` are one's own that stand above the list, at most eight; `theirs` are what colleagues share."""

    mine: list[Kept]
    theirs: list[Kept]

    @property
    def pinned(self) -> list[Kept]:
        return [one for one in self.mine if one.pinned][:MOST_PINNED]


class Chip(NamedTuple):
    pk: int
    title: str
    address: str
    cards: str
    current: bool


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*DESK)
def selections(request: HttpRequest) -> HttpResponse:
    """The list of one's own and of the shared ones; POST keeps `query` under `title`."""
    if request.method == "POST":
        return _keep(request)
    context = {"selections": selections_of(user_of(request)), "most_pinned": MOST_PINNED}
    return render(request, "desk/selections/page.html", context)


def _keep(request: HttpRequest) -> HttpResponse:
    query = normal(request.POST.get("query", "")[: MOST_QUERY * 10])
    back = HttpResponseRedirect(f"{reverse('queue')}?{query}")
    title, user = _title(request), user_of(request)
    if not title:
        return _refusal(request, back, _("Назовите подборку: хотя бы одно слово."))
    if len(query) > MOST_QUERY:
        return _refusal(request, back, _("Слова для поиска слишком длинные: сократите их, и подборка сохранится."))
    if Selection.objects.filter(user=user).count() >= MOST_OWN:
        return _refusal(request, back, _("Подборок уже %d. Удалите ненужную, чтобы сохранить новую.") % MOST_OWN)
    pinned = Selection.objects.filter(user=user, pinned=True).count() < MOST_PINNED
    shared = request.POST.get("shared") == "1"
    try:
        with transaction.atomic():
            Selection.objects.create(user=user, title=title, query=query, shared=shared, pinned=pinned)
    except IntegrityError:
        return _refusal(request, back, _("Подборка «%s» уже есть: назовите эту иначе.") % title)
    messages.success(request, _("Подборка «%s» сохранена") % title)
    return back


@require_POST
@permitted(*DESK)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or pin: whichever of `title`, `shared` and `pinned` is sent."""
    mine, back = _mine(request, pk), redirect("selections")
    changes: dict[str, str | bool] = {}
    if "title" in request.POST:
        changes["title"] = _title(request)
        if not changes["title"]:
            return _refusal(request, back, _("Назовите подборку: хотя бы одно слово."))
    changes |= {name: request.POST[name] == "1" for name in ("shared", "pinned") if name in request.POST}
    if changes.get("pinned") and not mine.pinned and _pinned_by(request) >= MOST_PINNED:
        return _refusal(
            request, back, _("Над очередью помещается %d подборок: сначала открепите другую.") % MOST_PINNED
        )
    try:
        with transaction.atomic():
            Selection.objects.filter(pk=mine.pk).update(**changes)
    except IntegrityError:
        return _refusal(request, back, _("Подборка «%s» уже есть: назовите эту иначе.") % changes["title"])
    return back


@require_POST
@permitted(*DESK)
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own selection goes; the cards in it are not touched."""
    mine = _mine(request, pk)
    mine.delete()
    messages.success(request, _("Подборка «%s» удалена") % mine.title)
    return redirect("selections")


def _mine(request: HttpRequest, pk: int) -> Selection:
    """Raises Http404 for another's selection, shared or not."""
    selection = Selection.objects.filter(pk=pk, user=user_of(request)).first()
    if selection is None:
        raise Http404
    return selection


def _pinned_by(request: HttpRequest) -> int:
    return Selection.objects.filter(user=user_of(request), pinned=True).count()


def _title(request: HttpRequest) -> str:
    """One line of what was typed, without anything invisible."""
    return tidy(clean(request.POST.get("title", "")[:1000]))[:MOST_TITLE].strip()


def _refusal(request: HttpRequest, back: HttpResponse, words: str) -> HttpResponse:
    messages.error(request, words)
    return back


def rows_of(user: User) -> QuerySet[Selection, tuple[str, int, str]]:
    """One's own and the shared ones of whoever still works here, as ("selection", pk, JSON): fit for a union."""
    open_ones = Q(user=user) | Q(shared=True, user__is_active=True)
    selection_json = JSONObject(
        title="title",
        query="query",
        pinned="pinned",
        shared="shared",
        owner="user_id",
        last_name="user__last_name",
        first_name="user__first_name",
        patronymic="user__patronymic",
        username="user__username",
    )
    return (
        Selection.objects.filter(open_ones)
        .order_by()
        .values_list(Value("selection"), "pk", Cast(selection_json, TextField()))
    )


def selections_of(user: User, rows: Iterable[tuple[str, int, str]] | None = None) -> Selections:
    """By title. One query, or none when its `rows` are at hand."""
    kept = [
        _kept(pk, json.loads(selection_json), user)
        for _kind, pk, selection_json in (rows_of(user) if rows is None else rows)
    ]
    kept.sort(key=lambda one: (one.title.casefold(), one.pk))
    return Selections([one for one in kept if one.mine], [one for one in kept if not one.mine])


def chips_of(selections: Selections, numbers: Sequence[int], chosen: Filters) -> list[Chip]:
    """The pinned ones with their numbers; the one that the page shows is the current one."""
    here = chosen.address(start="")
    return [
        Chip(one.pk, one.title, one.address, counted(number), one.address == here)
        for one, number in zip(selections.pinned, numbers, strict=True)
    ]


def normal(query: str) -> str:
    """An address line as the queue itself would write it: whatever makes no sense in it is gone, and so is the page."""
    return read_filters(QueryDict(query.encode("utf-8", "replace"))).address(start="")


def _kept(pk: int, fields: dict[str, Any], user: User) -> Kept:
    mine = fields["owner"] == user.pk
    names = {name: fields[name] for name in ("last_name", "first_name", "patronymic", "username")}
    filters = read_filters(QueryDict(fields["query"]))
    return Kept(
        pk=pk,
        title=fields["title"],
        filters=filters.into(filters.tab),
        pinned=bool(fields["pinned"]),
        shared=bool(fields["shared"]),
        mine=mine,
        owner="" if mine else User(**names).initials,
    )
