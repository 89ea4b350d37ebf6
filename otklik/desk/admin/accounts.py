"""«Аккаунты»: with which voices the region speaks in networks, whether they work, and what to do when they do not."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.account_facts import STATES, all_accounts, in_state, keys_of, rows_of, worded
from otklik.desk.admin.account_forms import AccountForm, AddForm, KeyForm
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.late import LATE, beside_now, overtaken
from otklik.desk.format import network_title
from otklik.desk.gate import integer, user_of
from otklik.lib import clock
from otklik.lib.text import clean
from otklik.networks import keeping
from otklik.networks.keeping import Trouble
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.people.scope import Refused
from otklik.work.translated import translated

PAGE = 50


@require_safe
@administers("accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    """Six queries beside the frame's."""
    typed = " ".join(clean(request.GET.get("q", "")[:200]).split())
    state = request.GET.get("state", "") if request.GET.get("state", "") in STATES else ""
    found = in_state(all_accounts(), state).filter(worded(typed)).order_by("-pk")
    after = integer(request.GET.get("after"))
    page = list((found.filter(pk__lt=after) if after > 0 else found)[: PAGE + 1])
    kept = {name: value for name, value in (("q", typed), ("state", state)) if value}
    context = {
        "rows": rows_of(page[:PAGE]),
        "count": found.count(),
        "stopped": 0 if state else in_state(all_accounts(), "stopped").count(),
        "next": "?" + urlencode({**kept, "after": page[PAGE - 1].pk}) if len(page) > PAGE else "",
        "typed": typed,
        "state": state,
        "states": STATES.items(),
        "narrowed": bool(kept),
    }
    return framed(request, "accounts", "desk/admin/accounts.html", context)


def account_for(pk: int) -> Account:
    found = all_accounts().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def back_to(account: Account) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin-account", args=[account.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its title and agency are changed here, and nothing else moves by that."""
    here = account_for(pk)
    form = AccountForm(request.POST if request.method == "POST" else None, here)
    if not form.is_valid():
        return _page(request, form, here, 422 if form.errors else 200)
    if overtaken(form, keeping.seen(here)):
        return _late(request, here)
    try:
        changed = keeping.change(here, form.told(), form.cleaned_data["seen"], user_of(request), clock.now())
    except Refused:
        return _late(request, account_for(pk))
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return back_to(here)


def _late(request: HttpRequest, here: Account) -> HttpResponse:
    words = _("Пока вы писали, аккаунт изменил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: AccountForm(data, here), keeping.seen(here), words)
    return _page(request, form, here, LATE)


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
    """A new account: kept only when the network has accepted its keys. First the network is chosen."""
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
                keeping.add(fresh, form.told(), keys, user_of(request), clock.now())
            except Refused:  # by a second click, or by a colleague while the network was asked
                messages.error(request, _("Такой аккаунт только что добавили. Найдите его в списке."))
                return HttpResponseRedirect(reverse("admin-accounts"))
            messages.success(request, _("Аккаунт добавлен, ключи проверены."))
            return back_to(fresh)
    context = {"form": form, "network": network, "other": form.other, "against": _told(against)}
    status = 422 if form.errors or against else 200
    return framed(request, "accounts", "desk/admin/account_add.html", context, status)


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@administers("accounts")
def key(request: HttpRequest, pk: int) -> HttpResponse:
    """A new key: tried in the network first, and kept only if it works. The old one works until then."""
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
            told = _("Ключ проверен и записан. Аккаунт снова включён.") if resumed else _("Ключ проверен и записан.")
            messages.success(request, told)
            return back_to(here)
        form.add_error("secret", _("Вставьте другой ключ."))
    context = {"form": form, "account": here, "against": _told(against), "keys": keys_of(here)}
    return framed(request, "accounts", "desk/admin/account_key.html", context, 422 if form.errors else 200)


def _told(against: list[Trouble]) -> list[str]:
    """The network's words in the reader's language."""
    return [": ".join(translated(part) for part in trouble if part) for trouble in against]
