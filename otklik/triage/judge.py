"""The step of a Message: what is it, about what, where, how urgent; then a new card, or an old one wakes.

It suggests and never decides: even what looks like noise gets a card, and an operator looks at it.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Max, prefetch_related_objects
from django.utils import timezone

from otklik.inbox.models import Media, Message
from otklik.incidents.cards import hear_again, hear_changed, open_cards
from otklik.incidents.known import in_dialogue, known_cards
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.incidents.workflow import Change, lock, record_all
from otklik.journal import book
from otklik.journal.models import Entry
from otklik.lib.due import finish_all
from otklik.lib.each import update_each
from otklik.lib.http import HttpClient
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
from otklik.triage.theme.finder import KnownTheme, Opinion, ThemeFinder
from otklik.triage.theme.model import shipped
from otklik.triage.urgency.level import urgency as judge_urgency

ACTOR = "machine:triage"
SOON = timedelta(seconds=0.5)
"""How long a message waits for earlier words that another worker has."""
JUDGED = ("text", "revision", "deleted_at", "thread_id", "parent_external_id")
"""What a verdict is about: of a message with another text, or none any more, it says nothing."""
SMALL = 1_500_000_000
"""Bytes of memory under which a machine does without the sentence model, which takes some 150 MB."""


def judge(messages: list[Message], now: datetime) -> None:
    """Thinks first, which takes long and keeps nobody waiting; then writes in one short transaction what still holds.

    A message that has changed since it was thought of comes again. So does one whose author's earlier words are being
    judged at this moment: it may belong to the card that those open.
    """
    verdicts = think(messages, now)
    with book.writing():
        same = _unchanged(messages)
        judged = [one for one in same if one.pk in verdicts]
        links = _links_of(judged)
        new = [one for one in judged if one.pk not in links and (one.text or not one.deleted_at)]
        here, elsewhere = overtaking(new, now)
        waiting = here | elsewhere
        new = [one for one in new if one.pk not in waiting]
        known = known_cards(new)
        on_cards = [one for one in judged if one.pk in links]
        kept = [*(one for one in on_cards if not one.deleted_at), *new]
        Verdict.objects.bulk_create(verdicts[one.pk] for one in kept)
        held = lock({*(link.incident_id for message_links in links.values() for link in message_links), *_ids(known)})
        cards = {card.pk: card for card in held}
        _changed(on_cards, links, verdicts, now)
        hear_again([(cards[card.pk], one) for one in new for card in known.get(one.pk, ())], now)
        finish_all([one for one in same if one.pk not in waiting])
        again = {one.pk for one in messages} - {one.pk for one in same}
        finish_all([one for one in messages if one.pk in again | here], now)
        finish_all([one for one in messages if one.pk in elsewhere], now + SOON)
        # The last of all, since nobody else gets a number before the end of the transaction.
        _open([one for one in new if one.pk not in known], verdicts, now)


def think(messages: Sequence[Message], now: datetime) -> dict[int, Verdict]:
    """By the id of each message that is to be judged the verdict on it as it stands, not saved yet."""
    prefetch_related_objects(messages, "author", "thread", "source")
    judged = [one for one in messages if not one.own and not _is_only_context(one)]
    with_media = set(Media.objects.filter(message__in=judged).order_by().values_list("message", flat=True))
    asked = [
        Asked(
            one,
            has_media=one.pk in with_media,
            is_reply=bool(one.parent_external_id) and one.parent_external_id != one.thread.external_id,
            ours=one.author.ours,
        )
        for one in judged
    ]
    return {verdict.message_id: verdict for verdict in verdicts_on(asked, now, recognisers())} if asked else {}


def _unchanged(messages: Sequence[Message]) -> list[Message]:
    """Those that stand as they stood when they were read. Nobody changes them until the transaction ends."""
    rows = Message.objects.filter(pk__in=[one.pk for one in messages]).order_by("pk").select_for_update(no_key=True)
    current = {pk: fields for pk, *fields in rows.values_list("pk", *JUDGED)}
    return [one for one in messages if current.get(one.pk) == [getattr(one, name) for name in JUDGED]]


def _links_of(messages: Sequence[Message]) -> dict[int, list[IncidentMessage]]:
    """By message its places on cards, of those that stand on any."""
    links_by_message: dict[int, list[IncidentMessage]] = defaultdict(list)
    for link in IncidentMessage.objects.filter(message__in=messages).order_by("pk") if messages else ():
        links_by_message[link.message_id].append(link)
    return dict(links_by_message)


def _ids(known: Mapping[int, Sequence[Incident]]) -> set[int]:
    return {card.pk for cards in known.values() for card in cards}


def _open(messages: Sequence[Message], verdicts: Mapping[int, Verdict], now: datetime) -> None:
    """A card for each; an operator sees of one that was deleted meanwhile that it was."""
    columns = [{"priority": verdicts[one.pk].priority, **_guesses(verdicts[one.pk])} for one in messages]
    opened = list(zip(open_cards(messages, now, ACTOR, columns), messages, strict=True))
    gone = [Change(card.pk, "deleted_at_source", {"message": one.pk}) for card, one in opened if one.deleted_at]
    record_all(gone, at=now, actor=ACTOR)


def _guesses(verdict: Verdict) -> dict[str, int | None]:
    return {"guessed_theme_id": verdict.theme_id, "guessed_place_id": verdict.place_id}


def _is_only_context(message: Message) -> bool:
    """A community's own post is what people answer to, not a complaint."""
    return message.place == Message.Place.POST and message.author.is_community


