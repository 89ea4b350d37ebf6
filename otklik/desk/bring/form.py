"""The form of a card by hand."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import Line
from otklik.desk.format import network_title
from otklik.desk.uploaded import washed
from otklik.finding import links
from otklik.inbox.by_hand import Brought
from otklik.inbox.take_in import MAX_TEXT
from otklik.lib.address import safe_address
from otklik.lib.pictures import NotAPicture
from otklik.lib.text import clean
from otklik.networks.base import Address
from otklik.networks.registry import TITLES
from otklik.work.translated import translated

OTHER = "other"


class BringForm(forms.Form):
    """`address` is what the link leads to, None where no network knows it."""

    link = forms.CharField(
        label=_("Ссылка на сообщение"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "inputmode": "url"}),
        error_messages={
            "required": _("Вставьте ссылку из адресной строки."),
            "max_length": _("Ссылка слишком длинная."),
        },
    )
    text = forms.CharField(
        label=_("Что написал человек"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 7}),
        error_messages={"required": _("Вставьте текст сообщения.")},
    )
    author = Line(_("Как он подписан"), 200, required=False)
    picture = forms.FileField(
        label=_("Снимок экрана"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/*"}),
    )

    field_order = ("link", "network", "text", "author", "picture")

    def __init__(self, data: Any, files: Any = None, link: str = "") -> None:
        super().__init__(data, files, initial={"link": link})
        self.address: Address | None = None
        named = [("", _("по ссылке")), *((kind, network_title(kind)) for kind in TITLES)]
        self.fields["network"] = choice(_("Сеть"), named)
        self.fields["network"].required = False
        self.order_fields(self.field_order)

    def clean_link(self) -> str:
        link = clean(self.cleaned_data["link"]).strip()
        safe = safe_address(link if "://" in link else f"https://{link}", 500)
        if not safe or "." not in (urlsplit(safe).hostname or ""):
            raise ValidationError(_("Это не ссылка: нужен адрес вида https://…"))
        return safe

    def clean_text(self) -> str:
        text = clean(self.cleaned_data["text"]).strip()
        if not text:
            raise ValidationError(_("Вставьте текст сообщения."))
        return text

    def clean_picture(self) -> bytes:
        try:
            return washed(self.cleaned_data.get("picture"))
        except NotAPicture as error:
            raise ValidationError(translated(str(error))) from error

    def clean(self) -> dict[str, Any]:
        """The network that the link names is believed before the one that was chosen."""
        told = super().clean() or self.cleaned_data
        found = links.read(told.get("link") or "")
        if found is not None:
            told["network"], self.address = found.network, found.address
        told["network"] = told.get("network") or OTHER
        return told

    def told(self) -> Brought:
        names = ("network", "link", "text", "author", "picture")
        return Brought(**{name: self.cleaned_data[name] for name in names})
