"""Search as you type over themes, places and agencies: a list of options for the card's decision panel."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.desk.format import percent
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.guessed import Guessed, guessed_of
from otklik.desk.rule_words import asks
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_to
from otklik.incidents.models import Incident, IncidentMessage
from otklik.lib import clock
from otklik.lib.text import fold
from otklik.people.models import Agency
from otklik.places.models import Place
from otklik.publishing.voices import voiceless
from otklik.routing.match import UNKNOWN, Router, Signs
from otklik.routing.models import Rule
from otklik.routing.signs import signs_of
from otklik.routing.suggest import gave_back, router_now, whose
from otklik.themes.keeping import in_force
from otklik.themes.models import Theme
from otklik.triage.models import Verdict

MOST = 12
NEWEST = 2000
ROW = TypeVar("ROW")


@dataclass(frozen=True, slots=True)
class Option:
    """`more` says what tells it from its namesakes; `why` is the reason it stands first, if it does."""

    pk: int
    title: str
    more: str = ""
    why: str = ""
    kind: str = ""


@require_GET
@permitted()
def themes(request: HttpRequest) -> HttpResponse:
    """Themes in force by name, group or keyword, common ones first. With nothing typed: the machine's for `verdict`."""
    today = timezone.localdate(clock.now())
    known = Theme.objects.filter(in_force(today)).select_related("group")
    wanted = fold(request.GET.get("q", "")[:100])
    if wanted:
        common = _common()
        known_first = sorted(known, key=lambda theme: -common[theme.pk])
        matches = best(
            known_first, wanted, lambda theme: (theme.name, theme.group.name, *map(str, theme.keywords)), False
        )
        return _options(request, [_theme(theme) for theme in matches])
    guessed = _guessed(request)
    themes = {theme.pk: theme for theme in known.filter(pk__in=[one.theme_id for one in guessed])}
    return _options(request, [_theme(themes[one.theme_id], _why(one)) for one in guessed if one.theme_id in themes])


def _theme(theme: Theme, why: str = "") -> Option:
    return Option(theme.pk, theme.name, theme.group.name, why, theme.kind)


def _why(one: Guessed) -> str:
    return _("подсказка, %(percent)d %%") % {"percent": percent(one.share)}


def _common() -> Counter[int]:
    """How often each theme was given to one of the newest cards: three letters are to find what people write about."""
    newest = Incident.objects.order_by("-pk").values_list("theme", flat=True)[:NEWEST]
    return Counter(pk for pk in newest if pk is not None)


def _guessed(request: HttpRequest) -> list[Guessed]:
    """The themes of `verdict`, best first. Of what it quotes nothing is shown here: a card may hide it."""
    seen = Verdict.objects.filter(message__links__incident__in=visible_to(user_of(request)))
    return guessed_of(seen.filter(pk=integer(request.GET.get("verdict"))).values_list("themes", flat=True).first())


@require_GET
@permitted()
def places(request: HttpRequest) -> HttpResponse:
    """Places by name or alias; bigger ones first among equals."""
    wanted = fold(request.GET.get("q", "")[:100])
    if not wanted:
        return _options(request, [])
    known = Place.objects.select_related("parent").order_by("-population", "name")
    matches = best(known, wanted, lambda place: (place.name, *map(str, place.aliases)))
    return _options(request, [Option(p.pk, p.name, p.parent.name if p.parent else "", "", p.kind) for p in matches])


@require_GET
@permitted()
def agencies(request: HttpRequest) -> HttpResponse:
    """Agencies by name; first the one that the rules name for `theme` and `place`, with the rule that says so."""
    wanted = fold(request.GET.get("q", "")[:100])
    known = Agency.objects.filter(active=True).select_related("parent", "territory")
    ruled = _ruled(request)
    matches = best(known, wanted, lambda agency: (agency.short_name, agency.name)) if wanted else list(known[:MOST])
    options = [_agency(agency) for agency in matches if ruled is None or agency.pk != ruled.pk]
    return _options(request, _with_mute(([ruled] if ruled else []) + options, integer(request.GET.get("verdict"))))


