"""«Доступ программ»: which neighbour systems may ask, in whose name and for what; making a key and revoking it."""

from datetime import timedelta
from functools import partial
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.editing import carry_out
from otklik.desk.admin.fields import Day
from otklik.desk.admin.forms import Line, Pick
from otklik.desk.admin.frame import Sure, administers, ask, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people import programs as verbs
from otklik.people.models import ProgramToken, User
from otklik.people.programs import ProgramInput, ProgramScope

SHOWN = 200
USUAL = timedelta(days=180)
ALIVE, OVER, REVOKED, BLOCKED = "alive", "over", "revoked", "blocked"


class ProgramForm(forms.Form):
    name = Line(gettext_lazy("Название"), 60, hint=gettext_lazy("Какой системе. Например: СЭД края."))
    until = Day(gettext_lazy("Действует до"), required=True, hint=gettext_lazy("Включительно, не дольше года."))

    def __init__(self, data: Any) -> None:
        super().__init__(data, initial={"until": timezone.localdate(clock.now()) + USUAL})
        self.people = {
            one.pk: one for one in User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")
        }
        named = [("", _("выберите")), *((one.pk, f"{one} ({one.username})") for one in self.people.values())]
        hint = _("Программа видит и может не больше, чем этот человек. Лучше завести для неё отдельного сотрудника.")
        self.fields["owner"] = Pick(_("От чьего имени"), named, True, hint)
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=_("Что разрешено"),
            choices=[(one.value, f"{one.label} ({one.value})") for one in ProgramScope],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            error_messages={
                "required": _("Отметьте хотя бы одно."),
                "invalid_choice": _("Такого в списке нет. Выберите ещё раз."),
            },
        )
        self.order_fields(("name", "owner", "scopes", "until"))

    def as_input(self) -> ProgramInput:
        typed = self.cleaned_data
        return ProgramInput(self.people[typed["owner"]], typed["name"], typed["scopes"], typed["until"])


def state_of(token: ProgramToken) -> str:
    """Whether it opens anything now, and why not. Its owner comes along."""
    if token.revoked_at is not None:
        return REVOKED
    if not token.owner.is_active:
        return BLOCKED
    return OVER if token.until < timezone.localdate(clock.now()) else ALIVE


@require_safe
@administers("programs")
def programs(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's: those that open something first, then the rest, the newest first."""
    rows = [(one, state_of(one)) for one in ProgramToken.objects.select_related("owner")[:SHOWN]]
    rows.sort(key=lambda row: row[1] != ALIVE)
    return framed(request, "programs", "desk/admin/programs.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@administers("programs")
def addition(request: HttpRequest) -> HttpResponse:
    """The form, and after it the key, which is shown this once."""
    form = ProgramForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form)
    try:
        token, secret = verbs.make(form.as_input(), user_of(request), clock.now())
    except Refused as refused:
        form.add_error({"blocked": "owner", "scopes": "scopes"}.get(refused.code, "until"), why(refused))
        return _page(request, form)
    return framed(request, "programs", "desk/admin/program_made.html", {"token": token, "secret": secret})


def _page(request: HttpRequest, form: ProgramForm) -> HttpResponse:
    return framed(request, "programs", "desk/admin/program_add.html", {"form": form}, 422 if form.errors else 200)


@require_safe
@administers("programs")
def program(request: HttpRequest, pk: int) -> HttpResponse:
    """One key: whose, for what, when it was used, and what was done about it."""
    token = _token(pk)
    context = {
        "token": token,
        "state": state_of(token),
        "scopes": [(scope.value, scope.label) for scope in ProgramScope if scope in token.scopes],
        "lines": lines_about(f"program:{token.pk}"),
    }
    return framed(request, "programs", "desk/admin/program.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("programs")
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what stops working, POST revokes."""
    token = _token(pk)
    back = reverse("admin-program", args=[token.pk])
    if request.method == "POST":
        return carry_out(request, partial(verbs.revoke, token), _("Ключ отозван."), back)
    figures = [_("Программа перестанет что-либо читать и менять сразу. Вернуть этот ключ нельзя, можно выдать новый.")]
    title = _("Отозвать ключ «%s»?") % token.name
    return ask(request, "programs", Sure(title, figures, _("Отозвать"), back, grave=True))


def _token(pk: int) -> ProgramToken:
    token = ProgramToken.objects.select_related("owner", "made_by", "revoked_by").filter(pk=pk).first()
    if token is None:
        raise Http404
    return token
