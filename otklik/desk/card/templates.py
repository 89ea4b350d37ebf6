"""Texts to start an answer from, filled with what the card knows: a list to search, and questions to ask at once."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from otklik.answers.drafts import WRITTEN
from otklik.answers.models import Answer, Template
from otklik.answers.templates import Facts, cut, facts_of, fill
from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import card_for, day_in, integer, must_be_allowed, permitted, user_of
from otklik.incidents.models import Incident, Outcome
from otklik.lib.text import fold
from otklik.people.access import has
from otklik.people.permissions import Permission
from otklik.work.answers import message_to_answer

MOST = 30
MOST_QUESTIONS = 6
MOST_READ = 2000
THEME, GROUP, GENERAL, OTHER = range(4)
ENDINGS = {
    Outcome.SOLVED.value: ("устран", "восстанов", "выполнен", "отремонтир", "сделан", "решен"),
    Outcome.EXPLAINED.value: ("разъясн", "согласно", "в соответствии", "порядок"),
    Outcome.UNSOLVED.value: ("не предусмотр", "невозможн", "нет возможности", "не решен"),
    Outcome.POSTPONED.value: ("запланир", "планир", "включен в план", "отложен"),
}
"""By which beginnings of words, folded, a template tells how the matter has ended."""


@dataclass(frozen=True, slots=True)
class Starter:
    """A template as it would stand in the answer. `whose` names the theme or the group it was written for."""

    pk: int
    title: str
    whose: str
    rank: int
    text: str

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        return cut(self.text)


@require_GET
@permitted()
def templates(request: HttpRequest, pk: int) -> HttpResponse:
    """Those for the kind of answer that is being written, by the words typed into the search."""
    incident = _writable(request, pk)
    kind = request.GET.get("kind", "")
    kind = kind if kind in WRITTEN else Answer.Kind.FINAL
    wanted = fold(request.GET.get("q", "")[:100]).split()
    # Those of another matter are found by their words alone, and stand after all others.
    fitting = (row for row in _in_order(incident, kind) if wanted or _rank(row, incident) < OTHER)
    named = [row for row in fitting if _has(row, wanted)]
    rows = _by_ending(named, incident, request.GET.get("outcome", ""))[:MOST]
    facts = {
        "incident": incident,
        "starters": _filled(rows, incident, _facts(request, incident, kind)),
        "other": OTHER,
        "wanted": wanted,
        "may_make": has(user_of(request), Permission.TUNE),
    }
    page = "desk/card/_templates.html" if is_fragment(request) else "desk/card/templates.html"
    return render(request, page, facts)


@require_GET
@permitted()
def questions(request: HttpRequest, pk: int) -> HttpResponse:
    """Ready questions for the card's theme; where there are few, its group's and the general ones after them."""
    incident = _writable(request, pk)
    kind = Answer.Kind.QUESTION
    rows = [row for row in _in_order(incident, kind) if _rank(row, incident) < OTHER][:MOST_QUESTIONS]
    facts = {
        "incident": incident,
        "starters": _filled(rows, incident, _facts(request, incident, kind)),
        "may_make": has(user_of(request), Permission.TUNE),
    }
    page = "desk/card/_questions.html" if is_fragment(request) else "desk/card/templates.html"
    return render(request, page, facts)


def _writable(request: HttpRequest, pk: int) -> Incident:
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    return incident


def _in_order(incident: Incident, kind: str) -> list[Template]:
    """The card's theme, its group, those for any theme, all others. An agency's own are for its subtree.

    Where nobody has set a theme, the suggested one tells. Two queries.
    """
    above = incident.agency.path.strip("/").split("/") if incident.agency else []
    allowed = Q(agency=None) | Q(agency__in=[int(pk) for pk in above if pk])
    rows = Template.objects.filter(allowed, kind=kind).select_related("theme__group", "group").order_by("title", "pk")
    # The agency's own words come before those of the whole region.
    return sorted(rows[:MOST_READ], key=lambda row: (_rank(row, incident), row.agency_id is None))


def _by_ending(rows: Iterable[Template], incident: Incident, outcome: str) -> list[Template]:
    """Within what fits the theme equally well: those that name the card's place come first, then those whose words
    speak of the chosen ending; a text that speaks of another one comes last."""
    place = fold(incident.place.name) if incident.place else ""

    def order(row: Template) -> tuple[int, bool, int]:
        words = fold(f"{row.title} {row.text}")
        spoken = {ending for ending, stems in ENDINGS.items() if any(stem in words for stem in stems)}
        fits = 0 if outcome in spoken else 2 if outcome and spoken else 1
        return _rank(row, incident), not (place and place in words), fits

    return sorted(rows, key=order)


def _rank(row: Template, incident: Incident) -> int:
    theme = incident.theme or incident.guessed_theme
    if row.theme_id:
        return THEME if theme and row.theme_id == theme.pk else OTHER
    if row.group_id:
        return GROUP if theme and row.group_id == theme.group_id else OTHER
    return GENERAL


def _has(row: Template, wanted: list[str]) -> bool:
    """Whether every typed word begins a word of the template."""
    if not wanted:
        return True
    there = " " + fold(f"{row.title} {row.text} {_whose(row)}").replace("«", " ").replace("{", " ").replace("-", " ")
    return all(f" {word}" in there for word in wanted)


def _whose(row: Template) -> str:
    return row.theme.name if row.theme else row.group.name if row.group else ""


def _facts(request: HttpRequest, incident: Incident, kind: str) -> Facts:
    """What the holes are filled with; a promise that was typed already is the day that is named."""
    message = message_to_answer(incident, integer(request.GET.get("reply_to")))
    if message is None:
        raise Http404
    facts = facts_of(incident, message)
    promised = day_in(request.GET.get("promised_on", "")) if kind == Answer.Kind.INTERIM else None
    return replace(facts, until=promised) if promised else facts


def _filled(rows: Iterable[Template], incident: Incident, facts: Facts) -> list[Starter]:
    return [Starter(row.pk, row.title, _whose(row), _rank(row, incident), fill(row.text, facts)) for row in rows]
