"""Understanding without a database: the shipped classifier, gazetteer and model, for streams and for measuring; pure.

What it answers is what `otklik understand` writes: one mapping of plain values a message.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from otklik.places import gazetteer
from otklik.themes import classifier
from otklik.triage.kind.relevance import judge as judge_relevance
from otklik.triage.personal import finder as personal
from otklik.triage.place.finder import KnownPlace, PlaceFinder, PlaceGuess
from otklik.triage.place.streetname import KnownStreet
from otklik.triage.place.unnamed import unnamed
from otklik.triage.theme import priors
from otklik.triage.theme.embedding import Embedder, EmbedderError, Nano
from otklik.triage.theme.finder import Opinion, ThemeFinder
from otklik.triage.theme.model import load as load_model
from otklik.triage.theme.model import shipped
from otklik.triage.theme.phrases import KnownTheme
from otklik.triage.urgency.level import urgency as judge_urgency

SHORT = 60
"""A text of fewer characters is judged together with what it was written under."""
THREAD = 300
"""Characters of what it was written under that count then."""


class Alone:
    """Everything that a verdict needs, built from files. Takes about a second to build."""

    def __init__(self, themes: ThemeFinder, loaded: classifier.Classifier, places: gazetteer.Gazetteer) -> None:
        self._themes = themes
        self._names = [theme.name for theme in loaded.themes]
        titles = {group.code: group.name for group in loaded.groups}
        self._groups = [titles[theme.group] for theme in loaded.themes]
        numbers = {place.code: number for number, place in enumerate(places.places)}
        self._places = PlaceFinder(
            [
                KnownPlace(
                    id=number,
                    name=place.name,
                    level=place.level,
                    kind=place.kind,
                    parent_id=numbers[place.parent] if place.parent else None,
                    population=place.population,
                    aliases=place.aliases,
                )
                for number, place in enumerate(places.places)
            ],
            [
                KnownStreet(street.name, street.kind, numbers[street.settlement] if street.settlement else None)
                for street in places.streets
            ],
        )
        self._titles = [place.name for place in places.places]

    def verdicts(self, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One verdict a message, in order; each has `text`, and may have `id`, `community`, `municipality_hint`
        and `thread_text` (what it was written under)."""
        places = [self._places.find(str(one["text"]), community_place=self._home(one)) for one in messages]
        texts = [_with_thread(one, place) for one, place in zip(messages, places, strict=True)]
        opinions = self._themes.opinions(texts)
        return [self._verdict(*parts) for parts in zip(messages, opinions, places, strict=True)]

    def _verdict(self, message: Mapping[str, Any], opinion: Opinion, place: PlaceGuess) -> dict[str, Any]:
        text = str(message["text"])
        kind = judge_relevance(text, has_media=False, is_reply=False, author_is_ours=False)
        urgency = judge_urgency(text)
        why: list[dict[str, Any]] = [{"what": "kind", "piece": piece, "reason": reason} for piece, reason in kind.why]
        if opinion.themes:
            why += [{"what": "theme", "piece": piece, "weight": weight} for piece, weight in opinion.themes[0].why]
        return {
            "id": message.get("id"),
            "kind": kind.kind,
            "kind_p": kind.share,
            "themes": [
                {"group": self._groups[guess.theme_id], "theme": self._names[guess.theme_id], "p": guess.share}
                for guess in opinion.themes
            ],
            "groups": [{"group": guess.group, "p": guess.share} for guess in opinion.groups],
            "place": self._shown(place),
            "urgency": urgency.level,
            "urgency_why": [
                {"piece": piece, "reason": reason, "span": list(span)}
                for (piece, reason), span in zip(urgency.why, urgency.spans, strict=True)
            ],
            "pii": [
                {"kind": fragment.kind, "span": [fragment.start, fragment.end]} for fragment in personal.find(text)
            ],
            "why": [*why, *({"what": "place", "piece": piece, "reason": reason} for piece, reason in place.why)],
        }

    def _shown(self, place: PlaceGuess) -> dict[str, Any]:
        return {
            "municipality": None if place.municipality_id is None else self._titles[place.municipality_id],
            "settlement": None if place.settlement_id is None else self._titles[place.settlement_id],
            "street": place.street or None,
            "house": place.house or None,
            "spans": [{"part": part, "span": [start, end]} for part, start, end in place.spans],
        }

    def _home(self, message: Mapping[str, Any]) -> int | None:
        """The place that the sender names for the message, or else the one in its community's name."""
        for hint in (message.get("municipality_hint"), message.get("community")):
            if isinstance(hint, str) and hint:
                guess = self._places.find(hint[:200])
                if guess.place_id is not None:
                    return guess.place_id
        return None


def alone(prior: str = priors.UNIFORM, model: str = "", *, embeddings: bool = True, threads: int = 1) -> Alone:
    """Built from what is shipped; `model` is a file instead of the shipped one. Raises PriorError and ModelError."""
    loaded = classifier.load()
    finder = ThemeFinder(
        known_themes(loaded),
        load_model(Path(model)) if model else shipped(),
        embedder(threads) if embeddings else None,
        priors.load(prior, loaded),
    )
    return Alone(finder, loaded, gazetteer.load())


def known_themes(loaded: classifier.Classifier) -> list[KnownTheme]:
    """The classifier's themes as the finder takes them; their ids are their numbers from 0."""
    names = {group.code: group.name for group in loaded.groups}
    return [
        KnownTheme(number, theme.name, names[theme.group], theme.description, theme.keywords, theme.code)
        for number, theme in enumerate(loaded.themes)
    ]


def checked(prior: str, model: str = "") -> None:
    """Raises what `alone` would raise for these two, without building anything."""
    priors.load(prior, classifier.load())
    if model:
        load_model(Path(model))


def embedder(threads: int = 1) -> Embedder | None:
    """The sentence model of this machine; None where it is not installed."""
    try:
        return Nano(threads)
    except EmbedderError:
        return None


def _with_thread(message: Mapping[str, Any], place: PlaceGuess) -> str:
    """«А у нас когда?» says nothing without the post that it stands under."""
    text, thread = unnamed(str(message["text"]), place.spans), message.get("thread_text")
    if len(text) >= SHORT or not isinstance(thread, str) or not thread.strip():
        return text
    return f"{text}\n{thread[:THREAD]}"
