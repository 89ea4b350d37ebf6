"""«Готовые сроки»: norms as regions have them, chosen in one click after a look at what would change."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from otklik.desk.admin.editing import SEEN
from otklik.desk.admin.frame import Hidden, Sure, administers, ask, framed, is_sure
from otklik.desk.admin.norm_words import lasts, title
from otklik.desk.admin.words import why
from otklik.desk.gate import user_of
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.routing import presets as verbs
from otklik.routing.clocks import norms_of
from otklik.routing.norms import NORMED, Allowed
from otklik.routing.presets import PRESETS, Preset, Turn


@require_safe
@administers("calendars")
def presets(request: HttpRequest) -> HttpResponse:
    """One query beside the frame's."""
    norms = norms_of(*NORMED)
    rows = [(one, [f"{title(norm)}: {lasts(norm.minutes, norm.working)}" for norm in one.norms], _holds(one, norms))
            for one in PRESETS]  # fmt: skip
    return framed(request, "calendars", "desk/admin/presets.html", {"presets": rows})


def _holds(preset: Preset, norms: list[Allowed]) -> bool:
    turn = verbs.turn_to(preset, norms)
    return not (turn.ends or turn.begins)


@require_http_methods(["GET", "HEAD", "POST"])
@administers("calendars")
def preset(request: HttpRequest, code: str) -> HttpResponse:
    """What would change; the button does it."""
    chosen = verbs.preset_by(code)
    if chosen is None:
        raise Http404
    back = reverse("admin-calendars")
    if request.method == "POST" and is_sure(request):
        try:
            verbs.choose(chosen, request.POST.get(SEEN, ""), user_of(request), clock.now())
            messages.success(request, _("Записано. Новые сроки действуют для тех, кто напишет с этой минуты."))
        except Refused as refused:
            messages.error(request, why(refused))
        return HttpResponseRedirect(back)
    norms = norms_of(*NORMED)
    figures = _figures(chosen, verbs.turn_to(chosen, norms))
    kept = [Hidden(SEEN, verbs.norms_seen(norms))]
    return ask(request, "calendars", Sure(str(chosen.title), figures, _("Выбрать"), back, kept))


def _figures(chosen: Preset, turn: Turn) -> list[str]:
    was = {one.scope: one for one in turn.ends}
    figures = [str(chosen.source)]
    for one in turn.begins:
        words, before = lasts(one.minutes, one.working), was.pop(one.scope, None)
        if before:
            params = {"now": lasts(before.minutes, before.working), "then": words}
            words = _("сейчас %(now)s, станет %(then)s") % params
        head = title(one)
        figures.append(f"{head[:1].upper()}{head[1:]}: {words}.")
    for one in was.values():
        params = {"what": title(one), "how": lasts(one.minutes, one.working)}
        figures.append(_("Перестанет действовать: %(what)s, %(how)s.") % params)
    if not (turn.begins or turn.ends):
        figures.append(_("Эти сроки уже действуют: ничего не изменится."))
    if turn.stays:
        figures.append(_("Сроки для отдельных тем, мест и сетей останутся: %d.") % len(turn.stays))
    figures.append(_("Сроки, которые уже идут у жителей, не изменятся: новые для тех, кто напишет с этой минуты."))
    return figures
