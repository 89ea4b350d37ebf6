"""Forms of networks' accounts. A key that was typed never comes back to a page: not beside an error either."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import MOST_TYPED, Line, Pick, agency_choices
from otklik.desk.admin.late import Seen
from otklik.lib.text import clean
from otklik.networks.base import KeyKind
from otklik.networks.keeping import Told, namesake, seen
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency
from otklik.work.translated import translated

LONGEST_KEY = 1000
SHORTEST_KEY = 16  # the redactor never forgets what was tried: an ordinary word must not become a secret
_NOT_A_KEY = gettext_lazy("На ключ не похоже: нужна одна строка латинских букв, цифр и знаков. Скопируйте его ещё раз.")


class KeyField(forms.CharField):
    """Signs that can stand in a header, and nothing else."""

    def __init__(self, label: Any = "", hint: Any = "", required: bool = True) -> None:
        widget = forms.PasswordInput(
            attrs={"class": "form-control", "autocomplete": "off", "spellcheck": "false"}, render_value=False
        )
        super().__init__(
            label=label or gettext_lazy("Новый ключ"),
            required=required,
            help_text=hint
            or gettext_lazy("Проверим его в сети и запишем зашифрованным. Увидеть его здесь больше нельзя."),
            error_messages={
                "required": gettext_lazy("Вставьте ключ."),
                "null_characters_not_allowed": _NOT_A_KEY,
            },
            validators=[RegexValidator(rf"\A[\x21-\x7e]{{{SHORTEST_KEY},{LONGEST_KEY}}}\Z", _NOT_A_KEY)],
            widget=widget,
        )

    def to_python(self, value: Any) -> str:
        # What is longer is no key, and is not looked at sign by sign.
        return str(value or "")[: LONGEST_KEY * 2].strip()


class Number(Line):
    """An id or a link to a page: `Line` would take links out of what was typed."""

    def to_python(self, value: Any) -> str:
        return " ".join(clean(str(value or "")[:MOST_TYPED]).replace("\ufffd", " ").split())


class KeyForm(forms.Form):
    """One key of a kind that the account's network knows."""

    secret = KeyField()

    field_order = ("kind", "secret")

    def __init__(self, data: Any, network: str, kind: str = "") -> None:
        super().__init__(data, initial={"kind": kind})
        self.fields["kind"] = choice(_("Какой ключ"), _kinds(NETWORKS[network].keys))
        self.order_fields(self.field_order)


class AccountForm(forms.Form):
    title = Line(gettext_lazy("Название"), 200, hint=gettext_lazy("Так аккаунт называется в списках."))
    seen = Seen()

    def __init__(self, data: Any, here: Account | None = None) -> None:
        stands = {"title": here.title, "agency": here.agency_id, "seen": seen(here)} if here else None
        super().__init__(data, initial=stands)
        open_ones = Agency.objects.filter(Q(active=True) | Q(pk=here.agency_id if here else None))
        self.agencies = {one.pk: one for one in open_ones}
        self.fields["agency"] = Pick(_("Чей это голос"), agency_choices(self.agencies, _("всего региона")), False)

    def told(self) -> Told:
        return Told(self.cleaned_data["title"], self.agencies.get(self.cleaned_data["agency"] or 0))


class AddForm(AccountForm):
    """A new account of one network with its first keys: a field for each kind, which says where the key is found."""

    number = Number(gettext_lazy("Номер или адрес"), 120)

    def __init__(self, data: Any, network: str) -> None:
        super().__init__(data)
        self.network = NETWORKS[network]
        self.other: Account | None = None
        self.fields["number"].help_text = translated(self.network.id_hint)
        for key in self.network.keys:
            self.fields[key.kind] = KeyField(translated(key.title), help_text(key), required=key.needed)
        self.order_fields(("number", "title", "agency"))

    def clean(self) -> dict[str, Any]:
        """The number as the network writes it; who speaks with this voice already is `other`."""
        told = super().clean() or self.cleaned_data
        if typed := told.get("number"):
            told["number"] = self.network.account_id(typed)
            if not told["number"]:
                self.add_error("number", _("Это не номер и не адрес аккаунта этой сети. Сверьте с примером ниже."))
            else:
                self.other = namesake(self.network.kind, told["number"])
                if self.other:
                    self.add_error("number", _("Такой аккаунт уже есть. Откройте его и замените ключ."))
        return told

    def keys(self) -> dict[str, str]:
        """The keys that were typed, by kind."""
        return {key.kind: told for key in self.network.keys if (told := self.cleaned_data.get(key.kind))}


def help_text(key: KeyKind) -> str:
    """What a key is for, and where in the network's own settings it is found."""
    return _("%(use)s. Где взять: %(where)s") % {"use": translated(key.use), "where": translated(key.where)}


def _kinds(keys: Iterable[KeyKind]) -> list[tuple[str, str]]:
    return list({key.kind: translated(key.title) for key in keys}.items())
