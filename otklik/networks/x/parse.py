"""What a payload says, as events. Pure: what it does not understand gives no events and stays a raw payload.

Two kinds of payload: an event of the X Activity API, and the answer of a reading call. `Raw.context` of an answer
names the `method` ("posts", "lookup" or "messages"), our `account`, the `place` that was read (an account's number),
`site`, and what `summons.py` needs; an event names our account in its filter. An answer without a `method` is
read by its shape (`shapes.py`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Deletion, Edit, Event, Json, Person, Place, Post, Raw
from otklik.networks.values import mapping, mappings, read, text
from otklik.networks.x import address as at
from otklik.networks.x import direct, summons, tweet
from otklik.networks.x.failures import problem_of
from otklik.networks.x.media import attachments, coordinates
from otklik.networks.x.people import Crowd, crowd_of

_MOST = 10_000  # answers of one payload
_OF_OTHERS = frozenset({"hidden", "event_uuid", "trend_name", "host_ids"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its items, and the whole of it for what stands beside them.

    `pushed`: messages as the older webhooks of an account tell them; `account` is then whose they are.
    """

    body: Mapping[str, Any]
    items: list[dict[str, Any]]
    pushed: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True)
class _View:
    """What is known beside the text itself."""

    site: str
    rules: summons.Rules
    crowd: Crowd
    place: str = ""
    texts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    includes: Mapping[str, Any] = field(default_factory=dict)
    summoned: bool = False  # the network says so itself
    loose: bool = False  # take a text whose writer is not told


def parse(raw: Raw) -> list[Event]:
    """The events of a payload in its own order; [] for anything unknown or broken. Never raises."""
    payload = read(raw.body)
    body = mapping(payload)
    data = body.get("data")
    method = raw.context.get("method", "")
    if not method and not isinstance(mapping(data).get("payload"), dict):
        return [event for answer in answers_in(payload) for event in _unasked(answer, raw.context)]
    if method == "messages":
        return direct.answered(body, raw.context)
    if method not in ("posts", "lookup"):
        return _event(mapping(data), raw.context)
    items = [data] if isinstance(data, dict) else mappings(data)
    view = _view(mapping(body.get("includes")), raw.context, raw.context.get("place", ""))
    gone = _gone(body) if method == "lookup" else []
    return [*_known(_post(item, view) for item in items), *gone]


def _unasked(answer: Answer, context: Mapping[str, str]) -> list[Event]:
    """An answer of which nobody remembers how it was asked. Whose texts are ours it does not tell."""
    if answer.pushed:
        return direct.pushed(answer.body, answer.account, context)
    view = _view(mapping(answer.body.get("includes")), context, context.get("place", ""), loose=True)
    events: list[Event] = []
    for item in answer.items:
        if is_message(item):
            events += direct.answered({**answer.body, "data": item}, context, loose=True)
        elif is_text(item):
            events += _known([_post(item, view)])
    return events


def _event(data: Mapping[str, Any], context: Mapping[str, str]) -> list[Event]:
    account = at.number(mapping(data.get("filter")).get("user_id"))
    kind, payload = text(data.get("event_type"), 60), mapping(data.get("payload"))
    if kind == "post.delete":
        gone = at.number(payload.get("id"))
        return [Deletion(at.post_id(gone))] if gone else []
    if kind in ("dm.received", "dm.sent"):
        return direct.pushed(payload, account, context) if account else []
    if kind not in POST_EVENTS or not account:
        return []
    known = {**context, "account": account}
    view = _view(
        mapping(data.get("includes")), known, account, summoned=kind in ("post.mention.create", "post.quote.create")
    )
    return _known([_post(payload, view)])


_SUMMONING = ("post.mention.create", "post.quote.create")
POST_EVENTS = ("post.create", "post.reply.create", *_SUMMONING)


def _view(
    includes: Mapping[str, Any], context: Mapping[str, str], place: str, *, summoned: bool = False, loose: bool = False
) -> _View:
    texts = mappings(includes.get("tweets")) + mappings(includes.get("posts"))
    site = context.get("site") or at.SITE
    return _View(
        site=site,
        rules=summons.rules_in(context),
        crowd=crowd_of(mappings(includes.get("users")), site),
        place=place,
        texts={number: each for each in texts for number in (*tweet.chain(each), at.number(each.get("id"))) if number},
        includes=includes,
        summoned=summoned,
        loose=loose,
    )


