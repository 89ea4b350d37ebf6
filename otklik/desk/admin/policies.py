"""«Согласование»: how many people agree to an answer, by theme, writer and agency; and what would hold for a case."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from otklik.answers import policy_keeping as verbs
from otklik.answers.models import ApprovalPolicy
from otklik.answers.policies import edge, fitting
from otklik.answers.policy_keeping import SHOWN, Collides
from otklik.answers.steps import known_on
from otklik.desk.admin.editing import SEEN, carry_out, edit, written
from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.policy_forms import AskForm, EndForm, PolicyForm
from otklik.desk.admin.words import why
from otklik.desk.listing import Key, Listing, one_of
from otklik.desk.policy_words import LOSES
from otklik.lib.refusal import Refused
from otklik.people.models import User

MOST_FITTING = 12
STATES = {
    "": gettext_lazy("действуют или начнут"),
    "ended": gettext_lazy("закончились"),
    "all": gettext_lazy("все"),
}
LIST = Listing((Key("pk", falling=True),), {"state": one_of(STATES)}, size=50)


class Fits(NamedTuple):
    """A policy that fits a case; `loses` is why another one holds, "" for the one that does."""

    policy: ApprovalPolicy
    loses: str


@require_safe
@administers("policies")
def policies(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's."""
    state, today = LIST.chosen(request.GET)["state"], timezone.localdate()
    queryset = ApprovalPolicy.objects.select_related(*SHOWN)
    if state != "all":
        queryset = queryset.filter(until__lt=today) if state == "ended" else queryset.exclude(until__lt=today)
    here = LIST.page(queryset, request.GET)
    context = {
        "policies": here.rows,
        "next": here.following,
        "state": state,
        "states": STATES.items(),
        "today": today,
    }
    return framed(request, "policies", "desk/admin/policies.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("policies")
def trial(request: HttpRequest) -> HttpResponse:
    """Which policies fit a theme, a writer and an agency today, the one that holds first. Nothing is kept."""
    form = AskForm(request.POST if request.method == "POST" else None)
    fits: list[Fits] | None = _fitting(form) if form.is_valid() else None
    status = 422 if form.errors else 200
    return framed(request, "policies", "desk/admin/policy_trial.html", {"form": form, "fits": fits}, status)


def _fitting(form: AskForm) -> list[Fits]:
    today = timezone.localdate()
    known_policies = fitting(known_on(today), form.case(), today)[:MOST_FITTING]
    rows = ApprovalPolicy.objects.select_related(*SHOWN).in_bulk([one.id for one in known_policies])
    return [
        Fits(rows[one.id], str(LOSES[edge(known_policies[0], one)]) if number else "")
        for number, one in enumerate(known_policies)
        if one.id in rows
    ]


def policy_for(pk: int) -> ApprovalPolicy:
    return get_object_or_404(ApprovalPolicy.objects.select_related(*SHOWN), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("policies")
def addition(request: HttpRequest) -> HttpResponse:
    return _edited(request, lambda: None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("policies")
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    return _edited(request, lambda: policy_for(pk))


def _edited(request: HttpRequest, find: Callable[[], ApprovalPolicy | None]) -> HttpResponse:
    def save(here: ApprovalPolicy | None, form: PolicyForm, by: User, now: datetime) -> HttpResponse:
        changed = True
        try:
            if here is None:
                here = verbs.add(form.as_input(), by, now)
            else:
                changed = verbs.change(here, form.as_input(), form.cleaned_data[SEEN], by, now)
        except Collides as met:
            return _page(request, form, here, 422, met.policy)
        except Refused as refused:
            if refused.code == "overtaken":
                raise
            messages.error(request, why(refused))
            return HttpResponseRedirect(reverse("admin-policies"))
        return written(request, changed, reverse("admin-policy", args=[here.pk]))

    return edit(
        *(request, find, PolicyForm, _page),
        seen=lambda here: verbs.seen(here) if here else "",
        save=save,
        late=_("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова."),
    )


def _page(
    request: HttpRequest,
    form: PolicyForm,
    here: ApprovalPolicy | None,
    status: int,
    other: ApprovalPolicy | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "policy": here, "other": other}
    if here is not None:
        context["lines"] = lines_about(f"policy:{here.pk}")
    return framed(request, "policies", "desk/admin/policy.html", context, status)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("policies")
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """The last day of a policy, which may be ahead. What waits for approval keeps what it was sent under."""
    here = policy_for(pk)
    initial = {"until": timezone.localdate(), "seen": verbs.seen(here)}
    form = EndForm(request.POST if request.method == "POST" else None, initial=initial)
    if not form.is_valid():
        context = {"form": form, "policy": here}
        return framed(request, "policies", "desk/admin/policy_end.html", context, 422 if form.errors else 200)
    end = partial(verbs.end, here, form.cleaned_data["until"], form.cleaned_data[SEEN])
    return carry_out(request, end, _("Записано."), reverse("admin-policy", args=[here.pk]))
