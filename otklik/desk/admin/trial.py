"""«Что было бы с этим текстом?»: what the machine would make of a text, and which rule would win. Nothing is kept."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.rule_forms import TrialForm
from otklik.desk.rule_words import LOSES
from otklik.inbox.models import Message
from otklik.lib import clock
from otklik.places.models import Place
from otklik.routing.match import edge, thing_in
from otklik.routing.models import Rule
from otklik.routing.signs import signs_in
from otklik.routing.suggest import router_now
from otklik.themes.models import Theme
from otklik.triage.judge import Asked, recognisers, verdicts_on

MOST_THEMES, MOST_RULES = 3, 12
KINDS = {
    "complaint": gettext_lazy("жалоба"),
    "question": gettext_lazy("вопрос"),
    "suggestion": gettext_lazy("предложение"),
    "thanks": gettext_lazy("благодарность"),
    "noise": gettext_lazy("не инцидент"),
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A theme that the text may be about: how sure, in per cent, and by which words."""

    theme: Theme
    percent: int
    words: str


class Fits(NamedTuple):
    """A rule that fits; `thing` is what the text names of its things, `loses` why another one fires, "" for the one
    that does."""

    rule: Rule
    thing: str
    loses: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rules` fit, the winner first; `kind` is in words, `priority` is that of a card, 1 to 5."""

    kind: str
    guesses: list[Guess]
    place: Place | None
    address: str
    priority: int
    rules: list[Fits]
    more: int


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def trial(request: HttpRequest) -> HttpResponse:
    form = TrialForm(request.POST if request.method == "POST" else None)
    verdict = _look(form) if form.is_valid() else None
    context = {"form": form, "verdict": verdict}
    return framed(request, "rules", "desk/admin/trial.html", context, 422 if form.errors else 200)


def _look(form: TrialForm) -> Verdict:
    """The verdict that a new message would get, without a community that says where its people live."""
    text = form.cleaned_data["text"]
    known = recognisers()
    (verdict,) = verdicts_on([Asked(Message(text=text))], clock.now(), known)
    guesses = [
        Guess(known.known[one["id"]], round(one["share"] * 100), ", ".join(word for word, _weight in one["why"]))
        for one in verdict.themes[:MOST_THEMES]
    ]
    place = verdict.place
    fits, more = _fitting(verdict.theme, place, text, form.cleaned_data["network"], form.cleaned_data["hours"])
    return Verdict(
        kind=str(KINDS[verdict.kind]),
        guesses=guesses,
        place=place,
        address=", ".join(part for part in (verdict.street, verdict.house) if part),
        priority=verdict.priority,
        rules=fits,
        more=more,
    )


def _fitting(theme: Theme | None, place: Place | None, text: str, network: str, hours: str) -> tuple[list[Fits], int]:
    """The rules that fit, the winner first, at most twelve; and how many more there are. Three queries."""
    router, now = router_now(), clock.now()
    signs = signs_in(router, network, text, now)
    if hours:
        signs = replace(signs, working=hours == Rule.Hours.WORKING)
    about, group = (theme.pk, theme.group_id) if theme else (None, None)
    rules = list(router.fitting(about, group, place.path if place else "", timezone.localdate(now), signs))
    rows = Rule.objects.select_related("theme", "group", "place", "agency", "executor").in_bulk(
        [one.id for one in rules[:MOST_RULES]]
    )
    return [
        Fits(rows[one.id], thing_in(one, signs.lemmas), str(LOSES[edge(rules[0], one)]) if number else "")
        for number, one in enumerate(rules[:MOST_RULES])
        if one.id in rows
    ], max(len(rules) - MOST_RULES, 0)
