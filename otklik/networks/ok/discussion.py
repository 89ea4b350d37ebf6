"""The comments of one topic, newest first as the network gives them, page by page on its anchor.

What is remembered of a topic: `seen`, the newest comments of the last whole reading with a fingerprint of each,
newest first; of an unfinished one `next`, the anchor at which it goes on, `part`, what it has found, and `deep`, its
pages if it is the first. With `seen` an edit is told from what was there before, and a comment that is missing where
it should stand is asked for by its number: only the network's own word makes it a deletion.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Json
from otklik.networks.errors import Permanent
from otklik.networks.ok import address as at
from otklik.networks.ok import media
from otklik.networks.ok.client import Answer, Parameter
from otklik.networks.ok.failures import GONE, WRONG_PARAMETER
from otklik.networks.ok.parse import comments_in
from otklik.networks.ok.walk import Walk, chained, of_comment
from otklik.networks.values import count, dump, mapping, number, text

PAGE = 100
UNREAD = -1  # a count that no topic has: it is read on at the next look
MOST_SEEN = 100
_MOST_PAGES = 20  # of a first reading: the newest two thousand comments
_MOST_CHECKS = 10  # missing comments asked for at one look
_FIELDS = "comment.*,comment.attachments,user.uid,user.name,group.uid,group.name"
_GONE = tuple(int(code) for code in GONE)


@dataclass
class _Reading:
    """`texts` grows newest first; `whole` says that all that was remembered has been passed."""

    topic: str
    before: dict[str, str]
    anchor: str
    texts: dict[str, str] = field(default_factory=dict)
    pages: int = 0
    whole: bool = False


def read(walk: Walk, topic: str, state: Mapping[str, Any]) -> dict[str, Any]:
    """Read what is new since the state; the new state. Raises what reading raises."""
    before, part = _remembered(state, "seen"), _remembered(state, "part")
    reading = _Reading(topic, before, text(state.get("next")))
    kept = {name: entry for name, entry in state.items() if name not in ("next", "part", "deep", "seen")}
    deep, resumed = count(state.get("deep")), bool(reading.anchor)
    first = "seen" not in state
    remembered = {} if first else {"seen": _newest(before)}
    while not (reading.whole or walk.tired):
        if first and deep + reading.pages >= _MOST_PAGES:
            reading.whole, resumed = True, True  # older ones are history
            break
        try:
            _page(walk, reading)
        except Permanent:
            if not reading.anchor:
                raise
            return {**kept, **remembered, "n": UNREAD}  # the anchor is not known any more: from the top
    if not reading.whole:
        kept |= {"n": UNREAD, "part": _newest({**part, **reading.texts}), "next": reading.anchor}
        return {**kept, **remembered, "deep": deep + reading.pages}
    if resumed:  # it began in the middle, so the top is looked at once more
        return {**kept, "n": UNREAD, "seen": _newest({**part, **reading.texts, **before})}
    left, is_complete = _missing(walk, reading)
    return {**kept, "n": state["total"] if is_complete else UNREAD, "seen": _newest({**reading.texts, **left})}


def _remembered(state: Mapping[str, Any], name: str) -> dict[str, str]:
    return {key: text(value) for key, value in mapping(state.get(name)).items()}


def comments(walk: Walk, topic: str, anchor: str = "") -> tuple[list[dict[str, Any]], Mapping[str, Any]]:
    """One page, newest first, and the answer it stands in. No anchor: from the newest comment."""
    asked: dict[str, Parameter] = {
        "discussionId": topic,
        "discussionType": at.GROUP_TOPIC,
        "anchor": anchor or "LAST",
        "count": PAGE,
    }
    answer = mapping(_asked(walk, asked).value)
    return sorted(comments_in(answer), key=lambda item: text(item.get("date")), reverse=True), answer


def _asked(walk: Walk, asked: Mapping[str, Parameter]) -> Answer:
    """The page with the fields that we would like; without them if the network does not know one of their names."""
    if not walk.plain:
        try:
            return walk.ask("discussions.getComments", {**asked, "fields": _FIELDS})
        except Permanent as refusal:
            if refusal.code != WRONG_PARAMETER:
                raise
    answer = walk.ask("discussions.getComments", asked)
    walk.plain = True
    return answer


def goes_on(answer: Mapping[str, Any], items: list[dict[str, Any]]) -> str:
    """The anchor of the next page; "" when this was the last. Without `has_more` an empty page is the end."""
    return text(answer.get("anchor")) if items and answer.get("has_more") is not False else ""


def _page(walk: Walk, reading: _Reading) -> None:
    items, answer = comments(walk, reading.topic, reading.anchor)
    reading.pages += 1
    known = {at.comment_of(item.get("id")): of_comment(item) for item in items}
    ids = {key: chained(reading.before.get(key, ""), fingerprint) for key, fingerprint in known.items() if key}
    news: list[Json] = [
        [key, fingerprint] for key, fingerprint in ids.items() if reading.before.get(key) != fingerprint
    ]
    if news:
        walk.keep(
            dump(resolved(walk, answer, items)), walk.context("discussions.getComments", topic=reading.topic), news
        )
    repeated = bool(ids) and ids.keys() <= reading.texts.keys()
    reading.texts |= ids
    following = goes_on(answer, items)
    oldest = next((key for key in reversed(ids)), "")
    met = any(key in reading.before for key in ids)
    passed = bool(reading.before) and (
        reading.before.keys() <= reading.texts.keys() or (met and oldest not in reading.before)
    )
    reading.whole = passed or not following or repeated or following == reading.anchor
    reading.anchor = "" if reading.whole else following


def resolved(walk: Walk, answer: Mapping[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """The answer, and beside it what the attachments are that it names by number alone."""
    known = media.resources(answer)
    numbers = [each for item in items for each in media.unresolved(item) if each not in known][:PAGE]
    if not numbers or walk.tired:
        return dict(answer)
    try:
        resources = walk.ask("discussions.getAttachedResources", {"attach_ids": numbers}).value
    except Permanent:
        return dict(answer)
    return {**answer, "resources": resources}


def _missing(walk: Walk, reading: _Reading) -> tuple[dict[str, str], bool]:
    """Remembered comments that the listing lacks, without those that are gone; whether all were asked for."""
    missing = {key: fingerprint for key, fingerprint in reading.before.items() if key not in reading.texts}
    there: dict[str, str] = {}
    for key in list(missing)[:_MOST_CHECKS]:
        if walk.tired:
            break
        fingerprint = missing.pop(key)
        if not _is_gone(walk, reading.topic, key, fingerprint):
            there[key] = fingerprint
    return {**missing, **there}, not missing


def _is_gone(walk: Walk, topic: str, comment: str, fingerprint: str) -> bool:
    """Ask for one comment by its number. The network's refusal is kept as it came: it is the news."""
    asked = {"discussionId": topic, "discussionType": at.GROUP_TOPIC, "comment_id": comment}
    answer = walk.ask("discussions.getComment", asked, accept=_GONE)
    if number(mapping(answer.value).get("error_code")) is None:
        return False
    walk.keep(answer.body, walk.context("discussions.getComment", topic=topic, asked=comment), fingerprint)
    return True


def _newest(seen: Mapping[str, str]) -> dict[str, Json]:
    return dict(list(seen.items())[:MOST_SEEN])
