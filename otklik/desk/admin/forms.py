"""Forms of «Управление»: what people type becomes one line of readable text, and errors say what to do."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.editing import Seen
from otklik.desk.admin.link import mail_is_set_up
from otklik.lib.text import clean, tidy
from otklik.people.accounts import Reach
from otklik.people.agencies import seen as agency_seen
from otklik.people.models import Agency, MadeRole, Role
from otklik.people.scope import Scope
from otklik.places.models import Place

MOST_TYPED = 2000  # beyond that nothing is looked at: every limit below is shorter
INDENT = "\u2003"

_FILL_IN = {"required": _("Заполните это поле.")}
_CHOOSE = {"required": _("Выберите из списка."), "invalid_choice": _("Такого в списке нет. Выберите ещё раз.")}


class Line(forms.CharField):
    """One line: no markup, no invisible signs, such as both databases take."""

    def __init__(self, label: Any, limit: int, required: bool = True, hint: Any = "", auto: str = "off") -> None:
        words = {**_FILL_IN, "max_length": _("Слишком длинно: не больше %(limit_value)d знаков.")}
        widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": auto})
        super().__init__(
            label=label, max_length=limit, required=required, help_text=hint, error_messages=words, widget=widget
        )

    def to_python(self, value: Any) -> str:
        return tidy(clean(str(value or "")[:MOST_TYPED]).replace("\ufffd", " "))


class Username(Line):
    """A name to sign in with, in lower case: it is typed on phones too."""

    def __init__(self) -> None:
        super().__init__(_("Имя для входа"), 150, hint=_("Латинскими буквами, например ivanova.ap"))
        self.validators.append(
            RegexValidator(
                r"\A[a-z0-9][a-z0-9._-]*\Z", _("Так не подойдёт: только латинские буквы, цифры, точка, дефис.")
            )
        )
        self.widget.attrs.update(autocapitalize="none", spellcheck="false")

    def to_python(self, value: Any) -> str:
        return super().to_python(value).lower()


class Pick(forms.TypedChoiceField):
    """A row by its id out of a list made beforehand; "" stands for «all» where the list offers it."""

    def __init__(self, label: Any, choices: list[tuple[Any, Any]], required: bool, hint: Any = "") -> None:
        widget = forms.Select(attrs={"class": "form-select"})
        super().__init__(
            label=label,
            choices=choices,
            required=required,
            help_text=hint,
            error_messages=_CHOOSE,
            widget=widget,
            coerce=int,
            empty_value=None,
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        """The row's id comes as a number, what is typed as text."""
        return str(initial or "") != str(data or "")