def _post(item: Mapping[str, Any], view: _View) -> Event | None:
    own, author, numbers = at.number(item.get("id")), at.number(item.get("author_id")), tweet.chain(item)
    if (
        not own or not (author or view.loose) or tweet.referenced(item, "retweeted")
    ):  # who passes a text on says nothing
        return None
    first = numbers[0]
    edited = own != first
    written = tweet.when(item.get("created_at")) or tweet.born(own)
    spot = coordinates(item, view.includes)
    replied = tweet.referenced(item, "replied_to")
    above = at.number(item.get("conversation_id"))
    answers = bool(replied) or (bool(above) and above not in (own, *numbers))
    post = Post(
        external_id=at.post_id(first),
        place=Place.COMMENT if answers else Place.POST,
        thread=at.post_id((answers and above) or first),
        author=view.crowd.person(author) if author else Person(f"hidden:{first}"),
        text=tweet.words(item),
        posted_at=(tweet.born(first) or written) if edited else written,
        community=view.place or at.number(item.get("in_reply_to_user_id")) or author,
        parent=at.post_id(_first_of(replied, view)) if replied else "",
        url=at.post_url(view.site, own, view.crowd.name(author)),
        own=bool(author) and author == view.rules.account,
        attachments=attachments(item, view.includes),
        latitude=spot[0] if spot else None,
        longitude=spot[1] if spot else None,
        engagement=tweet.liking(item),
        edited_at=written if edited else None,
        closed=summons.closed(item, view.rules, _quoted_author(item, view)),
    )
    return Edit(post) if edited else post


def _first_of(number: str, view: _View) -> str:
    """The first number of the text that is replied to, where the payload brings that text along."""
    known = view.texts.get(number)
    return tweet.chain(known)[0] if known else number


def _quoted_author(item: Mapping[str, Any], view: _View) -> str:
    if view.summoned:
        return view.rules.account
    quoted = view.texts.get(tweet.referenced(item, "quoted"), {})
    return at.number(quoted.get("author_id"))


def _gone(body: Mapping[str, Any]) -> list[Event]:
    """Texts that were asked for by their address and are not there any more."""
    events: list[Event] = []
    for problem in mappings(body.get("errors")):
        number = at.number(problem.get("resource_id")) or at.number(problem.get("value"))
        if number and problem_of(problem) == "resource-not-found" and problem.get("resource_type") in ("tweet", "post"):
            events.append(Deletion(at.post_id(number)))
    return events


def _known(events: Iterable[Event | None]) -> list[Event]:
    return [event for event in events if event]


def answers_in(payload: Json) -> list[Answer]:
    """An answer of a reading call, a bare object, a list of either, or recorded calls with their answers."""
    if isinstance(payload, list):
        return [answer for each in mappings(payload)[:_MOST] if (answer := _answer(each))]
    answer = _answer(mapping(payload))
    return [answer] if answer else []


def _answer(payload: Mapping[str, Any]) -> Answer | None:
    body = payload["response"] if isinstance(payload.get("response"), dict) and "id" not in payload else payload
    account = at.number(body.get("for_user_id"))
    if account and isinstance(body.get("direct_message_events"), list):
        return Answer(body, [], pushed=True, account=account)
    data = body.get("data")
    if isinstance(data, dict | list):
        return Answer(body, [data] if isinstance(data, dict) else mappings(data))
    return Answer(body, [dict(body)]) if is_text(body) or is_message(body) else None


def is_message(item: Mapping[str, Any]) -> bool:
    return "dm_conversation_id" in item and bool(at.number(item.get("sender_id")))


def is_text(item: Mapping[str, Any]) -> bool:
    """A post: the only object with a number and a text but a message."""
    worded = isinstance(item.get("text"), str) or "note_tweet" in item or "note_post" in item
    old = "id_str" in item  # an object of the older API, which has another shape in everything
    return bool(at.number(item.get("id"))) and worded and not old and not _OF_OTHERS & item.keys()
