"""Forms of a rule: about what, where, whose, from when till when; and its last day."""

from collections import defaultdict
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.about import MatterField, Matters, code_of
from otklik.desk.admin.editing import Seen
from otklik.desk.admin.fields import Day, Words, choice
from otklik.desk.admin.forms import Line, Pick, agency_choices, place_choices
from otklik.desk.rule_words import HOURS
from otklik.incidents.handing import HOLDING
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency, Grant, User
from otklik.places.models import Place
from otklik.routing.models import Rule
from otklik.routing.rules import RuleInput, seen
from otklik.routing.things import things_of

MOST_TEXT = 5000


class RuleForm(forms.Form):
    """For a new rule, or for one as it stands; the fields stand in the order of their weight. Five queries."""

    kept = (*("about", "place", "things", "network", "hours", "agency", "executor", "since", "until", "note", "seen"),)

    def __init__(self, data: Any, here: Rule | None = None) -> None:
        super().__init__(data, initial=_initial(here) if here else None)
        self.here = here
        self.matters = Matters(here.theme_id if here else None)
        places = Place.objects.filter(level=Place.Level.MUNICIPALITY)
        self.places = {one.pk: one for one in places}
        if here and here.place:
            self.places[here.place.pk] = here.place
        self.agencies = {one.pk: one for one in Agency.objects.filter(active=True)}
        self.people = Answerers(here.executor if here else None)
        self.fields["about"] = MatterField(_("О чём"), self.matters, _("любая тема"))
        self.fields["place"] = Pick(_("Где"), place_choices(self.places, _("весь регион")), False)
        self.fields["things"] = Line(
            _("Что названо в тексте"),
            200,
            required=False,
            hint=_("Через запятую: остановка, детская площадка. Форма слов любая. Пусто: что угодно."),
        )
        self.fields["network"] = choice(_("Из какой сети"), _networks(), required=False)
        self.fields["hours"] = choice(
            _("Когда написано"), list(HOURS.items()), _("Рабочие часы и выходные: по календарю."), required=False
        )
        self.fields["agency"] = Pick(_("Чьё это"), agency_choices(self.agencies, None), True)
        self.fields["executor"] = Pick(
            _("Кому в ведомстве"),
            self.people.choices(),
            False,
            hint=_("Карточка сразу придёт этому человеку. Пусто: решит ведомство."),
        )
        self.fields["since"] = Day(_("Действует с"), hint=_("Пусто: уже действует."))
        self.fields["until"] = Day(_("по"), hint=_("Последний день. Пусто: без срока."))
        self.fields["note"] = Line(_("Пояснение"), 250, required=False, hint=_("Например, на каком основании."))
        self.fields["seen"] = Seen()

    def clean_until(self) -> date | None:
        until: date | None = self.cleaned_data["until"]
        return until if until and self.here and until == self.here.until else _not_past(until)

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        since, until = cleaned_data.get("since"), cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Последний день раньше первого. Поменяйте один из них."))
        if cleaned_data.get("things") and not things_of(cleaned_data["things"]):
            self.add_error("things", _("Здесь нет ни одного слова."))
        agency, executor = self.agencies.get(cleaned_data.get("agency") or 0), cleaned_data.get("executor")
        if agency and executor and not self.people.work_for(executor, agency):
            self.add_error("executor", _("Он отвечает не за это ведомство. Выберите другого или оставьте пусто."))
        return cleaned_data

    def as_input(self) -> RuleInput:
        """What was typed, as values; only when the form is valid."""
        typed = self.cleaned_data
        theme, group = self.matters.read(typed["about"])
        place = self.places.get(typed["place"] or 0)
        about = (self.agencies[typed["agency"]], theme, group, place, typed["since"], typed["until"], typed["note"])
        executor = self.people.known.get(typed["executor"] or 0)
        return RuleInput(*about, typed["things"], typed["network"], typed["hours"], executor)


def _initial(here: Rule) -> dict[str, Any]:
    return {
        "about": code_of(here.theme_id, here.group_id),
        "place": here.place_id,
        "things": here.things,
        "network": here.network,
        "hours": here.hours,
        "agency": here.agency_id,
        "executor": here.executor_id,
        "since": here.since,
        "until": here.until,
        "note": here.note,
        "seen": seen(here),
    }


class Answerers:
    """People who answer for an agency, each with the agencies of his grants. `also` is offered whoever he is by now.

    Two queries.
    """

    def __init__(self, also: User | None) -> None:
        self.known: dict[int, User] = {also.pk: also} if also else {}
        self._agencies: defaultdict[int, list[Agency]] = defaultdict(list)
        grants = Grant.objects.filter(user__is_active=True, role__in=HOLDING, agency__isnull=False)
        for grant in grants.select_related("user", "agency").order_by("user__last_name", "user__first_name", "pk"):
            self.known[grant.user_id] = grant.user
            if grant.agency is not None:
                self._agencies[grant.user_id].append(grant.agency)

    def choices(self) -> list[tuple[Any, Any]]:
        named = [
            (pk, f"{user} · {self._where(pk)}" if self._where(pk) else str(user)) for pk, user in self.known.items()
        ]
        return [("", _("решит ведомство")), *named]

    def work_for(self, pk: int, agency: Agency) -> bool:
        return any(agency.path.startswith(one.path) for one in self._agencies[pk])

    def _where(self, pk: int) -> str:
        return ", ".join(dict.fromkeys(one.short_name for one in self._agencies[pk]))


def _networks() -> list[tuple[str, Any]]:
    return [("", _("не важно")), *((kind, network.title) for kind, network in NETWORKS.items())]


class EndForm(forms.Form):
    until = Day(_("Последний день"), required=True, hint=_("В этот день правило ещё действует."))

    def clean_until(self) -> date | None:
        return _not_past(self.cleaned_data["until"])


def _not_past(until: date | None) -> date | None:
    """A rule that ended long ago would have been no rule for the cards that went by it since."""
    if until and until < timezone.localdate():
        raise forms.ValidationError(_("Этот день уже прошёл. Выберите сегодняшний или любой позже."))
    return until


WRITTEN = {
    "": _("сейчас"),
    Rule.Hours.WORKING.value: _("в рабочие часы"),
    Rule.Hours.OUTSIDE.value: _("вне рабочих часов"),
}


class TrialForm(forms.Form):
    text = Words(
        _("Текст сообщения"), MOST_TEXT, rows=5, hint=_("Никуда не попадёт: только посмотреть, что решит машина.")
    )
    network = choice(_("Откуда"), _networks, required=False)
    hours = choice(_("Когда написано"), list(WRITTEN.items()), required=False)
