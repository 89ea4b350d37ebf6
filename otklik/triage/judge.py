"""The step of a Message: what is it, about what, where, how urgent; then a new card, or an old one wakes.

It suggests and never decides: even what looks like noise gets a card, and an operator looks at it.
"""

import os
import threading
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from otklik.inbox.models import Message
from otklik.incidents.cards import hear_again, hear_changed, open_cards
from otklik.incidents.known import known_cards
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import record
from otklik.journal.models import Entry
from otklik.lib.due import finish
from otklik.lib.http import Door
from otklik.places import gazetteer, loading
from otklik.places.models import Place, Street
from otklik.themes import keeping
from otklik.themes.models import Theme
from otklik.triage import models as trained
from otklik.triage.kind.relevance import judge as judge_relevance
from otklik.triage.models import Verdict
from otklik.triage.place.finder import KnownPlace, PlaceFinder, PlaceGuess
from otklik.triage.place.outside import Outside
from otklik.triage.place.streetname import KnownStreet
from otklik.triage.place.unnamed import unnamed
from otklik.triage.theme.embedding import Embedder, EmbedderError, Memo, Nano, Remote
from otklik.triage.theme.finder import KnownTheme, ThemeFinder
from otklik.triage.theme.model import shipped
from otklik.triage.urgency.level import urgency as judge_urgency

ACTOR = "machine:triage"
SMALL = 1_500_000_000
"""Bytes of memory under which a machine does without the sentence model, which takes some 150 MB."""


def judge(messages: list[Message], now: datetime) -> None:
    """All of it in the loop's one transaction."""
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
        Incident.objects.filter(pk=card.pk).update(priority=verdict.priority, **_guesses(verdict))
        if message.deleted_at:
            record(card, "deleted_at_source", at=now, actor=ACTOR, data={"message": message.pk})
    for message in messages:
        finish(message)


def ahead(messages: list[Message]) -> None:
    """What takes long of judging, done before the transaction is open: the meaning of the texts."""
    known = minds()
    known.themes.ahead([unnamed(one.text, _place(one, known).spans) for one in messages if not one.own])


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
    hear_changed(message, now)


def look(message: Message, now: datetime) -> Verdict:
    """The verdict on a message as it stands, not saved yet."""
    return verdict_on(
        message,
        now,
        minds(),
        has_media=message.media.exists(),
        is_reply=bool(message.parent_external_id) and message.parent_external_id != message.thread.external_id,
        ours=message.author.ours,
    )


def verdict_on(
    message: Message, at: datetime, recognisers: "Minds", *, has_media: bool, is_reply: bool, ours: bool
) -> Verdict:
    """The same without a query: what is not in the message's own row is told."""
    relevance = judge_relevance(message.text, has_media=has_media, is_reply=is_reply, author_is_ours=ours)
    place = _place(message, recognisers)
    opinion = recognisers.themes.opinions([unnamed(message.text, place.spans)])[0]
    urgency = judge_urgency(message.text)
    best = opinion.themes[0] if opinion.themes else None
    return Verdict(
        message=message,
        at=at,
        message_revision=message.revision,
        kind=relevance.kind,
        kind_share=relevance.share,
        theme=recognisers.known.get(best.theme_id) if best else None,
        theme_share=best.share if best else 0,
        themes=[{"id": guess.theme_id, "share": round(guess.share, 3), "why": guess.why} for guess in opinion.themes],
        place_id=place.place_id,
        place_share=place.share,
        street=place.street[:160],
        house=place.house[:32],
        outside="" if place.source == "text" else recognisers.outside.find(message.text)[:80],
        urgency=urgency.level,
        why={
            "kind": relevance.why,
            "place": place.why,
            "urgency": urgency.why,
            "groups": [[guess.group, round(guess.share, 3)] for guess in opinion.groups],
        },
    )


def _place(message: Message, recognisers: "Minds") -> PlaceGuess:
    community = message.source.place_id if message.source else None
    return recognisers.places.find(message.text, community_place=community)


@dataclass(frozen=True, slots=True)
class Minds:
    """The recognisers; `known` are the themes in force by their key."""

    places: PlaceFinder
    themes: ThemeFinder
    known: dict[int, Theme]
    outside: Outside