class NameForm(forms.Form):
    last = Line(_("Фамилия"), 150)
    first = Line(_("Имя"), 150)
    patronymic = Line(_("Отчество"), 80, required=False)
    email = forms.EmailField(
        label=_("Почта"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Это не похоже на адрес почты. Пример: ivanova@example.ru")},
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, data: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        if mail_is_set_up():  # else the link goes by hand alone, and nothing else is promised
            self.fields["email"].help_text = _("Если есть, ссылка для входа уйдёт туда письмом.")


class RenameForm(NameForm):
    seen = Seen()


def role_choices(made: Iterable[MadeRole]) -> list[tuple[Any, Any]]:
    """The standing roles, and under their own heading those that were made."""
    own = [(one.key, one.name) for one in made]
    standing: list[tuple[Any, Any]] = [*Role.choices]
    return [*standing, (_("Ваши роли"), own)] if own else standing


class GrantForm(forms.Form):
    """Role × agency × place, out of what the administrator has himself."""

    role = forms.ChoiceField(
        label=_("Роль"),
        error_messages=_CHOOSE,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data: Any, scope: Scope) -> None:
        super().__init__(data)
        self.scope = scope
        self.made = {one.key: one for one in MadeRole.objects.all()}
        self.fields["role"].choices = [("", _("выберите")), *role_choices(self.made.values())]  # type: ignore[attr-defined]
        self.agencies = {agency.pk: agency for agency in scope_agencies(scope)}
        self.places = {place.pk: place for place in scope_places(scope)}
        every_agency = any(not path for path, _place in scope.pairs)
        every_place = any(not path for _agency, path in scope.pairs)
        self.fields["agency"] = Pick(
            _("Ведомство"),
            agency_choices(self.agencies, _("все ведомства") if every_agency else None),
            not every_agency,
        )
        self.fields["place"] = Pick(
            _("Территория"), place_choices(self.places, _("вся") if every_place else None), not every_place
        )

    def clean(self) -> dict[str, Any]:
        """The ids become rows. Both may be allowed apart and not together: that is said above the form."""
        cleaned_data = super().clean() or self.cleaned_data
        cleaned_data["made"] = self.made.get(cleaned_data.get("role", ""))
        if cleaned_data["made"] is not None:
            cleaned_data["role"] = cleaned_data["made"].base
        cleaned_data["agency"] = self.agencies.get(cleaned_data.get("agency") or 0)
        cleaned_data["place"] = self.places.get(cleaned_data.get("place") or 0)
        if not self.errors and not self.scope.covers(cleaned_data["agency"], cleaned_data["place"]):
            raise forms.ValidationError(_("Это больше, чем открыто вам самому. Выберите своё ведомство и территорию."))
        if cleaned_data.get("role") == Role.EXECUTOR and cleaned_data["agency"] is None and "agency" not in self.errors:
            self.add_error("agency", _("Исполнителю нужно ведомство: без него он не увидит ни одной карточки."))
        return cleaned_data

    def reach(self) -> Reach:
        cleaned_data = self.cleaned_data
        return Reach(cleaned_data["role"], cleaned_data["agency"], cleaned_data["place"], cleaned_data["made"])


class InviteForm(GrantForm, NameForm):
    username = Username()

    field_order = ("last", "first", "patronymic", "username", "email", "role", "agency", "place")


class AgencyForm(forms.Form):
    short_name = Line(_("Короткое название"), 120, hint=_("Так ведомство называется в списках и на карточках."))
    name = Line(_("Полное название"), 250)
    seen = Seen()

    def __init__(self, data: Any, here: Agency | None = None) -> None:
        super().__init__(data, initial=_agency_initial(here) if here else None)
        places = Place.objects.filter(level=Place.Level.MUNICIPALITY)
        self.places = {place.pk: place for place in places}
        if here and here.territory:
            self.places[here.territory.pk] = here.territory
        self.fields["territory"] = Pick(_("Где работает"), place_choices(self.places, _("весь регион")), False)


def _agency_initial(here: Agency) -> dict[str, Any]:
    initial = {"name": here.name, "short_name": here.short_name, "territory": here.territory_id}
    return {**initial, "seen": agency_seen(here)}


class ParentForm(forms.Form):
    """Under which agency: those that the administrator manages; the top is for the whole region alone."""

    def __init__(self, data: Any, scope: Scope, current: Agency | None = None) -> None:
        super().__init__(data, initial={"parent": current.parent_id if current else None})
        open_ones = scope.agencies().filter(active=True)
        if current is not None:
            open_ones = open_ones.exclude(path__startswith=current.path)
        self.agencies = {agency.pk: agency for agency in open_ones}
        top = _("никому: само по себе") if scope.whole else None
        self.fields["parent"] = Pick(_("Подчиняется"), agency_choices(self.agencies, top), not scope.whole)

    def parent(self) -> Agency | None:
        return self.agencies.get(self.cleaned_data.get("parent") or 0)


def scope_agencies(scope: Scope) -> list[Agency]:
    """Those that may stand in a grant: of a territory's administrator too, within his subtree."""
    if any(not path for path, _place in scope.pairs):
        return list(Agency.objects.filter(active=True))
    agencies = Agency.objects.filter(active=True)
    return [agency for agency in agencies if any(agency.path.startswith(path) for path, _place in scope.pairs)]


def scope_places(scope: Scope) -> list[Place]:
    """Municipalities, and whatever an administrator's own territories are."""
    own = [path for _agency, path in scope.pairs if path]
    places = list(Place.objects.filter(Q(level=Place.Level.MUNICIPALITY) | Q(path__in=own)))
    if len(own) < len(scope.pairs):
        return places
    return [place for place in places if any(place.path.startswith(path) for path in own)]


def agency_choices(agencies: dict[int, Agency], everything: Any) -> list[tuple[Any, Any]]:
    """The tree as a list with indents, by name within each parent. `everything` is the title of the empty choice."""
    children: dict[int | None, list[Agency]] = {}
    for agency in agencies.values():
        above = agency.parent_id if agency.parent_id in agencies else None
        children.setdefault(above, []).append(agency)
    choices: list[tuple[Any, Any]] = [("", everything if everything is not None else _("выберите"))]

    def grow(parent: int | None, depth: int) -> None:
        for agency in sorted(children.get(parent, ()), key=lambda one: one.short_name):
            choices.append((agency.pk, f"{INDENT * depth}{agency.short_name}"))
            grow(agency.pk, depth + 1)

    grow(None, 0)
    return choices


def place_choices(places: dict[int, Place], everything: Any) -> list[tuple[Any, Any]]:
    named = sorted(((place.pk, place.name) for place in places.values()), key=lambda pair: pair[1])
    return [("", everything if everything is not None else _("выберите")), *named]
