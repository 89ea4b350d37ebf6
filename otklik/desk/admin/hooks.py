"""«Оповещение программ»: the neighbours' programs that get calls about what happens, and how those calls fare."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.editing import SEEN, carry_out, edit, written
from otklik.desk.admin.frame import Sure, administers, ask, framed, is_sure
from otklik.desk.admin.hook_forms import HookForm
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.notify.hooks import keeping
from otklik.notify.hooks.models import Call, Kind, Subscription
from otklik.people.models import User
from otklik.work.translated import translated

SHOWN = 200
SECRETS = ("secret", "earlier")
_OPEN = Q(calls__done_at__isnull=True, calls__given_up_at__isnull=True)
_ABANDONED = Q(calls__given_up_at__isnull=False) & ~Q(calls__kind=Kind.PING)


class State(NamedTuple):
    """`tone` is the chip's colour; `why` what is wrong, `advice` what to do, "" when all is well."""

    name: str
    words: str
    tone: str
    why: str = ""
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One program. `waiting` calls are still tried, `given_up` ones are not any more."""

    hook: Subscription
    state: State
    waiting: int
    abandoned: int
    events: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One call. `outcome` says what the last try came to; `again`: a person may have it made once more."""

    call: Call
    state: str
    tone: str
    outcome: str
    again: bool


@require_safe
@administers("hooks")
def hooks(request: HttpRequest) -> HttpResponse:
    """Two queries beside the frame's."""
    return framed(request, "hooks", "desk/admin/hooks.html", {"rows": rows_of(list(all_hooks()))})


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def addition(request: HttpRequest) -> HttpResponse:
    """A new program: it gets what happens from now on. Its secret is shown once, on the page that follows."""
    form = HookForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return framed(request, "hooks", "desk/admin/hook_add.html", {"form": form}, 422 if form.errors else 200)
    made, secret = keeping.add(form.as_input(), user_of(request), clock.now())
    return _shown(request, made, secret, fresh=True)


