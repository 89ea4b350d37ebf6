"""The step of an Incident: whose it probably is, and the citizen's clocks."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.utils import timezone

from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.incidents.workflow import Change, lock, record_all
from otklik.lib.due import finish_all
from otklik.lib.each import update_each
from otklik.places.models import Place
from otklik.routing import clocks
from otklik.routing.assign import Decision, assign
from otklik.routing.deadlines import WorkWeek
from otklik.routing.match import UNKNOWN, Match, Router, Signs
from otklik.routing.models import Assignment, Automatic, Inquiry, Rule, Suggestion
from otklik.routing.rules import Row, known_rule, rows_now
from otklik.routing.signs import signs_in
from otklik.routing.switches import MACHINE, switches_on
from otklik.themes.models import Theme
from otklik.triage.models import WISHES_NOTHING, Verdict

GUESSED = ("guessed_theme", "guessed_place", "guessed_agency")


def suggest(incidents: list[Incident], now: datetime) -> None:
    """Proposes; assigns nothing but what is sure enough on a theme that an administrator has switched on for that.

    All of it in the loop's one transaction. The cards are locked first: whoever assigns one of them meanwhile waits,
    and what somebody has assigned before is not new any more and is left to him.
    """
    leases = {incident.pk: incident.lease for incident in incidents}
    cards = [card for card in lock(leases) if card.lease == leases[card.pk]]
    router, week = router_now(), clocks.work_week()
    proposals = _propose([card for card in cards if card.state == State.NEW], router, now, week)
    switches = switches_on() if proposals else {}
    for card, verdict, match in proposals:
        switch = switches.get(verdict.theme_id or 0)
        if match and switch:
            act(card, verdict, match, switch, now)
    prefetch_related_objects(cards, "theme", "guessed_theme")
    clocks.start_all([(card, card.theme or card.guessed_theme) for card in cards], week)
    finish_all(cards)


def router_now() -> Router:
    """All rules, indexed. One query: the index is built anew when any of them has changed."""
    return _router(rows_now())


@lru_cache(maxsize=1)
def _router(rows: tuple[Row, ...]) -> Router:
    return Router(known_rule(row) for row in rows)


def whose(
    router: Router,
    theme: Theme | None,
    place: Place | None,
    now: datetime,
    signs: Signs = UNKNOWN,
    without: Collection[int] = (),
) -> Match | None:
    """The agency by the rules, for a theme and a place as far as they are known; none of the agencies `without`."""
    return router.match(
        theme.pk if theme else None,
        theme.group_id if theme else None,
        place.path if place else "",
        timezone.localdate(now),
        signs,
        without,
    )


def verdict_of(incident: Incident) -> Verdict | None:
    """The latest verdict on the card's main message."""
    return (
        Verdict.objects.filter(message__links__incident=incident, message__links__main=True)
        .select_related("theme__group", "place")
        .order_by("-pk")
        .first()
    )


def gave_back(incident: Incident) -> set[int]:
    """Agencies that have said «не наше» of this card, or of the part that they were asked for: none of them is offered
    again. One query."""
    return gave_back_all([incident.pk]).get(incident.pk, set())


def gave_back_all(cards: Collection[int]) -> dict[int, set[int]]:
    """The same of many cards, by their ids. One query."""
    refusals = Assignment.objects.filter(incident__in=cards, returned=True).values_list("incident_id", "agency_id")
    of_part = Inquiry.objects.filter(incident__in=cards, agency__isnull=False).exclude(refused="")
    agencies_by_card: dict[int, set[int]] = {}
    for card, agency in refusals.order_by().union(of_part.values_list("incident_id", "agency_id")):
        agencies_by_card.setdefault(card, set()).add(agency)
    return agencies_by_card


class Proposal(NamedTuple):
    """What the rules say of a card, and the verdict that they were asked with."""

    card: Incident
    verdict: Verdict
    match: Match | None


def propose(incident: Incident, now: datetime) -> None:
    """Write down whose a new card is by the rules, for a card that a person decides on in the same moment: no switch
    acts. Inside `book.writing()`."""
    _propose([incident], router_now(), now)


