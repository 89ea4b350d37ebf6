"""«Роли»: what the standing ones let one do, and those that administrators make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.editing import SEEN, Seen, carry_out, edit, written
from otklik.desk.admin.fields import choice
from otklik.desk.admin.forms import Line
from otklik.desk.admin.frame import Hidden, Sure, Way, administers, ask, framed, is_sure
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.people import roles as verbs
from otklik.people.models import MadeRole, User
from otklik.people.permissions import BOUND, CHOOSABLE, STANDING, Permission, Role, fitting
from otklik.people.roles import RoleInput


class RoleForm(forms.Form):
    """`base` is chosen once: whoever has the role is called and reminded by it."""

    name = Line(gettext_lazy("Название"), 60, hint=gettext_lazy("Например: старший оператор."))

    def __init__(self, data: Any, here: MadeRole | None = None) -> None:
        initial: dict[str, Any] = {"base": Role.OPERATOR, "permissions": sorted(STANDING[Role.OPERATOR])}
        if here is not None:
            initial = {"name": here.name, "permissions": sorted(here.allows), "seen": verbs.seen(here)}
        super().__init__(data, initial=initial)
        self.here = here
        if here is None:
            hint = _("По ней приходят напоминания и карточки. Потом её не поменять.")
            self.fields["base"] = choice(_("Основа"), [(base, Role(base).label) for base in BOUND], hint=hint)
        self.fields["permissions"] = forms.MultipleChoiceField(
            label=_("Что разрешено"),
            required=False,
            choices=[(one.value, one.label) for one in CHOOSABLE],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
            error_messages={"invalid_choice": _("Такого в списке нет. Выберите ещё раз.")},
        )
        self.fields["seen"] = Seen()

    def as_input(self) -> RoleInput:
        typed = self.cleaned_data
        base = self.here.base if self.here else typed["base"]
        return RoleInput(typed["name"], base, typed["permissions"])


@dataclass(frozen=True, slots=True)
class Column:
    """One role in the table: its permissions in the order of the rows."""

    title: str
    made: MadeRole | None
    base: str
    ticks: tuple[bool, ...]
    count: int = 0


@require_safe
@administers("roles")
def roles_page(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's."""
    made = list(MadeRole.objects.annotate(count=Count("grants__user", distinct=True)))
    standing = [Column(str(Role(role).label), None, "", _ticks(allows)) for role, allows in STANDING.items()]
    own = [Column(one.name, one, str(Role(one.base).label), _ticks(one.allows), one.count) for one in made]
    columns = [*standing, *own]
    rows = [
        (permission.label, [column.ticks[number] for column in columns]) for number, permission in enumerate(Permission)
    ]
    context = {"columns": columns, "rows": rows, "made": own}
    return framed(request, "roles", "desk/admin/roles.html", context)


def _ticks(allows: frozenset[Permission]) -> tuple[bool, ...]:
    return tuple(permission in allows for permission in Permission)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("roles")
def addition(request: HttpRequest) -> HttpResponse:
    form = RoleForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _page(request, form, None, 422 if form.errors else 200)
    try:
        verbs.make(form.as_input(), user_of(request), clock.now())
    except Refused as refused:
        form.add_error("name", why(refused))
        return _page(request, form, None, 422)
    messages.success(request, _("Роль создана. Теперь её можно дать людям."))
    return HttpResponseRedirect(reverse("admin-roles"))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("roles")
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; what people would gain and lose is said before it is saved."""

    def save(here: MadeRole, form: RoleForm, by: User, now: datetime) -> HttpResponse:
        role_input = form.as_input()
        figures = _turns(here, role_input)
        if figures and not is_sure(request):
            kept = [Hidden("name", role_input.name), Hidden(SEEN, request.POST.get(SEEN, ""))]
            kept += [Hidden("permissions", one) for one in role_input.permissions]
            back = reverse("admin-role", args=[pk])
            return ask(request, "roles", Sure(_("Изменить роль «%s»?") % here.name, figures, _("Изменить"), back, kept))
        return written(
            request, verbs.change(here, role_input, form.cleaned_data[SEEN], by, now), reverse("admin-roles")
        )

    return edit(
        *(request, lambda: _role(pk), RoleForm, _page),
        seen=verbs.seen,
        save=save,
        late=_("Пока вы писали, роль изменил кто-то ещё. Сверьте поля и сохраните снова."),
        fault=lambda refused, _form: ("name", why(refused)),
    )


def _turns(here: MadeRole, role_input: RoleInput) -> list[str]:
    """What those who have the role would gain and lose; [] where nobody has it or nothing is allowed otherwise."""
    people = User.objects.filter(grants__made=here).distinct().count()
    was, now = here.allows, fitting(here.base, role_input.permissions)
    if not people or was == now:
        return []
    figures = [_("Людей с этой ролью: %d. Для них изменится сразу.") % people]
    figures += [_("Прибавится: %s.") % _labels(now - was)] if now - was else []
    figures += [_("Пропадёт: %s.") % _labels(was - now)] if was - now else []
    return figures


def _labels(permissions: frozenset[Permission]) -> str:
    return "; ".join(str(one.label) for one in Permission if one in permissions)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("roles")
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks, POST removes; while somebody has it, it says where to find them."""
    here = _role(pk)
    if request.method == "POST":
        return carry_out(request, partial(verbs.remove, here), _("Роль удалена."), reverse("admin-roles"))
    used = here.grants.exists()
    figures: Sequence[str] = [_("В журнале она останется.")]
    way = Way(f"{reverse('admin-people')}?role={here.key}", _("У кого она есть")) if used else None
    refusal = why(Refused("role_used")) if used else ""
    title = _("Удалить роль «%s»?") % here.name
    sure = Sure(title, figures, _("Удалить"), reverse("admin-roles"), grave=True, refusal=refusal, way=way)
    return ask(request, "roles", sure)


def _role(pk: int) -> MadeRole:
    return get_object_or_404(MadeRole, pk=pk)


def _page(request: HttpRequest, form: RoleForm, here: MadeRole | None, status: int) -> HttpResponse:
    bound = fitting(here.base, ()) if here else frozenset()
    context = {
        "form": form,
        "role": here,
        "base": Role(here.base).label if here else "",
        "bound": _labels(bound),
        "lines": lines_about(f"role:{here.pk}") if here else [],
    }
    return framed(request, "roles", "desk/admin/role.html", context, status)
