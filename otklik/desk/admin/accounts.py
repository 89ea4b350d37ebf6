"""«Аккаунты»: the accounts that the region speaks with, whether they work, and what to do when they do not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.account_facts import STATES, all_accounts, in_state, keys_of, rows_of
from otklik.desk.admin.editing import SEEN, Seen, edit, written
from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import MOST_TYPED, Line, Pick, agency_choices
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.format import network_title
from otklik.desk.gate import user_of
from otklik.desk.listing import Key, Listing, by_address, one_of, with_words
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.lib.text import clean
from otklik.networks import keeping
from otklik.networks.base import KeyKind
from otklik.networks.keeping import AccountInput, Trouble, namesake, seen
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency, User
from otklik.work.translated import translated

LIST = Listing((Key("pk", falling=True),), {"q": by_address, "state": one_of(STATES)}, size=50)
WORDED = ("title", "external_id", "agency__short_name")
LONGEST_KEY = 1000
SHORTEST_KEY = 16  # the redactor never forgets what was tried: an ordinary word must not become a secret
_NOT_A_KEY = gettext_lazy("На ключ не похоже: нужна одна строка латинских букв, цифр и знаков. Скопируйте его ещё раз.")


class KeyField(forms.CharField):
    """Only characters that are allowed in an HTTP header."""

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
        initial = {"title": here.title, "agency": here.agency_id, "seen": seen(here)} if here else None
        super().__init__(data, initial=initial)
        open_ones = Agency.objects.filter(Q(active=True) | Q(pk=here.agency_id if here else None))
        self.agencies = {one.pk: one for one in open_ones}
        self.fields["agency"] = Pick(_("Чей это голос"), agency_choices(self.agencies, _("всего региона")), False)

    def as_input(self) -> AccountInput:
        return AccountInput(self.cleaned_data["title"], self.agencies.get(self.cleaned_data["agency"] or 0))


class AddForm(AccountForm):
    """A new account of one network with its first keys: one field a kind of key, with a hint where to get it."""

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
        """The account's number as the network writes it. `other` is the account that has this number already."""
        cleaned_data = super().clean() or self.cleaned_data
        if typed := cleaned_data.get("number"):
            cleaned_data["number"] = self.network.account_id(typed)
            if not cleaned_data["number"]:
                self.add_error("number", _("Это не номер и не адрес аккаунта этой сети. Сверьте с примером ниже."))
            else:
                self.other = namesake(self.network.kind, cleaned_data["number"])
                if self.other:
                    self.add_error("number", _("Такой аккаунт уже есть. Откройте его и замените ключ."))
        return cleaned_data

    def keys(self) -> dict[str, str]:
        """The keys that were typed, by kind."""
        return {key.kind: secret for key in self.network.keys if (secret := self.cleaned_data.get(key.kind))}


@require_safe
@administers("accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    """Six queries beside the frame's."""
    chosen = LIST.chosen(request.GET)
    queryset = in_state(all_accounts(), chosen["state"]).filter(with_words(chosen["q"], WORDED))
    here = LIST.page(queryset, request.GET)
    context = {
        "rows": rows_of(here.rows),
        "count": queryset.count(),
        "stopped": 0 if chosen["state"] else in_state(all_accounts(), "stopped").count(),
        "next": here.following,
        "chosen": chosen,
        "states": STATES.items(),
    }
    return framed(request, "accounts", "desk/admin/accounts.html", context)


def account_for(pk: int) -> Account:
    return get_object_or_404(all_accounts(), pk=pk)


def back_to(account: Account) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin-account", args=[account.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account. Its title and agency can be changed here; nothing else depends on them."""

    def save(here: Account, form: AccountForm, by: User, now: datetime) -> HttpResponse:
        changed = keeping.change(here, form.as_input(), form.cleaned_data[SEEN], by, now)
        return written(request, changed, reverse("admin-account", args=[pk]))

    words = _("Пока вы писали, аккаунт изменил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(request, lambda: account_for(pk), AccountForm, _page, seen=keeping.seen, save=save, late=words)


def _page(request: HttpRequest, form: AccountForm, here: Account, status: int) -> HttpResponse:
    context = {
        "form": form,
        "row": rows_of([here])[0],
        "account": here,
        "keys": keys_of(here),
        "takes_keys": here.network in NETWORKS,
        "lines": lines_about(f"account:{here.pk}"),
    }
    return framed(request, "accounts", "desk/admin/account.html", context, status)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def addition(request: HttpRequest) -> HttpResponse:
    """A new account: first its network, then its keys; it is saved only after the network has accepted them."""
    network = request.POST.get("network") or request.GET.get("network", "")
    if network not in NETWORKS:
        networks = [(kind, network_title(kind)) for kind in NETWORKS]
        return framed(request, "accounts", "desk/admin/account_networks.html", {"networks": networks})
    form = AddForm(request.POST if request.method == "POST" else None, network)
    against: list[Trouble] = []
    if form.is_valid():
        fresh, keys = keeping.unsaved(network, form.cleaned_data["number"]), form.keys()
        against = keeping.trouble_with(fresh, keys)
        if not against:
            try:
                keeping.add(fresh, form.as_input(), keys, user_of(request), clock.now())
            except Refused:  # by a second click, or by a colleague while the network was asked
                messages.error(request, _("Такой аккаунт только что добавили. Найдите его в списке."))
                return HttpResponseRedirect(reverse("admin-accounts"))
            messages.success(request, _("Аккаунт добавлен, ключи проверены."))
            return back_to(fresh)
    context = {"form": form, "network": network, "other": form.other, "against": _network_words(against)}
    status = 422 if form.errors or against else 200
    return framed(request, "accounts", "desk/admin/account_add.html", context, status)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key: saved only after it has worked in the network; until then the old one stays in use."""
    here = account_for(pk)
    if here.network not in NETWORKS:
        raise Http404
    form = KeyForm(request.POST if request.method == "POST" else None, here.network, request.GET.get("kind", "")[:16])
    against: list[Trouble] = []
    if form.is_valid():
        kind, secret = form.cleaned_data["kind"], form.cleaned_data["secret"]
        against = keeping.trouble_with(here, {kind: secret})
        if not against:
            resumed = keeping.give_key(here, kind, secret, user_of(request), clock.now())
            message = _("Ключ проверен и записан. Аккаунт снова включён.") if resumed else _("Ключ проверен и записан.")
            messages.success(request, message)
            return back_to(here)
        form.add_error("secret", _("Вставьте другой ключ."))
    context = {"form": form, "account": here, "against": _network_words(against), "keys": keys_of(here)}
    return framed(request, "accounts", "desk/admin/account_key.html", context, 422 if form.errors else 200)


def _network_words(against: list[Trouble]) -> list[str]:
    """The network's words in the reader's language."""
    return [": ".join(translated(part) for part in trouble if part) for trouble in against]


def help_text(key: KeyKind) -> str:
    """What a key is for, and where in the network's own settings it is found."""
    return _("%(use)s. Где взять: %(where)s") % {"use": translated(key.use), "where": translated(key.where)}


def _kinds(keys: Iterable[KeyKind]) -> list[tuple[str, str]]:
    return list({key.kind: translated(key.title) for key in keys}.items())