def _propose(cards: Sequence[Incident], router: Router, now: datetime, week: WorkWeek | None = None) -> list[Proposal]:
    """As many statements for many cards as for one."""
    if not cards:
        return []
    proposals = list(_matches(cards, router, now, week))
    Suggestion.objects.bulk_create(_suggestion(*one, now) for one in proposals)
    for card, verdict, match in proposals:
        card.guessed_theme, card.guessed_place = verdict.theme, verdict.place  # a split card has none yet
        card.guessed_agency_id = match.agency_id if match else None
    guesses = {card.pk: [getattr(card, f"{name}_id") for name in GUESSED] for card, _, _ in proposals}
    update_each(Incident, GUESSED, guesses)
    changes = [
        Change(card.pk, "suggest", {"verdict": verdict.pk, "agency": match.agency_id if match else 0})
        for card, verdict, match in proposals
    ]
    record_all(changes, at=now, actor=MACHINE)
    return proposals


def _matches(cards: Sequence[Incident], router: Router, now: datetime, week: WorkWeek | None) -> Iterator[Proposal]:
    """Of the cards that were judged. After «не наше» the next in the order is offered; when all have said so, nobody:
    the operator decides."""
    links = IncidentMessage.objects.filter(incident__in=[card.pk for card in cards], main=True)
    texts = links.values_list("incident_id", "message_id", *(["message__text"] if router.wordy else []))
    main = {card: (message, *text) for card, message, *text in texts}
    verdicts = _verdicts({message for message, *_ in main.values()})
    refusals = gave_back_all([card.pk for card in cards])
    for card in cards:
        message, *text = main.get(card.pk, (0,))
        if verdict := verdicts.get(message):
            signs = signs_in(router, card.network, "".join(text), card.started_at, week)
            match = whose(router, verdict.theme, verdict.place, now, signs, refusals.get(card.pk, ()))
            yield Proposal(card, verdict, match)


def _verdicts(messages: Collection[int]) -> dict[int, Verdict]:
    """The latest on each message, with its theme and place. Three queries."""
    rows = Verdict.objects.filter(message__in=messages).defer("themes", "why").order_by("pk")
    latest = {verdict.message_id: verdict for verdict in rows}
    prefetch_related_objects(list(latest.values()), "theme", "place")
    return latest


def _suggestion(card: Incident, verdict: Verdict, match: Match | None, now: datetime) -> Suggestion:
    return Suggestion(
        incident=card,
        agency_id=match.agency_id if match else None,
        rule_id=match.rule_id if match else None,
        thing=match.thing if match else "",
        share=round(match.share * max(verdict.theme_share, 0.2), 3) if match else 0,
        at=now,
    )


def act(incident: Incident, verdict: Verdict, match: Match, switch: Automatic, now: datetime) -> bool:
    """Give the card to the agency that the rules name, if the switch allows it. Inside `book.writing()`.

    Only once for a card, and never over a person: what anybody has had, or has before him, is an operator's.
    """
    theme, sure, agreed = verdict.theme, round(verdict.theme_share * 100), round(match.share * 100)
    if theme is None or verdict.kind in WISHES_NOTHING or verdict.outside or incident.taken_by_id is not None:
        return False
    if sure < switch.theme_percent or agreed < switch.agency_percent:
        return False
    if theme.retired_on is not None and theme.retired_on <= timezone.localdate(now):
        return False
    if Assignment.objects.filter(incident=incident).exists():
        return False
    rule = Rule.objects.select_related("agency", "executor").get(pk=match.rule_id)
    decision = Decision(
        agency=rule.agency,
        theme=theme,
        place=verdict.place,
        kind=theme.kind,
        street=verdict.street,
        house=verdict.house,
        suggested=True,
        executor=rule.executor,
        automatic=switch,
        certainty={"rule": rule.pk, "theme_percent": sure, "agency_percent": agreed},
    )
    assign(incident, decision, None, now)
    return True
