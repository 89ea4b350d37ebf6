"""Forms of an approval policy: about what, whose words, in which agency, how many agree, from when till when."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from otklik.answers.models import ApprovalPolicy
from otklik.answers.policies import Case
from otklik.answers.policy_keeping import PolicyInput, seen, too_trusting
from otklik.desk.admin.about import MatterField, Matters, code_of
from otklik.desk.admin.editing import Seen
from otklik.desk.admin.fields import Day, choice
from otklik.desk.admin.forms import Line, Pick, agency_choices
from otklik.people.models import Agency, Grant, User
from otklik.people.permissions import Permission

PAST = _("Этот день уже прошёл. Выберите сегодняшний или любой позже.")


class Lists:
    """What a policy may name: themes, agencies, and whoever prepares answers. `here` names what is offered whatever has
    become of it. Three queries."""

    def __init__(self, here: ApprovalPolicy | None = None) -> None:
        self.matters = Matters(here.theme_id if here else None)
        self.agencies = {one.pk: one for one in Agency.objects.filter(active=True)}
        self.people: dict[int, User] = {}
        if here and here.agency:
            self.agencies[here.agency.pk] = here.agency
        if here and here.person:
            self.people[here.person.pk] = here.person
        grants = Grant.objects.filter(user__is_active=True).select_related("user", "made")
        for grant in grants.order_by("user__last_name", "user__first_name", "pk"):
            if Permission.ANSWER in grant.allows:
                self.people[grant.user_id] = grant.user

    def ask_in(self, form: forms.Form) -> None:
        """The three fields, in the order of their weight."""
        named = [("", _("кто бы ни писал")), *((pk, str(user)) for pk, user in self.people.items())]
        form.fields["about"] = MatterField(_("О чём"), self.matters, _("любая тема"))
        form.fields["person"] = Pick(_("Чей ответ"), named, False)
        form.fields["agency"] = Pick(_("Какого ведомства"), agency_choices(self.agencies, _("весь регион")), False)


class PolicyForm(forms.Form):
    """For a new policy, or for one as it stands; the fields stand in the order of their weight."""

    def __init__(self, data: Any, here: ApprovalPolicy | None = None) -> None:
        super().__init__(data, initial=_initial(here) if here else {"steps": ApprovalPolicy.Way.ONE})
        self.here, self.lists = here, Lists(here)
        self.lists.ask_in(self)
        self.fields["steps"] = choice(
            _("Кто согласует"),
            ApprovalPolicy.Way.choices,
            _("Без согласования: одному названному человеку и на выбранные темы."),
        )
        self.fields["since"] = Day(_("Действует с"), hint=_("Пусто: уже действует."))
        self.fields["until"] = Day(_("по"), hint=_("Последний день. Пусто: без срока."))
        self.fields["note"] = Line(_("Пояснение"), 250, required=False, hint=_("Например, на каком основании."))
        self.fields["seen"] = Seen()

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        since, until = cleaned_data.get("since"), cleaned_data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Последний день раньше первого. Поменяйте один из них."))
        elif until and until < timezone.localdate() and not (self.here and self.here.until == until):
            self.add_error("until", PAST)
        if not self.errors and too_trusting(self.as_input()):
            words = _("Без согласования отвечает только названный человек и только на выбранные темы: укажите оба.")
            self.add_error("steps", words)
        return cleaned_data

    def as_input(self) -> PolicyInput:
        """What was typed, as values; only when the form is valid."""
        typed = self.cleaned_data
        theme, group = self.lists.matters.read(typed["about"])
        return PolicyInput(
            steps=int(typed["steps"]),
            theme=theme,
            group=group,
            agency=self.lists.agencies.get(typed["agency"] or 0),
            person=self.lists.people.get(typed["person"] or 0),
            since=typed["since"],
            until=typed["until"],
            note=typed["note"],
        )


class EndForm(forms.Form):
    until = Day(_("Последний день"), required=True, hint=_("В этот день порядок ещё действует."))
    seen = Seen()

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until < timezone.localdate():
            raise forms.ValidationError(PAST)
        return until


class AskForm(forms.Form):
    """«Что действовало бы»: for this theme, this writer and this agency."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.lists = Lists()
        self.lists.ask_in(self)

    def case(self) -> Case:
        """Only when the form is valid."""
        typed = self.cleaned_data
        theme, group = self.lists.matters.read(typed["about"])
        agency = self.lists.agencies.get(typed["agency"] or 0)
        group_id = theme.group_id if theme else group.pk if group else None
        return Case(theme.pk if theme else None, group_id, agency.path if agency else "", typed["person"])


def _initial(here: ApprovalPolicy) -> dict[str, Any]:
    return {
        "about": code_of(here.theme_id, here.group_id),
        "person": here.person_id,
        "agency": here.agency_id,
        "steps": here.steps,
        "since": here.since,
        "until": here.until,
        "note": here.note,
        "seen": seen(here),
    }