def _shown(request: HttpRequest, here: Subscription, secret: str, *, fresh: bool) -> HttpResponse:
    context = {"hook": here, "secret": secret, "fresh": fresh, "hours": keeping.BOTH_FOR.days * 24}
    response = framed(request, "hooks", "desk/admin/hook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def hook_for(pk: int) -> Subscription:
    return get_object_or_404(all_hooks(), pk=pk)


def _back(pk: int) -> str:
    return reverse("admin-hook", args=[pk])


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    """One program: which events it gets, and how its calls fare."""

    def save(here: Subscription, form: HookForm, by: User, now: datetime) -> HttpResponse:
        return written(request, keeping.change(here, form.as_input(), form.cleaned_data[SEEN], by, now), _back(pk))

    words = _("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова.")
    return edit(request, lambda: hook_for(pk), HookForm, _page, seen=keeping.seen, save=save, late=words)


def _page(request: HttpRequest, form: HookForm, here: Subscription, status: int) -> HttpResponse:
    context = {"form": form, "row": rows_of([here])[0], "hook": here, "lines": lines_about(f"hook:{here.pk}")}
    return framed(request, "hooks", "desk/admin/hook.html", context, status)


@require_safe
@administers("hooks")
def calls(request: HttpRequest, pk: int) -> HttpResponse:
    """The log: the last two hundred calls. Two queries beside the frame's."""
    here = hook_for(pk)
    lines = lines_of(here)
    return framed(
        request, "hooks", "desk/admin/hook_calls.html", {"hook": here, "lines": lines, "next": next_try(lines)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret. The one before it goes on for a day, so that the program may be changed in between."""
    here = hook_for(pk)
    if request.method == "POST" and is_sure(request):
        return _shown(request, here, keeping.rotate(here, user_of(request), clock.now()), fresh=False)
    figures = [
        _("Новый ключ покажем один раз. Передайте его тем, чья это программа."),
        _("Сутки вызовы подписаны обоими ключами, потом прежний перестанет действовать."),
    ]
    if here.earlier_until is not None and here.earlier_until > clock.now():
        figures.append(_("Ключ меняли недавно: тот, что был до него, перестанет действовать сразу."))
    return ask(request, "hooks", Sure(_("Сменить ключ: %s?") % here.name, figures, _("Сменить ключ"), _back(pk)))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def switching_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What stops is said first."""
    here = hook_for(pk)
    if request.method == "POST" and is_sure(request):
        return carry_out(request, partial(keeping.switch_off, here), _("Программа больше не вызывается."), _back(pk))
    figures = [
        _("Вызовов не будет, пока её не включат снова."),
        _("Если включить в течение трёх суток, она узнает обо всём. Что старше, пропадёт из вызовов."),
    ]
    sure = Sure(_("Выключить: %s?") % here.name, figures, _("Выключить"), _back(pk), grave=True)
    return ask(request, "hooks", sure._replace(refusal="" if here.off_at is None else _("Она уже выключена.")))


@require_POST
@administers("hooks")
def switching_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Calls go on from where they were stopped."""
    return carry_out(request, partial(keeping.switch_on, hook_for(pk)), _("Программа снова вызывается."), _back(pk))


@require_POST
@administers("hooks")
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """«Проверить»: a call about nothing, past the line. The worker makes it; the log tells what came of it."""
    here = hook_for(pk)
    try:
        keeping.ping(here, user_of(request), clock.now())
    except Refused:
        messages.error(request, _("Программа выключена: сначала включите её."))
        return HttpResponseRedirect(_back(pk))
    messages.success(request, _("Пробный вызов отправлен. Обновите страницу через несколько секунд."))
    return HttpResponseRedirect(reverse("admin-hook-calls", args=[pk]))


@require_POST
@administers("hooks")
def repetition(request: HttpRequest, pk: int) -> HttpResponse:
    """«Повторить» for a call that was given up."""
    call = get_object_or_404(Call, pk=pk)
    done = _("Повторим сейчас и, если не получится, ещё трое суток.")
    back = reverse("admin-hook-calls", args=[call.subscription_id])
    return carry_out(request, partial(keeping.repeat, call), done, back)


def all_hooks() -> QuerySet[Subscription]:
    """Without their secrets: no page shows one that is kept."""
    return Subscription.objects.select_related("agency").defer(*SECRETS).order_by("name", "pk")


def rows_of(hooks: Sequence[Subscription]) -> list[Row]:
    """One query for all of them."""
    known = [hook.pk for hook in hooks]
    counted = Subscription.objects.filter(pk__in=known).values_list("pk")
    counts = counted.annotate(waiting=Count("calls", _OPEN), given_up=Count("calls", _ABANDONED))
    numbers = {pk: (waiting, failures) for pk, waiting, failures in counts}
    return [Row(hook, _state(hook), *numbers.get(hook.pk, (0, 0)), _events(hook)) for hook in hooks]


def _events(hook: Subscription) -> list[str]:
    return [str(Kind(kind).label) for kind in hook.kinds if kind in Kind.values]


def _state(hook: Subscription) -> State:
    if hook.off_at is not None:
        waits = _("Ждущие вызовы и новые события подождут до трёх суток.")
        return State("off", _("выключена"), "", str(hook.get_off_why_display()), waits)
    if hook.failing_since is not None:
        advice = _("Повторяем сами, всё реже. Проверьте адрес и спросите тех, чья это программа.")
        words = _("не отвечает больше суток") if hook.told_at else _("не получается")
        return State("failing", words, "chip-late" if hook.told_at else "chip-soon", "", advice)
    if hook.succeeded_at is None:
        return State(
            "fresh", _("ещё не вызывалась"), "chip-soon", "", _("Нажмите «Проверить»: отправим пробный вызов.")
        )
    return State("works", _("работает"), "chip-good")


def lines_of(hook: Subscription) -> list[Line]:
    """The last calls, the newest first. One query."""
    recent_calls = Call.objects.filter(subscription=hook).order_by("-pk")[:SHOWN]
    return [_line(call, hook) for call in recent_calls]


def _line(call: Call, hook: Subscription) -> Line:
    outcome = _("код %d") % call.status if call.status is not None else translated(call.words)
    if call.done_at is not None:
        return Line(call, _("принят"), "chip-good", outcome, again=False)
    if call.given_up_at is not None:
        ping = call.kind == Kind.PING
        words = _("не принят") if ping else _("больше не повторяем")
        return Line(call, words, "chip-late", outcome, again=not ping and hook.off_at is None)
    if call.set_aside_at is not None:
        return Line(call, _("ждёт человека"), "chip-late", outcome, again=False)
    return Line(call, _("повторим") if call.tries else _("ждёт очереди"), "chip-soon", outcome, again=False)


def next_try(lines: Sequence[Line]) -> datetime | None:
    """When the next call is due; None when none waits."""
    return min((line.call.due_at for line in lines if line.call.due_at is not None), default=None)
