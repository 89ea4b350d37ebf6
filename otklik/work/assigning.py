"""Whose a card becomes: assigned by a person's choice or as the machine suggests, another theme, taken off, passed on.

What is decided of it is put together here and nowhere else, for the card's page, the queue, many cards and programs.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Annotated, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, StringConstraints

from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import MOVES, NotAllowed
from otklik.lib.kept import LONG_AGO, STAND_IN, KeptRows, keep_rows, whole_day
from otklik.people.models import Agency, User
from otklik.places.models import Place
from otklik.routing import assign as routing
from otklik.routing.assign import Decision
from otklik.routing.match import Router
from otklik.routing.models import Assignment as AssignmentRow
from otklik.routing.models import Rule, Suggestion
from otklik.routing.passing import pass_further
from otklik.routing.rules import known
from otklik.routing.signs import signs_of
from otklik.routing.suggest import gave_back, verdict_of, whose
from otklik.routing.theming import set_theme
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.work.doubts import DOUBTS
from otklik.work.kinds import GivenId, KindCode, Line, Must, OneOf, Words
from otklik.work.verb import Input, Press, Refused, Verb
from otklik.work.words import RETURN_REASONS

WHY_NOT_OURS = Must(gettext_lazy("Выберите причину: почему это не ваше."))
PASSING_REASONS = {code: words for code, words in RETURN_REASONS.items() if code != "already_answered"}


class Assignment(Input):
    """What is left out stays as the card has it; None takes it away."""

    agency: Annotated[GivenId, Must(gettext_lazy("Выберите, кому назначить."))]
    theme: GivenId | None = Field(default=None, description=gettext_noop("Без неё остаётся тема, которая есть."))
    place: GivenId | None = Field(default=None, description=gettext_noop("Без него остаётся место, которое есть."))
    kind: KindCode | None = None
    street: Line | None = None
    house: Annotated[Line, StringConstraints(max_length=32)] | None = None


class Placement(Assignment):
    """With whom the rule names that the machine has suggested, for a card that is assigned as it says."""

    executor: GivenId | None = None


class Acceptance(Input):
    """`seen` names the verdict and the suggestion that the page showed, as `Latest.seen` writes it."""

    seen: str = ""


class OtherTheme(Acceptance):
    """`shown` is the agency that stood beside the theme on the page, 0 where none stood there."""

    theme: Annotated[GivenId, Must(gettext_lazy("Этой темы нет в классификаторе: выберите другую."))]
    agency: GivenId | None = None
    shown: int = 0


class Theming(Input):
    theme: GivenId


class Return(Input):
    """«Не наше»."""

    reason: Annotated[str, OneOf(tuple(RETURN_REASONS)), WHY_NOT_OURS]
    words: Words = ""


class Passing(Input):
    agency: Annotated[GivenId, Must(gettext_lazy("Выберите, какому ведомству передать."))]
    reason: Annotated[str, OneOf(tuple(PASSING_REASONS)), WHY_NOT_OURS]
    words: Words = ""


class TakingOff(Input):
    pass


class Missing(Refused):
    """The suggestion lacks what an acceptance needs; `field` is to be filled in by a person."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(422, words, field)


class Changed(Refused):
    """The suggestion is another one than the page showed."""

    def __init__(self, card: Incident) -> None:
        super().__init__(409, _("Подсказка для № %d только что изменилась. Взгляните ещё раз.") % card.number)


class Latest(NamedTuple):
    """The machine's latest word on a card. `seen` names both, as the page sends it back."""

    verdict: Verdict | None
    suggestion: Suggestion | None

    @property
    def seen(self) -> str:
        return f"{self.verdict.pk if self.verdict else 0}.{self.suggestion.pk if self.suggestion else 0}"


def decision(
    card: Incident,
    agency: Agency,
    theme: Theme | None,
    place: Place | None,
    kind: str,
    street: str,
    house: str,
    executor: User | None = None,
) -> Decision:
    """What is decided of this card. The machine's word is taken where agency, theme and place are all as it has
    suggested for a new card; only then whoever its rule names (`executor`) gets it."""
    chosen = (agency.pk, theme and theme.pk, place and place.pk)
    suggested = chosen == (card.guessed_agency_id, card.guessed_theme_id, card.guessed_place_id)
    return Decision(agency, theme, place, kind, street, house, suggested, executor if suggested else None)


