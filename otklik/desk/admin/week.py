"""Which days are worked, lunch and zone; and the calendars that agencies have of their own."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.calendar_forms import clock_field
from otklik.desk.admin.calendars import asked, form_page, moved, unchanged
from otklik.desk.admin.editing import LATE, SEEN, Seen, beside_now, edit, overtaken
from otklik.desk.admin.fields import choice, tick
from otklik.desk.admin.forms import Pick, agency_choices
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, is_sure
from otklik.desk.admin.week_words import WEEKDAYS, ZONES, days_words, hours_words
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people.models import Agency, User
from otklik.people.seen import turned
from otklik.routing import agency_calendars as verbs
from otklik.routing import calendars
from otklik.routing.agency_calendars import Days, days_of, days_seen, own_seen
from otklik.routing.calendars import Ground
from otklik.routing.models import Calendar
from otklik.routing.weeks import default_calendar


class DaysForm(forms.Form):
    """Of the region's calendar; its hours are a form of their own."""

    names: tuple[str, ...] = ("weekdays", "lunch_from", "lunch_to", "holidays", "zone")

    def __init__(self, data: Any, kept: Calendar) -> None:
        super().__init__(data, initial=_initial(kept) | {"seen": days_seen(kept)})
        self.kept = kept
        self.fields["weekdays"] = forms.MultipleChoiceField(
            label=gettext_lazy("Рабочие дни"),
            choices=[(str(number), title) for number, title in enumerate(WEEKDAYS)],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            error_messages={
                "required": gettext_lazy("Отметьте хотя бы один день: без рабочих дней срок не кончится никогда."),
                "invalid_choice": gettext_lazy("Такого в списке нет. Выберите ещё раз."),
                "invalid_list": gettext_lazy("Такого в списке нет. Выберите ещё раз."),
            },
        )
        self.fields["lunch_from"] = clock_field(gettext_lazy("Обед с"), required=False)
        self.fields["lunch_to"] = clock_field(gettext_lazy("Обед до"), required=False)
        self.fields["holidays"] = tick(
            gettext_lazy("Отдыхаем в праздники России"),
            gettext_lazy("Без галочки праздники, переносы и короткие дни не учитываются: так считают дежурные смены."),
        )
        self.fields["zone"] = choice(gettext_lazy("Часовой пояс"), _zones(kept.zone))
        self.fields["seen"] = Seen()

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean() or self.cleaned_data
        begins, ends = cleaned_data.get("lunch_from"), cleaned_data.get("lunch_to")
        if bool(begins) != bool(ends) and not {"lunch_from", "lunch_to"} & set(self.errors):
            self.add_error("lunch_to" if begins else "lunch_from", _("Укажите и начало, и конец обеда."))
        elif begins and ends and (hours := self.hours(cleaned_data)):
            opens, closes = hours
            if not (opens < begins < ends and (ends < closes or not _minutes(closes))):
                words = _("Обед должен быть внутри рабочего дня: %s.") % hours_words(opens, closes)
                self.add_error("lunch_from", words)
        return cleaned_data

    def hours(self, cleaned_data: dict[str, Any]) -> tuple[Any, Any] | None:
        """From when till when lunch may lie; None where that is wrong itself."""
        return self.kept.opens, self.kept.closes

    def days(self) -> Days:
        typed = self.cleaned_data
        begins, ends = typed["lunch_from"], typed["lunch_to"]
        weekdays = frozenset(int(day) for day in typed["weekdays"])
        return Days((begins, ends) if begins and ends else None, weekdays, typed["holidays"], typed["zone"])


