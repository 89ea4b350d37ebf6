"""The step of a Message: what is it, about what, where, how urgent; then a new card, or an old one wakes.

It suggests and never decides: even what looks like noise gets a card, and an operator looks at it.
"""

from datetime import datetime

from otklik.inbox.models import Message
from otklik.incidents.cards import hear_again, open_cards
from otklik.incidents.gathering import listening, sharing
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.lib.due import finish
from otklik.triage.minds import minds
from otklik.triage.models import Verdict
from otklik.triage.relevance import judge as judge_relevance
from otklik.triage.urgency import urgency as judge_urgency

ACTOR = "machine:triage"


def judge(messages: list[Message], now: datetime) -> None:
    """All of it in the loop's one transaction with the journal's turn."""
    fresh: list[tuple[Message, Verdict]] = []
    for message in messages:
        if message.own or _is_only_context(message):
            continue
        cards = list(Incident.objects.filter(messages=message))
        if cards:
            _changed(cards, message, now)
        elif not message.deleted_at or message.text:
            verdict = look(message, now)
            known = known_cards(message)
            if known:
                _keep(verdict)
                for card in known:
                    hear_again(card, message, now)
            else:
                fresh.append((message, verdict))
    Verdict.objects.bulk_create(verdict for _, verdict in fresh)
    for card, (message, verdict) in zip(open_cards([m for m, _ in fresh], now), fresh, strict=True):
        Incident.objects.filter(pk=card.pk).update(priority=verdict.urgency, **_guesses(verdict))
        if message.deleted_at:
            record(card, "deleted_at_source", at=now, actor=ACTOR, data={"message": message.pk})
    for message in messages:
        finish(message)


def _keep(verdict: Verdict) -> None:
    """Saves it; the cards that its message was the beginning of show what it says."""
    verdict.save()
    Incident.objects.filter(links__message=verdict.message_id, links__main=True).update(**_guesses(verdict))


def _guesses(verdict: Verdict) -> dict[str, int | None]:
    return {"guessed_theme_id": verdict.theme_id, "guessed_place_id": verdict.place_id}


def _is_only_context(message: Message) -> bool:
    """A community's own post is what people answer to, not a complaint."""
    return message.place == Message.Place.POST and message.author.is_community


def _changed(cards: list[Incident], message: Message, now: datetime) -> None:
    """The author edited or deleted what stands on a card: whoever has it open must see that."""
    verb = "deleted_at_source" if message.deleted_at else "edited_at_source"
    if not message.deleted_at:
        _keep(look(message, now))
    for card in cards:
        record(card, verb, at=now, actor=ACTOR, data={"message": message.pk, "revision": message.revision})
        if card.state == State.NEW:
            Incident.objects.filter(pk=card.pk).update(due_at=now)


def known_cards(message: Message) -> list[Incident]:
    """The running or closed cards on which this author speaks again.

    That is the card of the text he replies to (his own, or our answer to him), and in a dialogue his latest card. His
    own text may stand on several: of two matters in one message nobody knows which he means, so both hear; of cards
    that were gathered the one that goes on hears.
    """
    mine = Incident.objects.filter(messages__author=message.author, messages__network=message.network)
    if message.place == Message.Place.DIRECT:
        latest = mine.filter(messages__thread=message.thread).exclude(state=State.DONE).order_by("-pk").first()
        if latest is None:
            return []
        return listening([latest, *sharing(latest).exclude(state=State.DONE).order_by("-pk")])
    if not message.parent_external_id:
        return []
    holders = Incident.objects.filter(
        messages__network=message.network, messages__external_id=message.parent_external_id
    )
    return listening(mine.filter(pk__in=holders.values("pk")).distinct().order_by("-pk"))


def look(message: Message, now: datetime) -> Verdict:
    """The verdict on a message as it stands, not saved yet."""
    recognisers = minds()
    relevance = judge_relevance(
        message.text,
        has_media=message.media.exists(),
        is_reply=bool(message.parent_external_id) and message.parent_external_id != message.thread.external_id,
        author_is_ours=message.author.ours,
    )
    themes = recognisers.themes.suggest(message.text)
    community = message.source.place_id if message.source else None
    place = recognisers.places.find(message.text, community_place=community)
    best = recognisers.known.get(themes[0].theme_id) if themes else None
    urgency = judge_urgency(
        message.text, severity=best.severity if best else 2, fast_track=bool(best and best.fast_track)
    )
    return Verdict(
        message=message,
        at=now,
        message_revision=message.revision,
        kind=relevance.kind,
        kind_share=relevance.share,
        theme=best,
        theme_share=themes[0].share if themes else 0,
        themes=[{"id": guess.theme_id, "share": round(guess.share, 3), "why": guess.why} for guess in themes],
        place_id=place.place_id,
        place_share=place.share,
        street=place.street[:160],
        house=place.house[:32],
        urgency=urgency.level,
        why={"kind": relevance.why, "place": place.why, "urgency": urgency.why},
    )