def _assign(press: Press[Incident], data: Assignment) -> Incident:
    card, new = press.card, data.model_fields_set
    rows = _agency(connection.vendor).ask({STAND_IN: data.agency})
    if not rows:
        raise Refused(422, _("Выберите, кому назначить."), "agency")
    theme, place = card.theme if "theme" not in new else None, card.place if "place" not in new else None
    decided = decision(
        card,
        rows[0],
        theme_in_force(data.theme, press.at) if data.theme else theme,
        _place_of(data.place) if data.place else place,
        data.kind or "",
        (data.street or "").strip() if "street" in new else card.street,
        (data.house or "").strip() if "house" in new else card.house,
        User.objects.filter(pk=data.executor).first() if isinstance(data, Placement) and data.executor else None,
    )
    return routing.assign(card, decided, press.by, press.at, fresh=True)


def theme_in_force(pk: int, at: datetime) -> Theme:
    """The theme, which may be chosen on the local day of `at`. Raises Refused."""
    of_today = {whole_day(LONG_AGO.date()): whole_day(timezone.localdate(at)), STAND_IN: pk}
    for theme in _theme(connection.vendor).ask(of_today):
        return theme
    raise Refused(422, _("Такой темы сейчас нет."), "theme")


def _place_of(pk: int) -> Place:
    for place in _place(connection.vendor).ask({STAND_IN: pk}):
        return place
    raise Refused(422, _("Такого места нет."), "place")


@cache
def _agency(vendor: str) -> KeptRows[Agency]:
    return keep_rows(Agency.objects.filter(pk=STAND_IN, active=True))


@cache
def _theme(vendor: str) -> KeptRows[Theme]:
    return keep_rows(Theme.objects.filter(in_force(LONG_AGO.date()), pk=STAND_IN).select_related("group"))


@cache
def _place(vendor: str) -> KeptRows[Place]:
    return keep_rows(Place.objects.filter(pk=STAND_IN))


def latest_of(card: Incident) -> Latest:
    """Two queries."""
    suggestions = Suggestion.objects.filter(incident=card).select_related("agency", "rule__executor")
    return Latest(verdict_of(card), suggestions.order_by("-pk").first())


def _accept(press: Press[Incident], data: Acceptance) -> Incident:
    """As the machine suggests: from «new» and nowhere else, though `assign` may start elsewhere, and of exactly what
    the page showed."""
    _must_be_new(press.card)
    verdict, suggestion = latest = latest_of(press.card)
    if verdict is not None and verdict.doubt:
        raise Missing("theme", str(DOUBTS[verdict.doubt].refusal))
    if verdict is None or verdict.theme is None:
        raise Missing("theme", _("Тема не подсказана: выберите её сами."))
    if not themes_in_force(press.at).filter(pk=verdict.theme.pk).exists():
        raise Missing("theme", _("Подсказанную тему уже вывели: выберите другую."))
    if suggestion is None or suggestion.agency is None or not suggestion.agency.active:
        raise Missing("agency", _("Ведомство не подсказано: выберите его сами."))
    if data.seen != latest.seen:
        raise Changed(press.card)
    where = (verdict.place, verdict.theme.kind, verdict.street, verdict.house)
    executor = suggestion.rule.executor if suggestion.rule else None
    decided = decision(press.card, suggestion.agency, verdict.theme, *where, executor)
    return routing.assign(press.card, decided, press.by, press.at, fresh=True)


def _assign_under(press: Press[Incident], data: OtherTheme) -> Incident:
    """With another theme than the machine's first, to the agency that was chosen or that `agencies_for` names."""
    card, at = press.card, press.at
    _must_be_new(card)
    theme = themes_in_force(at).filter(pk=data.theme).first()
    agency = Agency.objects.filter(pk=data.agency, active=True).first() if data.agency else None
    if theme is None:
        raise Refused(422, _("Этой темы нет в классификаторе: выберите другую."))
    if data.agency and agency is None:
        raise Missing("agency", _("Этого ведомства больше нет: выберите другое."))
    verdict, _suggestion = latest = latest_of(card)
    if data.seen != latest.seen:
        raise Changed(card)
    to = agency or agencies_for(card, latest, [theme], at).get(theme.pk)
    if to is None:
        raise Missing("agency", _("Для этой темы нет правила: выберите, кому назначить."))
    if agency is None and data.shown and to.pk != data.shown:
        raise Changed(card)
    street = card.street or (verdict.street if verdict else "")
    house = card.house or (verdict.house if verdict else "")
    decided = decision(card, to, theme, place_of(card, verdict), theme.kind, street, house)
    return routing.assign(card, decided, press.by, at, fresh=True)