def _with_mute(options: list[Option], verdict_pk: int) -> list[Option]:
    """Of whom nobody could say an answer where the message of that verdict stands, it is told beside his name."""
    message = Message.objects.select_related("source").filter(verdicts=verdict_pk).first() if verdict_pk else None
    if message is None:
        return options
    paths = dict(Agency.objects.filter(pk__in=[one.pk for one in options]).values_list("pk", "path"))
    alone = voiceless(message, paths.values(), direct=message.place == Message.Place.DIRECT)
    remark = _("некому ответить в этой сети")
    return [
        replace(one, more=" · ".join(part for part in (one.more, remark) if part)) if paths[one.pk] in alone else one
        for one in options
    ]


def _agency(agency: Agency, why: str = "") -> Option:
    more = [agency.parent.short_name if agency.parent else "", agency.territory.name if agency.territory else ""]
    return Option(agency.pk, agency.short_name, " · ".join(part for part in more if part), why)


def _ruled(request: HttpRequest) -> Option | None:
    theme = Theme.objects.filter(pk=integer(request.GET.get("theme"))).first()
    place = Place.objects.filter(pk=integer(request.GET.get("place"))).first()
    if not theme and not place:
        return None
    router = router_now()
    signs, refusers = _signs(router, request)
    match = whose(router, theme, place, clock.now(), signs, refusers)
    if match is None:
        return None
    rule = Rule.objects.select_related("agency__parent", "agency__territory", "theme", "group", "place").get(
        pk=match.rule_id
    )
    subject = rule.theme.name if rule.theme else rule.group.name if rule.group else _("все темы")
    where = rule.place.name if rule.place else _("вся территория")
    words = " · ".join([subject, where, *asks(match.thing, rule.network, rule.hours)])
    return _agency(rule.agency, _("по правилу: %(rule)s") % {"rule": words})


def _signs(router: Router, request: HttpRequest) -> tuple[Signs, set[int]]:
    """What rules ask of the message of `verdict`, and who has said of its card that it is not theirs: nothing of a card
    that the reader does not see."""
    verdict, seen = integer(request.GET.get("verdict")), visible_to(user_of(request))
    links = IncidentMessage.objects.filter(message__verdicts=verdict, main=True, incident__in=seen)
    link = links.select_related("incident").order_by("-pk").first() if verdict else None
    if link is None:
        return UNKNOWN, set()
    return signs_of(link.incident, router), gave_back(link.incident)


def best(
    rows: Iterable[ROW], wanted: str, names: Callable[[ROW], tuple[str, ...]], beginnings_first: bool = True
) -> list[ROW]:
    """The rows in whose names every typed word begins a word: the first name counts most. Few rows, so in memory.

    Among equals they keep their order; with `beginnings_first` what begins with the words typed goes before them.
    """
    words = wanted.split()
    scored: list[tuple[int, int, ROW]] = []
    for number, row in enumerate(rows):
        first, *others = (lowered(name) for name in names(row))
        if beginnings_first and first.startswith(wanted):
            scored.append((0, number, row))
        elif _begins_all(first, words):
            scored.append((1, number, row))
        elif _begins_all(" ".join((first, *others)), words):
            scored.append((2, number, row))
    return [row for _score, _number, row in sorted(scored, key=lambda entry: entry[:2])[:MOST]]


def lowered(name: str) -> str:
    return name.lower().replace("ё", "е")


def _begins_all(name: str, words: list[str]) -> bool:
    padded = f" {name.translate(_GAPS)}"
    return all(f" {word}" in padded for word in words)


_GAPS = {ord(sign): " " for sign in '-–—()«»".,/'}


def _options(request: HttpRequest, options: list[Option]) -> HttpResponse:
    return render(request, "desk/card/_options.html", {"options": options})
