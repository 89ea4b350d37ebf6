"""Deciding from the queue: the machine's suggestion as it stands, or another theme with the agency of the rules.

Each starts from «new» and nowhere else, though `assign` may start elsewhere, and is of exactly what the page showed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.incidents.models import Incident, State
from otklik.incidents.taking import must_not_be_anothers
from otklik.incidents.workflow import NotAllowed, hold
from otklik.lib import clock
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing.assign import Decision, assign
from otklik.routing.match import Router
from otklik.routing.models import Rule, Suggestion
from otklik.routing.rules import known
from otklik.routing.signs import signs_of
from otklik.routing.suggest import gave_back, verdict_of, whose
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.work.doubts import DOUBTS


class Missing(Exception):
    """The suggestion lacks what an acceptance needs; `field` is to be filled in by a person."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field


class Changed(Exception):
    """The suggestion is another one than the page showed."""


class Latest(NamedTuple):
    """The machine's latest word on a card. `seen` names both, as the page sends it back."""

    verdict: Verdict | None
    suggestion: Suggestion | None

    @property
    def seen(self) -> str:
        return f"{self.verdict.pk if self.verdict else 0}.{self.suggestion.pk if self.suggestion else 0}"


def latest_of(incident: Incident) -> Latest:
    """Two queries."""
    suggestions = Suggestion.objects.filter(incident=incident).select_related("agency", "rule__executor")
    return Latest(verdict_of(incident), suggestions.order_by("-pk").first())


def accept(incident: Incident, seen: str, by: User) -> Incident:
    """Assign as the machine suggests. Raises Missing, Changed, NotAllowed and NotFree."""
    with hold(incident.pk):
        _must_be_open_to(incident, by)
        verdict, suggestion = latest = latest_of(incident)
        if verdict is not None and verdict.doubt:
            raise Missing("theme", str(DOUBTS[verdict.doubt].refusal))
        if verdict is None or verdict.theme is None:
            raise Missing("theme", _("Тема не подсказана: выберите её сами."))
        if not themes_in_force(clock.now()).filter(pk=verdict.theme.pk).exists():
            raise Missing("theme", _("Подсказанную тему уже вывели: выберите другую."))
        if suggestion is None or suggestion.agency is None or not suggestion.agency.active:
            raise Missing("agency", _("Ведомство не подсказано: выберите его сами."))
        if seen != latest.seen:
            raise Changed
        decision = Decision(
            agency=suggestion.agency,
            theme=verdict.theme,
            place=verdict.place,
            kind=verdict.theme.kind,
            street=verdict.street,
            house=verdict.house,
            suggested=True,
            executor=suggestion.rule.executor if suggestion.rule else None,
        )
        return assign(incident, decision, by, clock.now())


def give(incident: Incident, seen: str, theme: Theme, agency: Agency | None, shown: int, by: User) -> Incident:
    """Assign with a theme that a person chose. Without an agency it goes to whom `named` says.

    `shown` is the agency's id that stood beside the theme on the page, 0 where none stood there: when the rules name
    another one by now, that is Changed. Raises Missing, Changed, NotAllowed and NotFree.
    """
    with hold(incident.pk):
        _must_be_open_to(incident, by)
        verdict, suggestion = latest = latest_of(incident)
        if seen != latest.seen:
            raise Changed
        whose_is_it = agency or named(incident, latest, [theme], clock.now()).get(theme.pk)
        if whose_is_it is None:
            raise Missing("agency", _("Для этой темы нет правила: выберите, кому назначить."))
        if agency is None and shown and whose_is_it.pk != shown:
            raise Changed
        suggested = (verdict.theme_id if verdict else None, suggestion.agency_id if suggestion else None)
        decision = Decision(
            agency=whose_is_it,
            theme=theme,
            place=place_of(incident, verdict),
            kind=theme.kind,
            street=incident.street or (verdict.street if verdict else ""),
            house=incident.house or (verdict.house if verdict else ""),
            suggested=suggested == (theme.pk, whose_is_it.pk),
        )
        return assign(incident, decision, by, clock.now())


def _must_be_open_to(incident: Incident, by: User) -> None:
    state = Incident.objects.values_list("state", flat=True).get(pk=incident.pk)
    if state != State.NEW:
        raise NotAllowed("assign", state)
    must_not_be_anothers(incident, by, clock.now())


def themes_in_force(now: datetime) -> QuerySet[Theme]:
    """The themes that may be chosen on the local day of `now`."""
    today = timezone.localdate(now)
    return Theme.objects.filter(in_force(today)).select_related("group")


def place_of(incident: Incident, verdict: Verdict | None) -> Place | None:
    """Where it is: what a person set, else what the machine read."""
    return incident.place or (verdict.place if verdict else None)


def named(incident: Incident, latest: Latest, themes: Sequence[Theme], now: datetime) -> dict[int, Agency]:
    """Theme id → whose it would be: for the suggested theme the suggested agency, as the row shows it; for another
    one the agency that the rules name for the card's place. Only agencies that work and have not said «не наше».

    Two queries, and two more where rules ask for words and hours.
    """
    verdict, suggestion = latest
    said_no = gave_back(incident)
    found = _ruled(incident, themes, place_of(incident, verdict), now, said_no)
    if verdict is not None and suggestion is not None and suggestion.agency is not None:
        found |= {theme.pk: suggestion.agency for theme in themes if theme.pk == verdict.theme_id}
    return {pk: agency for pk, agency in found.items() if agency.active and agency.pk not in said_no}


def _ruled(
    incident: Incident, themes: Sequence[Theme], place: Place | None, now: datetime, said_no: set[int]
) -> dict[int, Agency]:
    """Of the thousands of rules only those that could fit are read."""
    subject = Q(theme__in=themes) | Q(theme=None, group__in=[theme.group_id for theme in themes])
    above = [int(part) for part in place.path.split("/") if part] if place else []
    fitting = Rule.objects.filter(agency__active=True).filter(
        subject | Q(theme=None, group=None), Q(place=None) | Q(place__in=above)
    )
    rules = {rule.pk: rule for rule in fitting.select_related("place", "agency")}
    router = Router(known(rules.values()))
    signs = signs_of(incident, router)
    matches = {theme.pk: whose(router, theme, place, now, signs, said_no) for theme in themes}
    return {pk: rules[match.rule_id].agency for pk, match in matches.items() if match}
