"""«Сроки ответа»: a norm is written, changed, taken away. What stood before and what will hold is said first."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.calendar_forms import NormForm
from otklik.desk.admin.calendars import asked, form_page, moved
from otklik.desk.admin.editing import LATE, SEEN, beside_now, overtaken
from otklik.desk.admin.frame import administers, is_sure
from otklik.desk.admin.norm_words import instead, lasts, title
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.routing import calendars as verbs
from otklik.routing.calendars import Ground
from otklik.routing.models import Norm
from otklik.routing.norms import NORMED, Allowed, allowed


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def norm_addition(request: HttpRequest) -> HttpResponse:
    return _norm(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def norm(request: HttpRequest, pk: int) -> HttpResponse:
    return _norm(request, norm_for(pk))


def norm_for(pk: int) -> Norm:
    held = Norm.objects.select_related("theme", "group", "place").filter(clock__in=NORMED, until=None)
    norm_row = held.filter(pk=pk).first()
    if norm_row is None:
        raise Http404
    return norm_row


def _norm(request: HttpRequest, here: Norm | None) -> HttpResponse:
    """One norm for a clock and a theme: whoever writes it again changes the one that is there.

    Of the norm that was opened the form tells what it was based on; of any other, the confirmation does.
    """
    form = NormForm(request.POST if request.method == "POST" else None, allowed(here) if here else None)
    if not form.is_valid():
        return form_page(request, form, _("Срок"), here)
    norm_input, ground = form.as_input(), verbs.ground_now()
    current_norm = verbs.norm_like(ground.norms, norm_input)
    opened = here is not None and verbs.norm_like([allowed(here)], norm_input) is not None
    if (opened or is_sure(request)) and overtaken(form, verbs.norm_seen(current_norm)):
        return _late(request, current_norm, here)
    if is_sure(request):
        try:
            changed = verbs.set_norm(norm_input, form.cleaned_data["seen"], user_of(request), clock.now())
        except Refused:
            return _late(request, verbs.norm_like(verbs.ground_now().norms, norm_input), here)
        return moved(request) if changed else _same(request)
    after = Ground(ground.week, verbs.with_norm(ground.norms, norm_input))
    kept = {name: request.POST.get(name, "") for name in NormForm.names if name in request.POST}
    kept["seen"] = verbs.norm_seen(current_norm)
    return asked(request, _("Сохранить срок?"), [_sentence(norm_input, current_norm, form)], after, kept)


def _late(request: HttpRequest, current_norm: Allowed | None, here: Norm | None) -> HttpResponse:
    words = _("Пока вы писали, этот срок изменил кто-то ещё. Сверьте поля и сохраните снова.")
    if current_norm is None:
        words = _("Пока вы писали, этот срок убрали. Если он нужен, сохраните снова.")
    form = beside_now(request, lambda data: NormForm(data, current_norm), verbs.norm_seen(current_norm), words)
    return form_page(request, form, _("Срок"), here, LATE)


def _same(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Ничего не изменилось."))
    return HttpResponseRedirect(reverse("admin-calendars"))


def _sentence(norm_input: Allowed, current_norm: Allowed | None, form: NormForm) -> str:
    """«первый ответ, все остальные темы: 8 ч рабочего времени», or «…: сейчас …, станет …»."""
    head, becomes = title(norm_input, *form.titles(norm_input)), lasts(norm_input.minutes, norm_input.working)
    if current_norm is None:
        return f"{head}: {becomes}."
    words = {"now": lasts(current_norm.minutes, current_norm.working), "then": becomes}
    return f"{head}: {_('сейчас %(now)s, станет %(then)s.') % words}"


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def norm_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """What it was for falls back to the wider norm, or to the product's own."""
    here = norm_for(pk)
    if request.method == "POST" and is_sure(request):
        try:
            verbs.remove_norm(here, request.POST.get(SEEN, ""), user_of(request), clock.now())
        except Refused as refused:
            messages.error(request, why(refused))
            return HttpResponseRedirect(reverse("admin-calendars"))
        return moved(request)
    ground, gone = verbs.ground_now(), allowed(here)
    after = Ground(ground.week, verbs.without_norm(ground.norms, gone))
    figures = instead(ground.norms, gone, here.theme.fast_track if here.theme else here.fast_track)
    kept = {SEEN: verbs.norm_seen(gone)}
    return asked(request, _("Убрать срок?"), figures, after, kept, _("Убрать"))