def _changed(
    messages: Sequence[Message],
    links: Mapping[int, Sequence[IncidentMessage]],
    verdicts: Mapping[int, Verdict],
    now: datetime,
) -> None:
    """Authors edited or deleted what stands on cards: whoever has one open must see that. A card that its message was
    the beginning of shows what is thought of it now."""
    if not messages:
        return
    guesses, changes = {}, []
    for one in messages:
        verb = "deleted_at_source" if one.deleted_at else "edited_at_source"
        for link in links[one.pk]:
            changes.append(Change(link.incident_id, verb, {"message": one.pk, "revision": one.revision}))
            if link.main and not one.deleted_at:
                guesses[link.incident_id] = tuple(_guesses(verdicts[one.pk]).values())
    update_each(Incident, ["guessed_theme", "guessed_place"], guesses)
    record_all(changes, at=now, actor=ACTOR)
    Incident.objects.filter(pk__in={one.incident for one in changes}, state=State.NEW).update(due_at=now)
    hear_changed(messages, now)


@dataclass(frozen=True, slots=True)
class Asked:
    """A message, and what is not in its own row."""

    message: Message
    has_media: bool = False
    is_reply: bool = False
    ours: bool = False


def verdicts_on(asked: Sequence[Asked], at: datetime, recognisers: "Recognisers") -> list[Verdict]:
    """A verdict on each, in their order, without a query. Many at once cost less."""
    places = [_place(one.message, recognisers) for one in asked]
    texts = [unnamed(one.message.text, place.spans) for one, place in zip(asked, places, strict=True)]
    opinions = recognisers.themes.opinions(texts)
    return [_verdict(*parts, at, recognisers) for parts in zip(asked, places, opinions, strict=True)]


def _verdict(asked: Asked, place: PlaceGuess, opinion: Opinion, at: datetime, recognisers: "Recognisers") -> Verdict:
    message = asked.message
    relevance = judge_relevance(
        message.text, has_media=asked.has_media, is_reply=asked.is_reply, author_is_ours=asked.ours
    )
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


def _place(message: Message, recognisers: "Recognisers") -> PlaceGuess:
    community = message.source.place_id if message.source else None
    return recognisers.places.find(message.text, community_place=community)


@dataclass(frozen=True, slots=True)
class Recognisers:
    """The recognisers; `known` are the themes in force by their key."""

    places: PlaceFinder
    themes: ThemeFinder
    known: dict[int, Theme]
    outside: Outside


_lock = threading.Lock()
_kept: list[tuple[str, Recognisers]] = []
_models: list[Embedder] = []


def recognisers() -> Recognisers:
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


def quick_recognisers() -> Recognisers:
    """Recognisers that do without the sentence model, for tens of thousands of texts at once."""
    return _build(timezone.localdate(), None, trained.in_force())


def _build(today: date, embedder: Embedder | None, learned: int | None) -> Recognisers:
    themes = list(Theme.objects.filter(keeping.in_force(today)).select_related("group"))
    places = list(Place.objects.all())
    ids = {place.code: place.pk for place in places}
    return Recognisers(
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
        http_client = HttpClient(
            bases=frozenset({settings.EMBEDDINGS}), proxy=settings.OUT_PROXY, ca_file=settings.OUT_CA_FILE
        )
        return Remote(http_client, settings.EMBEDDINGS, settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_KEY)
    if os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") < SMALL:
        raise EmbedderError("the machine is small")
    return Nano()


# Who is judged first: what an author writes belongs to the card that his earlier words open.
#
# Those may be judged at this very moment, in the same batch or by another worker, and then their card is not there
# yet.
def overtaking(messages: Sequence[Message], now: datetime) -> tuple[set[int], set[int]]:
    """The ids of those of this batch that come after earlier words of their author in it; and of those whose author's
    earlier words another worker has now. One query, of the few rows that somebody has.

    Ask before asking for cards: words that nobody has any more have their card by then.
    """
    asking = [one for one in messages if in_dialogue(one) or one.parent_external_id]
    if not asking:
        return set(), set()
    elsewhere = Message.objects.exclude(lease="").filter(leased_until__gt=now, own=False, due_at__isnull=False)
    names = ("pk", "author_id", "place", "thread_id", "network", "external_id")
    others = elsewhere.exclude(lease__in={one.lease for one in messages}).only(*names)
    here, there = _opening(messages), _opening(list(others))
    first = {one.pk for one in asking if here.get(_waits_for(one), one.pk) < one.pk}
    return first, {one.pk for one in asking if there.get(_waits_for(one), one.pk) < one.pk} - first


def _opening(messages: Sequence[Message]) -> dict[tuple[object, ...], int]:
    """The first of the messages by whatever a later one may refer to it."""
    first_by_key: dict[tuple[object, ...], int] = {}
    for one in sorted(messages, key=lambda one: one.pk):
        first_by_key.setdefault(_address(one, one.external_id), one.pk)
        if in_dialogue(one):
            first_by_key.setdefault(_dialogue(one), one.pk)
    return first_by_key


def _waits_for(one: Message) -> tuple[object, ...]:
    return _dialogue(one) if in_dialogue(one) else _address(one, one.parent_external_id)


def _address(one: Message, external_id: str) -> tuple[object, ...]:
    return one.author_id, one.network, external_id


def _dialogue(one: Message) -> tuple[object, ...]:
    return one.author_id, one.thread_id