def _must_be_new(card: Incident) -> None:
    if card.state != State.NEW:
        raise NotAllowed("assign", card.state)


def themes_in_force(at: datetime) -> QuerySet[Theme]:
    """The themes that may be chosen on the local day of `at`."""
    return Theme.objects.filter(in_force(timezone.localdate(at))).select_related("group")


def place_of(card: Incident, verdict: Verdict | None) -> Place | None:
    """Where it is: what a person set, else what the machine read."""
    return card.place or (verdict.place if verdict else None)


def agencies_for(card: Incident, latest: Latest, themes: Sequence[Theme], at: datetime) -> dict[int, Agency]:
    """Theme id → whose the card would be: for the suggested theme the suggested agency, as the row shows it; for
    another one the agency that the rules name for the card's place. Only agencies that work and that have not said
    «не наше».

    Two queries, and two more where rules ask for words and hours.
    """
    verdict, suggestion = latest
    refusals = gave_back(card)
    agencies = _by_rules(card, themes, place_of(card, verdict), at, refusals)
    if verdict is not None and suggestion is not None and suggestion.agency is not None:
        agencies |= {theme.pk: suggestion.agency for theme in themes if theme.pk == verdict.theme_id}
    return {pk: agency for pk, agency in agencies.items() if agency.active and agency.pk not in refusals}


def _by_rules(
    card: Incident, themes: Sequence[Theme], place: Place | None, at: datetime, refusals: set[int]
) -> dict[int, Agency]:
    """Of the thousands of rules only those that could fit are read."""
    subject = Q(theme__in=themes) | Q(theme=None, group__in=[theme.group_id for theme in themes])
    above = [int(part) for part in place.path.split("/") if part] if place else []
    fitting = Rule.objects.filter(agency__active=True).filter(
        subject | Q(theme=None, group=None), Q(place=None) | Q(place__in=above)
    )
    rules = {rule.pk: rule for rule in fitting.select_related("place", "agency")}
    router = Router(known(rules.values()))
    signs = signs_of(card, router)
    matches = {theme.pk: whose(router, theme, place, at, signs, refusals) for theme in themes}
    return {pk: rules[match.rule_id].agency for pk, match in matches.items() if match}


def _set_theme(press: Press[Incident], data: Theming) -> Incident:
    return set_theme(press.card, theme_in_force(data.theme, press.at), press.by, press.at)


def _give_back(press: Press[Incident], data: Return) -> Incident:
    return routing.give_back(press.card, press.by, press.at, data.reason, data.words.strip())


def _pass(press: Press[Incident], data: Passing) -> Incident:
    agency = Agency.objects.filter(pk=data.agency, active=True).first()
    if agency is None:
        raise Refused(422, _("Выберите, какому ведомству передать."))
    return pass_further(press.card, agency, press.by, press.at, data.reason, data.words)


def assigned_by_machine(card: Incident) -> QuerySet[AssignmentRow]:
    """The running assignment, if a switch made it."""
    return AssignmentRow.objects.filter(incident=card, ended_at__isnull=True, automatic__isnull=False)


def _take_off(press: Press[Incident], _data: TakingOff) -> Incident:
    """As long as the agency has not begun. Counts as a mistake of the machine."""
    card = Incident.objects.get(pk=press.card.pk)
    if not assigned_by_machine(card).exists():
        raise NotAllowed("take_off", card.state)
    return routing.take_off(card, press.by, press.at)


_DESK, _AGENCY = MOVES["assign"].permissions, MOVES["give_back"].permissions
ASSIGN = Verb(name="assign", permissions=_DESK, schema=Assignment, do=_assign, alone=True)
PLACE = Verb(name="assign", permissions=_DESK, schema=Placement, do=_assign, alone=True)
ACCEPT = Verb(name="assign", permissions=_DESK, schema=Acceptance, do=_accept, alone=True)
ASSIGN_UNDER = Verb(name="assign", permissions=_DESK, schema=OtherTheme, do=_assign_under, alone=True)
SET_THEME = Verb(name="theme", permissions=_DESK, schema=Theming, do=_set_theme)
GIVE_BACK = Verb(name="give_back", permissions=_AGENCY, schema=Return, do=_give_back)
PASS_FURTHER = Verb(name="pass_further", permissions=_AGENCY, schema=Passing, do=_pass)
TAKE_OFF = Verb(name="take_off", permissions=_DESK, schema=TakingOff, do=_take_off)
