"""«Оповещение программ»: which neighbours' programs are told what happens, whether they hear, what they answered."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from otklik.desk.admin.frame import Sure, administers, ask, framed, is_sure
from otklik.desk.admin.hook_facts import all_hooks, lines_of, next_try, rows_of
from otklik.desk.admin.hook_forms import HookForm
from otklik.desk.admin.journal_words import lines_about
from otklik.desk.admin.late import LATE, beside_now, overtaken
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.hooks import keeping
from otklik.hooks.models import Call, Subscription
from otklik.lib import clock
from otklik.people.scope import Refused


@require_safe
@administers("hooks")
def hooks(request: HttpRequest) -> HttpResponse:
    """Two queries beside the frame's."""
    return framed(request, "hooks", "desk/admin/hooks.html", {"rows": rows_of(list(all_hooks()))})


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def addition(request: HttpRequest) -> HttpResponse:
    """A new program: it hears of what happens from now on. Its secret is on the page that follows, and nowhere else."""
    form = HookForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return framed(request, "hooks", "desk/admin/hook_add.html", {"form": form}, 422 if form.errors else 200)
    made, secret = keeping.add(form.told(), user_of(request), clock.now())
    return _shown(request, made, secret, fresh=True)


def _shown(request: HttpRequest, here: Subscription, secret: str, *, fresh: bool) -> HttpResponse:
    context = {"hook": here, "secret": secret, "fresh": fresh, "hours": keeping.BOTH_FOR.days * 24}
    response = framed(request, "hooks", "desk/admin/hook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def hook_for(pk: int) -> Subscription:
    found = all_hooks().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _back(pk: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("admin-hook", args=[pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def hook(request: HttpRequest, pk: int) -> HttpResponse:
    """One program: what it is told, and how that fares."""
    here = hook_for(pk)
    form = HookForm(request.POST if request.method == "POST" else None, here)
    if not form.is_valid():
        return _page(request, form, here, 422 if form.errors else 200)
    if overtaken(form, keeping.seen(here)):
        return _late(request, here)
    try:
        changed = keeping.change(here, form.told(), form.cleaned_data["seen"], user_of(request), clock.now())
    except Refused:
        return _late(request, hook_for(pk))
    messages.success(request, _("Записано.") if changed else _("Ничего не изменилось."))
    return _back(pk)


def _late(request: HttpRequest, here: Subscription) -> HttpResponse:
    words = _("Пока вы писали, это изменил кто-то ещё. Сверьте поля и сохраните снова.")
    form = beside_now(request, lambda data: HookForm(data, here), keeping.seen(here), words)
    return _page(request, form, here, LATE)


def _page(request: HttpRequest, form: HookForm, here: Subscription, status: int) -> HttpResponse:
    context = {"form": form, "row": rows_of([here])[0], "hook": here, "lines": lines_about(f"hook:{here.pk}")}
    return framed(request, "hooks", "desk/admin/hook.html", context, status)


@require_safe
@administers("hooks")
def calls(request: HttpRequest, pk: int) -> HttpResponse:
    """The log: the last two hundred calls. Two queries beside the frame's."""
    here = hook_for(pk)
    told = lines_of(here)
    return framed(request, "hooks", "desk/admin/hook_calls.html", {"hook": here, "lines": told, "next": next_try(told)})


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
    back = reverse("admin-hook", args=[pk])
    return ask(request, "hooks", Sure(_("Сменить ключ: %s?") % here.name, figures, _("Сменить ключ"), back))


@require_http_methods(["GET", "HEAD", "POST"])
@administers("hooks")
def switching_off(request: HttpRequest, pk: int) -> HttpResponse:
    """What stops is said first."""
    here = hook_for(pk)
    if request.method == "POST" and is_sure(request):
        try:
            keeping.switch_off(here, user_of(request), clock.now())
        except Refused as refused:
            messages.error(request, why(refused))
        else:
            messages.success(request, _("Программа больше не вызывается."))
        return _back(pk)
    figures = [
        _("Вызовов не будет, пока её не включат снова."),
        _("Если включить в течение трёх суток, она узнает обо всём. Что старше, пропадёт из вызовов."),
    ]
    sure = Sure(_("Выключить: %s?") % here.name, figures, _("Выключить"), reverse("admin-hook", args=[pk]), grave=True)
    return ask(request, "hooks", sure._replace(refusal="" if here.off_at is None else _("Она уже выключена.")))


@require_POST
@administers("hooks")
def switching_on(request: HttpRequest, pk: int) -> HttpResponse:
    """It is told again, from where it was."""
    here = hook_for(pk)
    try:
        keeping.switch_on(here, user_of(request), clock.now())
    except Refused as refused:
        messages.error(request, why(refused))
    else:
        messages.success(request, _("Программа снова вызывается."))
    return _back(pk)


@require_POST
@administers("hooks")
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """«Проверить»: a call about nothing, past the line. The worker makes it; the log tells what came of it."""
    here = hook_for(pk)
    try:
        keeping.ping(here, user_of(request), clock.now())
    except Refused:
        messages.error(request, _("Программа выключена: сначала включите её."))
        return _back(pk)
    messages.success(request, _("Пробный вызов отправлен. Обновите страницу через несколько секунд."))
    return HttpResponseRedirect(reverse("admin-hook-calls", args=[pk]))


@require_POST
@administers("hooks")
def repetition(request: HttpRequest, pk: int) -> HttpResponse:
    """«Повторить» for a call that was given up."""
    call = Call.objects.filter(pk=pk).first()
    if call is None:
        raise Http404
    try:
        keeping.repeat(call, user_of(request), clock.now())
    except Refused as refused:
        messages.error(request, why(refused))
    else:
        messages.success(request, _("Повторим сейчас и, если не получится, ещё трое суток."))
    return HttpResponseRedirect(reverse("admin-hook-calls", args=[call.subscription_id]))
