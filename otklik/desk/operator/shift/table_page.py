"""Resources of a card for several people: who is here, whom one may call, and its tags."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST, require_safe

from otklik.desk.card.facts import may_note
from otklik.desk.card.pick import Option, best
from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import card_for, permitted, user_of
from otklik.desk.operator.shift import presence
from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.incidents.tagging import known_tags
from otklik.incidents.taking import ENDED, HOLD
from otklik.lib import clock
from otklik.lib.text import fold
from otklik.people.models import Grant, User
from otklik.people.permissions import Permission
from otklik.work.colleagues import seers

_WHO = ("username", "last_name", "first_name", "patronymic")


@dataclass(frozen=True, slots=True)
class Table:
    """`taken` is a name, "" where nobody has the card before him, or no more. `tags` are ids and names."""

    taken_pk: int
    taken: str
    taken_at: datetime | None
    tags: list[tuple[int, str]]


@require_POST
@permitted()
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """«I have this card open»; answers who else has. `writing`: he has typed into its answer.

    Asked when the page opens, while he writes, and when the pulse tells that somebody has come or gone.
    """
    incident, user, now = card_for(request, pk), user_of(request), clock.now()
    presence.come(incident.pk, user, request.POST.get("writing") == "1", now)
    return render(request, "desk/colleagues/_here.html", {"others": presence.others(incident.pk, user, now)})


@require_POST
@permitted()
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """The page was closed."""
    presence.leave(card_for(request, pk).pk, user_of(request), clock.now())
    return HttpResponse(status=204)


@require_GET
@permitted()
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """In whose hands the card is, and its tags. It comes after the page, which has no query to spare."""
    incident = card_for(request, pk)
    user = user_of(request)
    facts = {
        "incident": incident,
        "table": table_of(incident, clock.now()),
        "may_note": may_note(user, incident),
        "may_take": incident.state not in ENDED and may_move(user, incident, "assign"),
    }
    page = "desk/colleagues/_table.html" if is_fragment(request) else "desk/colleagues/table.html"
    return render(request, page, facts)


@require_GET
@permitted()
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a note on this card may call, by the first letters of `q`."""
    incident = card_for(request, pk)
    if not may_note(user_of(request), incident):
        raise PermissionDenied
    people = _begin_with(incident, request.GET.get("q", ""), user_of(request))
    return render(request, "desk/colleagues/_colleagues.html", {"people": people})


@require_safe
@permitted(Permission.NOTE)
def known(request: HttpRequest) -> HttpResponse:
    """Tags of cards that one sees, for what has been typed so far: options of the field's list."""
    tags_there = known_tags(user_of(request), request.GET.get("q", "")[:100])
    return render(request, "desk/colleagues/_tags.html", {"tags": tags_there})


def _begin_with(incident: Incident, typed: str, but: User) -> list[Option]:
    """Colleagues whose surname or name begins with what was typed; with nothing typed the first ones. Two queries.

    `more` is what tells namesakes apart: the role and the agency.
    """
    known = seers(incident).exclude(pk=but.pk)
    wanted = fold(typed[:100])
    people = best(known, wanted, _names) if wanted else list(known[:12])
    roles = _roles(people)
    return [Option(user.pk, user.initials, " · ".join((str(user), *roles.get(user.pk, ())))) for user in people]


def _names(user: User) -> tuple[str, ...]:
    return (user.last_name or user.username, user.first_name, user.patronymic)


def _roles(people: Iterable[User]) -> dict[int, tuple[str, ...]]:
    """The first role of each, and the agency it is for."""
    roles_by_user: dict[int, tuple[str, ...]] = {}
    for grant in Grant.objects.filter(user__in=list(people)).select_related("agency", "made").order_by("pk"):
        agency = (grant.agency.short_name,) if grant.agency else ()
        roles_by_user.setdefault(grant.user_id, (grant.title, *agency))
    return roles_by_user


def table_of(incident: Incident, now: datetime) -> Table:
    """One query."""
    rows = list(
        Incident.objects.filter(pk=incident.pk)
        .order_by("tags__name")
        .values("tags__pk", "tags__name", *(f"taken_by__{part}" for part in _WHO))[:60]
    )
    first = rows[0] if rows else {}
    held = incident.taken_by_id is not None and incident.taken_at is not None and incident.taken_at >= now - HOLD
    return Table(
        taken_pk=(incident.taken_by_id or 0) if held else 0,
        taken=_name(first) if held else "",
        taken_at=incident.taken_at,
        tags=[(row["tags__pk"], row["tags__name"]) for row in rows if row["tags__pk"]],
    )


def _name(row: dict[str, object]) -> str:
    parts = {part: str(row.get(f"taken_by__{part}") or "") for part in _WHO}
    return User(**parts).initials if parts["username"] else ""
