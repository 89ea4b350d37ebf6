"""«Что было бы с этим текстом?»: what the machine would make of a text, and which rule would win. Nothing is kept."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.frame import administers, framed
from otklik.desk.admin.rule_forms import TrialForm
from otklik.inbox.models import Message
from otklik.places.models import Place
from otklik.routing.models import Rule
from otklik.routing.rules import in_order
from otklik.themes.models import Theme
from otklik.triage.judge import minds, verdict_on

MOST_THEMES = 3
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """`rules` fit, the winner first; `kind` is in words, `priority` is that of a card, 1 to 5."""

    kind: str
    guesses: list[Guess]
    place: Place | None
    address: str
    priority: int
    rules: list[Rule]


@require_http_methods(["GET", "HEAD", "POST"])
@administers("rules")
def trial(request: HttpRequest) -> HttpResponse:
    form = TrialForm(request.POST if request.method == "POST" else None)
    verdict = look(form.cleaned_data["text"]) if form.is_valid() else None
    context = {"form": form, "verdict": verdict}
    return framed(request, "rules", "desk/admin/trial.html", context, 422 if form.errors else 200)


def look(text: str) -> Verdict:
    """The verdict that a new message would get, without a community that says where its people live."""
    known = minds()
    told = verdict_on(Message(text=text), timezone.now(), known, has_media=False, is_reply=False, ours=False)
    guesses = [
        Guess(known.known[one["id"]], round(one["share"] * 100), ", ".join(word for word, _weight in one["why"]))
        for one in told.themes[:MOST_THEMES]
    ]
    place = told.place
    order = in_order(told.theme, place, timezone.localdate())
    rows = Rule.objects.select_related("theme", "group", "place", "agency").in_bulk(order)
    return Verdict(
        kind=str(KINDS[told.kind]),
        guesses=guesses,
        place=place,
        address=", ".join(part for part in (told.street, told.house) if part),
        priority=told.priority,
        rules=[rows[pk] for pk in order if pk in rows],
    )