class OwnForm(DaysForm):
    """An agency's own calendar, whole."""

    names = ("agency", "opens", "closes", *DaysForm.names)

    def __init__(self, data: Any, kept: Calendar | None, agency: int | None, choices: list[tuple[Any, Any]]) -> None:
        super().__init__(data, kept or Calendar())
        self.initial.update({"agency": agency, "seen": own_seen(kept, agency)})
        rest = dict(self.fields)
        self.fields.clear()
        if agency is None:
            self.fields["agency"] = Pick(gettext_lazy("Ведомство"), choices, required=True)
        self.fields["opens"] = clock_field(gettext_lazy("Начало дня"))
        self.fields["closes"] = clock_field(gettext_lazy("Конец дня"), hint=gettext_lazy("00:00: до полуночи."))
        self.fields.update(rest)

    def hours(self, cleaned_data: dict[str, Any]) -> tuple[Any, Any] | None:
        opens, closes = cleaned_data.get("opens"), cleaned_data.get("closes")
        if opens is None or closes is None:
            return None
        if closes <= opens and _minutes(closes):
            return None
        return opens, closes

    def clean(self) -> dict[str, Any]:
        cleaned_data = super().clean()
        if cleaned_data.get("opens") and cleaned_data.get("closes") and self.hours(cleaned_data) is None:
            self.add_error("closes", _("День кончается раньше, чем начинается. Поменяйте время."))
        return cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def days(request: HttpRequest) -> HttpResponse:
    """Of the region's calendar: whose limit moves is said first, as it is for the hours."""

    def save(here: Calendar, form: DaysForm, by: User, now: datetime) -> HttpResponse:
        then, current = form.days(), verbs.days_of(here)
        if is_sure(request):
            words = turned((days_words(current), days_words(then)))
            changed = verbs.set_days(then, form.cleaned_data[SEEN], words, by, now)
            return moved(request) if changed else unchanged(request)
        ground = calendars.ground_now()
        figures = [_("Станет: %s.") % days_words(then), _("Сейчас: %s.") % days_words(current)]
        after = Ground(verbs.with_days(ground.week, then), ground.norms)
        return asked(request, _("Изменить рабочие дни?"), figures, after, {}, more=_kept(request, DaysForm.names))

    return edit(
        *(request, default_calendar, DaysForm, _days_page),
        seen=verbs.days_seen,
        save=save,
        late=_("Пока вы писали, рабочие дни изменил кто-то ещё. Сверьте поля и сохраните снова."),
    )


