"""The pages of «Сдать смену»: what I hand over and to whom; what is handed to me."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.card.reply import typed
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.models import HandedOver, Handover
from otklik.desk.operator.shift import handover as verbs
from otklik.desk.operator.shift.roles import WORKERS, WORKING
from otklik.desk.operator.shift.shift import Held, Why, beginning, shift_of
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.people.access import grants_of
from otklik.people.models import Grant, User
from otklik.work.colleagues import opens


@dataclass(frozen=True, slots=True)
class Next:
    """Somebody who could take the shift; `blind` are the numbers of the cards that he does not see."""

    user: User
    blind: list[int]


@dataclass(frozen=True, slots=True)
class Line:
    """One card of a handover for showing. `open`: the reader sees it; `moved`: this handover has moved it; `says`: how
    it begins."""

    card: Incident
    why: list[Why]
    open: bool
    moved: bool
    says: str


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*WORKING)
def handover(request: HttpRequest) -> HttpResponse:
    """GET: what is in one's hands. POST: offer the marked cards to a colleague."""
    user, now = user_of(request), clock.now()
    pending = verbs.offered(user)
    held = [one for one in shift_of(user, now) if one.card.pk not in pending]
    people = _next(user, held)
    if request.method != "POST":
        return _page(request, held, people)
    marked = {integer(value) for value in request.POST.getlist("card")[:1000]}
    chosen = [one for one in held if one.card.pk in marked]
    problem, taker, seen = _judge(request, chosen, people)
    if problem or taker is None:
        return _page(request, held, people, problem=problem, marked=marked, taker=taker, blind=len(chosen) > len(seen))
    try:
        made = verbs.offer(user, taker.user, seen, typed(request, "note"), now)
    except verbs.Closed:
        return redirect("handover")
    return redirect("handover-one", made.pk)


def _judge(request: HttpRequest, chosen: list[Held], people: Sequence[Next]) -> tuple[str, Next | None, list[Held]]:
    """Why it cannot be offered so, or ""; to whom; and which of the cards he sees. Said before anything is sent."""
    wanted = integer(request.POST.get("taker"))
    taker = next((person for person in people if person.user.pk == wanted), None)
    if not chosen:
        return _("Отметьте карточки, которые сдаёте."), taker, []
    if taker is None:
        return _("Выберите, кто примет смену."), None, []
    seen = [one for one in chosen if one.card.number not in taker.blind]
    hidden = [one.card.number for one in chosen if one.card.number in taker.blind]
    if not seen:
        return _("%s не видит ни одной из этих карточек. Выберите другого.") % taker.user.initials, taker, []
    if hidden and request.POST.get("without") != "yes":
        sentence = _("%(who)s не видит: %(cards)s. Эти карточки останутся у вас. Отметьте, что сдаёте остальные.")
        return sentence % {"who": taker.user.initials, "cards": numbers(hidden)}, taker, seen
    return "", taker, seen


def numbers(of: Sequence[int]) -> str:
    """«№ 15, № 18»; the first twenty are named."""
    named = ", ".join(f"№\u00a0{number}" for number in of[:20])
    return f"{named}…" if len(of) > 20 else named


def _page(
    request: HttpRequest,
    held: list[Held],
    people: Sequence[Next],
    *,
    problem: str = "",
    marked: set[int] | None = None,
    taker: Next | None = None,
    blind: bool = False,
) -> HttpResponse:
    user = user_of(request)
    open_ones = verbs.waiting().filter(Q(giver=user) | Q(taker=user)).select_related("giver", "taker").order_by("-pk")
    facts = {
        "held": held,
        "people": people,
        "waiting": open_ones.annotate(count=Count("cards__incident", distinct=True))[:20],
        "problem": problem,
        "marked": {one.card.pk for one in held} if marked is None else marked,
        "taker_pk": taker.user.pk if taker else 0,
        "blind": blind,
        "note": typed(request, "note"),
    }
    return render(request, "desk/colleagues/handover.html", facts, status=422 if problem else 200)


def _next(user: User, held: Sequence[Held]) -> list[Next]:
    """Active colleagues who share one of the user's working roles and see at least one of the cards. One query."""
    mine = {grant.role for grant in grants_of(user)} & set(WORKERS)
    same = User.objects.filter(is_active=True, grants__role__in=mine).exclude(pk=user.pk)
    people: dict[int, list[Grant]] = {}
    rows = Grant.objects.filter(user__in=same.values("pk")).select_related("user", "agency", "place", "made")
    for grant in rows.order_by("user__last_name", "user_id"):
        people.setdefault(grant.user_id, []).append(grant)
    takers = [Next(grants[0].user, _blind(grants, held)) for grants in people.values()]
    return [person for person in takers if len(person.blind) < len(held)]


def _blind(grants: Sequence[Grant], held: Sequence[Held]) -> list[int]:
    return [one.card.number for one in held if not any(opens(grant, one.card) for grant in grants)]


@require_safe
@permitted()
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One handover, for who gives it and who takes it."""
    handover_row = _handover_for(request, pk)
    user = user_of(request)
    fate = verbs.fate_of(handover_row)
    lines = _lines(handover_row, user, fate.moved)
    facts = {
        "handover": handover_row,
        "lines": lines,
        "left": numbers([line.card.number for line in lines if not line.moved]),
        "undone": bool(fate.undone),
        "standing": handover_row.withdrawn_at is None and (handover_row.confirmed_at is None or bool(fate.undone)),
        "mine": handover_row.giver_id == user.pk,
        "batch": request.GET.get("batch", "")[:36],
    }
    return render(request, "desk/colleagues/one.html", facts)


def _lines(handover_row: Handover, user: User, moved: set[int]) -> list[Line]:
    """Two queries."""
    rows = (
        HandedOver.objects.filter(handover=handover_row)
        .select_related("incident__theme")
        .annotate(says=beginning("incident"))
    )
    seen = set(visible_to(user).filter(pk__in=rows.values("incident")).values_list("pk", flat=True))
    lines: dict[int, Line] = {}
    for row in rows.order_by("incident__number", "pk"):
        pk = row.incident_id
        line = lines.setdefault(pk, Line(row.incident, [], pk in seen, pk in moved, row.says or ""))
        line.why.append(Why(row.why))
    return list(lines.values())


def _handover_for(request: HttpRequest, pk: int, **who: Any) -> Handover:
    """Raises Http404 for everybody but the two whom it concerns."""
    user = user_of(request)
    both = Handover.objects.select_related("giver", "taker").filter(Q(giver=user) | Q(taker=user), pk=pk, **who)
    handover_row = both.first()
    if handover_row is None:
        raise Http404
    return handover_row


@require_POST
@permitted()
def confirmation(request: HttpRequest, pk: int) -> HttpResponse:
    """The taker says that he has it. 409 when it was withdrawn or confirmed meanwhile."""
    handover_row = _handover_for(request, pk, taker=user_of(request))
    try:
        done = verbs.confirm(handover_row, user_of(request), clock.now())
    except verbs.Closed:
        return _too_late(request, handover_row)
    return redirect(f"/handover/{pk}/?batch={done.batch}" if done.moved else f"/handover/{pk}/")


@require_POST
@permitted()
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """The giver keeps his cards."""
    handover_row = _handover_for(request, pk, giver=user_of(request))
    try:
        verbs.withdraw(handover_row, user_of(request), clock.now())
    except verbs.Closed:
        return _too_late(request, handover_row)
    return redirect("handover-one", pk)


def _too_late(request: HttpRequest, handover_row: Handover) -> HttpResponse:
    return render(request, "desk/colleagues/late.html", {"handover": handover_row}, status=409)
