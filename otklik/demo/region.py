"""Reference data of the demonstration region: themes, places, agencies, rules, calendar, norms, templates.

Every function may be repeated: what is there by its code stays as it is.
"""

from collections.abc import Callable
from datetime import date, datetime, time

from django.db import transaction

from otklik.answers.models import Template
from otklik.answers.ready import HELPED
from otklik.demo import agencies
from otklik.demo.starters import READY_QUESTIONS, STARTERS
from otklik.people.models import Agency
from otklik.places import gazetteer
from otklik.places.models import Place
from otklik.routing.models import Calendar, Norm, Rule
from otklik.themes import shipped
from otklik.themes.models import Theme, ThemeGroup

Progress = Callable[[int, int], None]

IN_FORCE_FROM = date(2026, 1, 1)


def load_reference(now: datetime, progress: Progress) -> None:
    """Everything the product needs to know of the region before the first message. `progress` gets (done, total)."""
    steps = (_themes, _places, _agencies, _rules, _calendar, _norms, _templates)
    for done, step in enumerate(steps):
        progress(done, len(steps))
        with transaction.atomic():
            step()
    progress(len(steps), len(steps))


def _themes() -> None:
    shipped.put(IN_FORCE_FROM)


def _places() -> None:
    """Parents before children, a level at a time, since a path needs the ids above."""
    known = {place.code: place for place in Place.objects.all()}
    for level in ("region", "municipality", "settlement"):
        fresh = [
            Place(
                code=one.code,
                parent=known[one.parent] if one.parent else None,
                level=one.level,
                kind=one.kind,
                name=one.name,
                official_name=one.official,
                latitude=one.lat,
                longitude=one.lon,
                population=one.population,
                aliases=list(one.aliases),
            )
            for one in gazetteer.load().places
            if one.level == level and one.code not in known
        ]
        Place.objects.bulk_create(fresh)
        for place in fresh:
            place.path = f"{place.parent.path if place.parent else '/'}{place.pk}/"
            known[place.code] = place
        Place.objects.bulk_update(fresh, ["path"], batch_size=200)


def plan() -> agencies.AgencyPlan:
    """The region's agencies and rules as plain values."""
    return agencies.load(
        [(one.code, one.name, one.official) for one in gazetteer.load().places if one.level == "municipality"]
    )


def _agencies() -> None:
    places = {place.code: place for place in Place.objects.filter(level=Place.Level.MUNICIPALITY)}
    known = {agency.code: agency for agency in Agency.objects.all()}
    for one in plan().agencies:
        if one.code not in known:
            known[one.code] = Agency.objects.create(
                code=one.code,
                name=one.name,
                short_name=one.short_name,
                parent=known[one.parent] if one.parent else None,
                territory=places[one.territory] if one.territory else None,
            )


def _rules() -> None:
    if Rule.objects.exists():
        return
    places = dict(Place.objects.values_list("code", "pk"))
    bodies = dict(Agency.objects.values_list("code", "pk"))
    groups = {agencies.key(group.name): group.pk for group in ThemeGroup.objects.all()}
    themes = {
        (agencies.key(theme.group.name), agencies.key(theme.name)): theme.pk
        for theme in Theme.objects.select_related("group")
    }
    Rule.objects.bulk_create(
        Rule(
            theme_id=themes[agencies.key(rule.group), agencies.key(rule.theme)] if rule.group and rule.theme else None,
            group_id=groups[agencies.key(rule.group)] if rule.group and not rule.theme else None,
            place_id=places[rule.place] if rule.place else None,
            agency_id=bodies[rule.agency],
            note=rule.note,
        )
        for rule in plan().rules
    )


def _calendar() -> None:
    """The production calendar is in the code; the row says the hours."""
    Calendar.objects.get_or_create(
        default=True, defaults={"title": "Рабочая неделя края", "opens": time(8, 30), "closes": time(17, 30)}
    )


NORMS = (
    (Norm.Clock.FIRST_ANSWER, False, 8 * 60, True),
    (Norm.Clock.FIRST_ANSWER, True, 4 * 60, True),
    (Norm.Clock.FINAL_ANSWER, False, 7 * 9 * 60, True),
    (Norm.Clock.SECOND_ANSWER, False, 4 * 60, True),
    (Norm.Clock.SECOND_ANSWER, True, 2 * 60, True),
)
"""Clock, fast track, minutes, working time. The last answer has seven working days, as regions give after an interim
one: shorter, and every promise would run with a missed clock beside it."""


def _norms() -> None:
    for clock, fast, minutes, working in NORMS:
        Norm.objects.get_or_create(
            clock=clock, theme=None, fast_track=fast, defaults={"minutes": minutes, "working": working}
        )


def _templates() -> None:
    helped = [(title, kind, text) for kind, (title, text) in HELPED.items()]
    for title, kind, text in (*STARTERS, *helped):
        Template.objects.get_or_create(title=title, defaults={"kind": kind, "text": text})
    themes = {(theme.group.name, theme.name): theme for theme in Theme.objects.select_related("group")}
    groups = {group.name: group for group in ThemeGroup.objects.all()}
    for group, theme, title, text in READY_QUESTIONS:
        about = {"theme": themes[group, theme]} if theme else {"group": groups[group]}
        Template.objects.get_or_create(title=title, defaults={"kind": "question", "text": text, **about})