def _days_page(request: HttpRequest, form: DaysForm, _here: Calendar, status: int) -> HttpResponse:
    return form_page(request, form, _("Рабочие дни и обед"), status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def addition(request: HttpRequest) -> HttpResponse:
    """A calendar for an agency that has none of its own yet."""
    agencies = {one.pk: one for one in Agency.objects.filter(active=True)}
    free = agency_choices(agencies, None)
    form = OwnForm(request.POST if request.method == "POST" else None, None, None, free)
    if not form.is_valid():
        return form_page(request, form, _("Календарь ведомства"))
    agency = agencies[form.cleaned_data["agency"]]
    if kept := verbs.own_calendar(agency):
        form.add_error("agency", _("У этого ведомства календарь уже есть: %s.") % _words(kept))
        return form_page(request, form, _("Календарь ведомства"))
    return _save(request, form, agency, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def own(request: HttpRequest, pk: int) -> HttpResponse:
    """The calendar of one agency; there may be none of its own yet."""
    agency = _agency(pk)
    kept = verbs.own_calendar(agency)
    form = OwnForm(request.POST if request.method == "POST" else None, kept, agency.pk, [])
    title = _("Календарь: %s") % agency.short_name
    if not form.is_valid():
        return form_page(request, form, title, away=_away(agency, kept), days=_days(agency, kept))
    if overtaken(form, verbs.own_seen(kept, agency.pk)):
        return _own_late(request, agency)
    return _save(request, form, agency, kept)


def _save(request: HttpRequest, form: OwnForm, agency: Agency, kept: Calendar | None) -> HttpResponse:
    new_days, hours = form.days(), (form.cleaned_data["opens"], form.cleaned_data["closes"])
    then = f"{hours_words(*hours)}, {days_words(new_days)}"
    if is_sure(request):
        change_words, seen = turned((_words(kept), then)), form.cleaned_data[SEEN]
        try:
            changed = verbs.set_own(agency, hours, new_days, seen, change_words, user_of(request), clock.now())
        except Refused:
            return _own_late(request, agency)
        return _written(request) if changed else unchanged(request)
    below = Agency.objects.filter(path__startswith=agency.path).exclude(pk=agency.pk).count()
    figures = [f"{agency.short_name}: {then}."]
    figures += [_("Сейчас: %s.") % _words(kept)] if kept else []
    figures += [_("Так же считается всем, кто ниже и своего календаря не имеет: %d.") % below] if below else []
    figures.append(_("Сроки, которые уже идут, не изменятся. Сроки жителей считаются по календарю региона."))
    sure = Sure(_("Сохранить календарь?"), figures, _("Сохранить"), _back(), _kept(request, OwnForm.names))
    return ask(request, "calendars", sure)


def _own_late(request: HttpRequest, agency: Agency) -> HttpResponse:
    kept = verbs.own_calendar(agency)
    words = _("Пока вы писали, этот календарь изменил кто-то ещё. Сверьте поля и сохраните снова.")
    mark = verbs.own_seen(kept, agency.pk)
    form = beside_now(request, lambda data: OwnForm(data, kept, agency.pk, []), mark, words)
    title = _("Календарь: %s") % agency.short_name
    return form_page(request, form, title, status=LATE, away=_away(agency, kept))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """The agency works as those above it do."""
    agency = _agency(pk)
    kept = verbs.own_calendar(agency)
    if request.method == "POST" and is_sure(request):
        try:
            seen = request.POST.get(SEEN, "")
            verbs.remove_own(agency, seen, turned((_words(kept), "")), user_of(request), clock.now())
        except Refused as refused:
            messages.error(request, why(refused))
            return HttpResponseRedirect(_back())
        return _written(request)
    figures = [
        f"{agency.short_name}: {_words(kept)}." if kept else _("Своего календаря у ведомства нет."),
        _("Ведомство будет работать по календарю того, кто выше, или региона."),
        _("Сроки, которые уже идут, не изменятся. Сроки жителей считаются по календарю региона."),
    ]
    hidden = [Hidden(SEEN, verbs.own_seen(kept, agency.pk))]
    sure = Sure(_("Убрать календарь ведомства?"), figures, _("Убрать"), _back(), hidden, grave=True)
    return ask(request, "calendars", sure)


def _agency(pk: int) -> Agency:
    return get_object_or_404(Agency, pk=pk)


def _words(kept: Calendar | None) -> str:
    return f"{hours_words(kept.opens, kept.closes)}, {days_words(verbs.days_of(kept))}" if kept else ""


def _away(agency: Agency, kept: Calendar | None) -> str:
    return reverse("admin-calendar-removal", args=[agency.pk]) if kept else ""


def _days(agency: Agency, kept: Calendar | None) -> str:
    return reverse("admin-calendar-own-days", args=[agency.pk]) if kept else ""


def _kept(request: HttpRequest, names: tuple[str, ...]) -> list[Hidden]:
    """What was typed goes on with the confirmation; a field may have several values."""
    return [Hidden(name, value) for name in (*names, SEEN) for value in request.POST.getlist(name)[:7]]


def _written(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Записано."))
    return HttpResponseRedirect(_back())


def _back() -> str:
    return reverse("admin-calendars")


def _minutes(clock: Any) -> int:
    return int(clock.hour * 60 + clock.minute)


def _initial(kept: Calendar) -> dict[str, Any]:
    return {
        "opens": kept.opens,
        "closes": kept.closes,
        "lunch_from": kept.lunch_from,
        "lunch_to": kept.lunch_to,
        "weekdays": [str(day) for day in sorted(days_of(kept).weekdays)],
        "holidays": kept.holidays,
        "zone": kept.zone or settings.TIME_ZONE,
    }


def _zones(also: str) -> list[tuple[str, Any]]:
    offered: dict[str, Any] = dict(ZONES)
    for name in (settings.TIME_ZONE, also):
        if name:
            offered.setdefault(name, name)
    return list(offered.items())
