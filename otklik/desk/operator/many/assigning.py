"""Many cards to their agencies: to one for all, or to each card's own, with one theme for all or each card's own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.gate import integer
from otklik.desk.operator.many.base import Act, Call, Held, Unready, verdicts, wrong_state
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.incidents.workflow import MOVES
from otklik.lib import clock
from otklik.people.models import Agency, User
from otklik.routing.clocks import work_week
from otklik.routing.models import Assignment, Suggestion
from otklik.routing.signs import signs_in
from otklik.routing.suggest import router_now, whose
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from otklik.work.assigning import PLACE, Placement
from otklik.work.doubts import DOUBTS


def _texts(cards: Sequence[Incident]) -> dict[int, str]:
    """Card → the text of its main message."""
    links = IncidentMessage.objects.filter(incident__in=[card.pk for card in cards], main=True)
    return dict(links.values_list("incident", "message__text"))


def theme_in_force(pk: int) -> Theme | None:
    today = timezone.localdate(clock.now())
    return Theme.objects.filter(in_force(today)).select_related("group").filter(pk=pk).first()


@dataclass(slots=True)
class Assigning(Act):
    """None for the agency: as suggested to each card; under a theme chosen for all, as the rules say for each place.

    A card that an agency has already goes to another one only when that was asked for (`again`) and named.
    """

    agency: Agency | None
    theme: Theme | None
    again: bool
    _verdicts: dict[int, Verdict] = field(default_factory=dict)
    _agencies: dict[int, Agency | None] = field(default_factory=dict)
    _suggested: dict[int, int | None] = field(default_factory=dict)
    _executors: dict[int, User | None] = field(default_factory=dict)

    key = "assignment"
    title = gettext_lazy("Назначить")
    icon = "arrow-right"
    move = "assign"

    @classmethod
    def read(cls, form_data: QueryDict, user: User) -> Self:
        agency_pk, theme_pk = integer(form_data.get("agency")), integer(form_data.get("theme"))
        agency = Agency.objects.filter(pk=agency_pk, active=True).first() if agency_pk else None
        theme = theme_in_force(theme_pk) if theme_pk else None
        if agency_pk and agency is None:
            raise Unready("agency", _("Этого ведомства больше нет в списке: выберите другое."))
        if theme_pk and theme is None:
            raise Unready("theme", _("Этой темы больше нет в списке: выберите другую."))
        again = form_data.get("again") == "1"
        if again and agency is None:
            raise Unready("agency", _("Чтобы передать карточки другому ведомству, выберите его."))
        return cls(agency, theme, again)

    def prepare(self, cards: Sequence[Incident], at: datetime) -> None:
        self._verdicts = verdicts(cards)
        rows = Suggestion.objects.filter(incident__in=[card.pk for card in cards]).select_related(
            "agency", "rule__executor"
        )
        latest = {row.incident_id: row for row in rows.order_by("pk")}
        self._suggested = {pk: row.agency_id for pk, row in latest.items()}
        self._executors = {pk: row.rule.executor if row.rule else None for pk, row in latest.items()}
        if self.agency is not None:
            self._agencies = {card.pk: self.agency for card in cards}
        elif self.theme is None:
            self._agencies = {pk: row.agency for pk, row in latest.items()}
        else:
            self._agencies = self._ruled(cards, self.theme, at)

    def _ruled(self, cards: Sequence[Incident], theme: Theme, at: datetime) -> dict[int, Agency | None]:
        """What the rules say for this theme at each card's place; not whom «не наше» was heard from already."""
        router = router_now()
        texts = _texts(cards) if router.wordy else {}
        week = work_week() if router.timed else None
        refusers: dict[int, set[int]] = {}
        returned = Assignment.objects.filter(incident__in=[card.pk for card in cards], returned=True)
        for pk, agency_pk in returned.values_list("incident_id", "agency_id"):
            refusers.setdefault(pk, set()).add(agency_pk)
        agency_by_card: dict[int, int] = {}
        for card in cards:
            verdict = self._verdicts.get(card.pk)
            signs = signs_in(router, card.network, texts.get(card.pk, ""), card.started_at, week)
            place = card.place or (verdict.place if verdict else None)
            match = whose(router, theme, place, at, signs, refusers.get(card.pk, ()))
            if match:
                agency_by_card[card.pk] = match.agency_id
        agencies = Agency.objects.in_bulk(set(agency_by_card.values()))
        return {pk: agencies[agency] for pk, agency in agency_by_card.items()}

    def obstacle(self, card: Incident) -> str:
        wrong = wrong_state(card, MOVES["assign"].before if self.again else (State.NEW,))
        if wrong:
            return wrong
        if card.state != State.NEW and self._same(card):
            return _("уже у этого ведомства")
        verdict = self._verdicts.get(card.pk)
        if self.theme is None and card.theme is None:
            if verdict is not None and verdict.doubt:
                return str(_("%s: выберите тему сами") % DOUBTS[verdict.doubt].says)
            if verdict is None or verdict.theme is None:
                return _("тема не подсказана: выберите её сами")
        agency = self._agencies.get(card.pk)
        if agency is None or not agency.active:
            return _("ведомство не подсказано: выберите его сами")
        return ""

    def _same(self, card: Incident) -> bool:
        return card.agency_id == (self.agency.pk if self.agency else None) and (
            self.theme is None or card.theme_id == self.theme.pk
        )

    def outcome(self, card: Incident) -> str:
        theme, agency = self._theme(card), self._agencies[card.pk]
        to = agency.short_name if agency else ""
        return f"{theme.name} → {to}" if theme else to

    def press(self, card: Incident) -> Call:
        return Call(PLACE, self._placement(card))

    def _placement(self, card: Incident) -> Placement:
        verdict, agency = self._verdicts.get(card.pk), self._agencies.get(card.pk)
        if agency is None:
            raise Held(_("ведомство не подсказано: выберите его сами"))
        theme = self._theme(card)
        where = card if card.place is not None or verdict is None else verdict
        kind = self.theme.kind if self.theme else card.kind or (theme.kind if theme else "")
        executor = self._executors.get(card.pk) if card.state == State.NEW else None
        return Placement(
            agency=agency.pk,
            theme=theme.pk if theme else None,
            place=where.place.pk if where.place else None,
            kind=kind or None,
            street=where.street,
            house=where.house,
            executor=executor.pk if executor else None,
        )

    def _theme(self, card: Incident) -> Theme | None:
        verdict = self._verdicts.get(card.pk)
        return self.theme or card.theme or (verdict.theme if verdict else None)