_lock = threading.Lock()
_kept: list[tuple[str, Minds]] = []
_models: list[Embedder] = []


def minds() -> Minds:
    """The recognisers for the classifier and places as they are now, kept in the process and built anew when those
    change. Costs four short queries when nothing did.

    A theme is edited in place, which no count shows: the journal's last entry about themes does, and so does that of a
    list of places that was loaded. Themes are counted as of today, since the day from which one is retired may have
    been ahead when the journal heard of it.
    """
    today = timezone.localdate()
    learned = trained.in_force()
    stamp = str(
        (
            learned,
            *Place.objects.aggregate(n=Count("pk"), last=Max("pk")).values(),
            *Theme.objects.filter(keeping.in_force(today)).aggregate(n=Count("pk"), last=Max("pk")).values(),
            *Entry.objects.filter(verb__in=(*keeping.VERBS, loading.VERB)).aggregate(last=Max("pk")).values(),
        )
    )
    with _lock:
        if not _kept or _kept[0][0] != stamp:
            _kept[:] = [(stamp, _build(today, sentence_model(), learned))]
        return _kept[0][1]


def forget() -> None:
    """Build them anew at the next call, whatever the tables say."""
    with _lock:
        _kept.clear()


def quick_minds() -> Minds:
    """Recognisers that do without the sentence model, for tens of thousands of texts at once."""
    return _build(timezone.localdate(), None, trained.in_force())


def _build(today: date, embedder: Embedder | None, learned: int | None) -> Minds:
    themes = list(Theme.objects.filter(keeping.in_force(today)).select_related("group"))
    places = list(Place.objects.all())
    ids = {place.code: place.pk for place in places}
    return Minds(
        places=PlaceFinder(
            [
                KnownPlace(
                    id=place.pk,
                    name=place.name,
                    level=place.level,
                    kind=place.kind,
                    parent_id=place.parent_id,
                    population=place.population,
                    aliases=tuple(place.aliases),
                )
                for place in places
            ],
            _streets(ids),
        ),
        themes=_finder(themes, embedder, learned),
        known={theme.pk: theme for theme in themes},
        outside=Outside(name for place in places for name in (place.name, *place.aliases)),
    )


def finder(embedder: Embedder | None) -> ThemeFinder:
    """Built for whoever learns: of the themes in force in the order of their rows, with what is learned already."""
    themes = Theme.objects.filter(keeping.in_force(timezone.localdate())).select_related("group")
    return _finder(list(themes), embedder, trained.in_force())


def _finder(themes: list[Theme], embedder: Embedder | None, learned: int | None) -> ThemeFinder:
    known = [
        KnownTheme(
            id=theme.pk,
            name=theme.name,
            group=theme.group.name,
            description=theme.description,
            keywords=tuple(theme.keywords),
            code=theme.code,
        )
        for theme in themes
    ]
    return ThemeFinder(known, shipped(), embedder, learned=trained.read(learned))


def _streets(ids: dict[str, int]) -> list[KnownStreet]:
    """The streets that were loaded, and those that come along: nearly every town of Russia has the common ones."""
    loaded = Street.objects.order_by("pk").values_list("name", "kind", "place_id", "place__level")
    return [
        *(
            KnownStreet(name, kind, None if level == Place.Level.REGION else place)
            for name, kind, place, level in loaded
        ),
        *(
            KnownStreet(one.name, one.kind, ids.get(one.settlement or ""))
            for one in gazetteer.load().streets
            if not one.settlement or one.settlement in ids
        ),
    ]


def sentence_model() -> Embedder | None:
    """The sentence model as the settings have it, one a process; None where it is off or this machine is too small."""
    if settings.EMBEDDINGS == "off":
        return None
    if not _models:
        try:
            _models.append(Memo(_made()))
        except EmbedderError:
            return None
    return _models[0]


def _made() -> Embedder:
    if settings.EMBEDDINGS != "auto":
        door = Door(bases=frozenset({settings.EMBEDDINGS}), proxy=settings.OUT_PROXY, ca_file=settings.OUT_CA_FILE)
        return Remote(door, settings.EMBEDDINGS, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY)
    if os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") < SMALL:
        raise EmbedderError("the machine is small")
    return Nano()
