"""«Новая карточка»: enter by hand what stands on any page of a network, then wait the moment until its card is there.

It must not know how a message is judged: it enters one, and the worker opens the card as it does for every other.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import Line
from otklik.desk.format import network_title
from otklik.desk.gate import permitted, user_of
from otklik.inbox.by_hand import ManualMessage
from otklik.inbox.take_in import MAX_TEXT
from otklik.incidents.cards import visible_to
from otklik.lib import clock
from otklik.lib.pictures import NotAPicture, wash_upload
from otklik.lib.text import clean
from otklik.networks.registry import TITLES
from otklik.people.permissions import Permission
from otklik.work.by_hand import enter_message, safe_link
from otklik.work.translated import translated

MAY_ENTER = (Permission.BRING,)


class BringForm(forms.Form):
    link = forms.CharField(
        label=gettext_lazy("Ссылка на сообщение"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", "inputmode": "url"}),
        error_messages={
            "required": gettext_lazy("Вставьте ссылку из адресной строки."),
            "max_length": gettext_lazy("Ссылка слишком длинная."),
        },
    )
    text = forms.CharField(
        label=gettext_lazy("Что написал человек"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 7}),
        error_messages={"required": gettext_lazy("Вставьте текст сообщения.")},
    )
    author = Line(gettext_lazy("Как он подписан"), 200, required=False)
    picture = forms.FileField(
        label=gettext_lazy("Снимок экрана"),
        required=False,
        widget=forms.FileInput(attrs={"class": "form-control", "accept": "image/*"}),
    )

    field_order = ("link", "network", "text", "author", "picture")

    def __init__(self, data: Any, files: Any = None, link: str = "") -> None:
        super().__init__(data, files, initial={"link": link})
        named = [("", gettext_lazy("по ссылке")), *((kind, network_title(kind)) for kind in TITLES)]
        self.fields["network"] = choice(gettext_lazy("Сеть"), named)
        self.fields["network"].required = False
        self.order_fields(self.field_order)

    def clean_link(self) -> str:
        link = safe_link(self.cleaned_data["link"])
        if not link:
            raise ValidationError(gettext_lazy("Это не ссылка: нужен адрес вида https://…"))
        return link

    def clean_text(self) -> str:
        text = clean(self.cleaned_data["text"]).strip()
        if not text:
            raise ValidationError(gettext_lazy("Вставьте текст сообщения."))
        return text

    def clean_picture(self) -> bytes:
        try:
            return wash_upload(self.cleaned_data.get("picture"))
        except NotAPicture as error:
            raise ValidationError(translated(str(error))) from error

    def message(self) -> ManualMessage:
        names = ("network", "link", "text", "author", "picture")
        return ManualMessage(**{name: self.cleaned_data[name] for name in names})


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*MAY_ENTER)
def addition(request: HttpRequest) -> HttpResponse:
    """What is typed stays on the page until it is understood; a message that is here already shows its card."""
    link = clean(request.GET.get("link", "")[:600]).strip()
    posted = request.method == "POST"
    form = BringForm(request.POST if posted else None, request.FILES if posted else None, link)
    if not form.is_valid():
        return render(request, "desk/by_hand/addition.html", {"form": form}, status=422 if form.errors else 200)
    message, fresh = enter_message(form.message(), user_of(request), clock.now())
    if not fresh:
        messages.info(request, _("Это сообщение уже есть в системе."))
    return HttpResponseRedirect(reverse("incident-underway", args=[message.pk]))


@require_safe
@permitted(*MAY_ENTER)
def underway(request: HttpRequest, pk: int) -> HttpResponse:
    """To the card as soon as it is there. The page says nothing of a message whose card the reader may not see."""
    card = visible_to(user_of(request)).filter(links__message=pk).order_by("-pk").first()
    if card is not None:
        return HttpResponseRedirect(reverse("incident", args=[card.pk]))
    return render(request, "desk/by_hand/underway.html")
