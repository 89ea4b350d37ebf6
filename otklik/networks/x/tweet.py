"""Single values out of X's objects, in both of its spellings ("tweet" and "post"). Pure; nothing here raises."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from otklik.networks.values import count, mapping, mappings, moment, number, text
from otklik.networks.x import address as at

_SHORT_LINK = re.compile(r"https?://t\.co/\w{1,40}")
_LEADING = re.compile(r"(?:@[A-Za-z0-9_]{1,20}\s+)+")
_ESCAPES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}
_ESCAPED = re.compile("|".join(_ESCAPES))
_EPOCH = 1_288_834_974_657  # milliseconds; the network's numbers count from here
_FIRST_TIMED = 2**35  # numbers below were given out one after another and tell no time


def chain(item: Mapping[str, Any]) -> list[str]:
    """Every number of the text, oldest first; its own alone where it was never edited. [] without a number."""
    own = at.number(item.get("id"))
    history_ids = item.get("edit_history_tweet_ids", item.get("edit_history_post_ids"))
    numbers = [post_id for each in history_ids if (post_id := at.number(each))] if isinstance(history_ids, list) else []
    return numbers or ([own] if own else [])


def referenced(item: Mapping[str, Any], how: str) -> str:
    """The number of the text that this one relates to: "replied_to", "quoted" or "retweeted"; "" = none."""
    references = item.get("referenced_tweets", item.get("referenced_posts"))
    post_id = next((at.number(each.get("id")) for each in mappings(references) if each.get("type") == how), "")
    if not post_id and how == "replied_to":
        post_id = at.number(item.get("in_reply_to_tweet_id")) or at.number(item.get("in_reply_to_post_id"))
    return post_id


def words(item: Mapping[str, Any]) -> str:
    """The whole text as people see it: short links opened, the link to its own pictures left out."""
    note = mapping(item.get("note_tweet", item.get("note_post")))
    full_text = text(note.get("text")) or text(item.get("text"))
    links: dict[str, str] = {}
    for each in mappings(entities(item).get("urls")) + mappings(mapping(note.get("entities")).get("urls")):
        picture = "media_key" in each or text(each.get("display_url"), 40).startswith(
            ("pic.x.com/", "pic.twitter.com/")
        )
        links[text(each.get("url"))] = "" if picture else text(each.get("expanded_url")) or text(each.get("url"))
    opened = _SHORT_LINK.sub(lambda match: links.get(match[0], match[0]), full_text)
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], opened).strip()


def entities(item: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(item.get("entities"))


def without_mentions(full_text: str) -> str:
    """A reply's text without the names that the network puts in front of it."""
    return _LEADING.sub("", full_text, count=1) if full_text.startswith("@") else full_text


def visible_from(item: Mapping[str, Any]) -> int:
    """Where the writer's own words begin; in front of it stand names that the network put there by itself."""
    span = item.get("display_text_range")
    start = number(span[0]) if isinstance(span, list) and span else None
    if start is not None:
        return start
    full_text = text(item.get("text"))
    if not referenced(item, "replied_to"):
        return 0
    match = _LEADING.match(full_text)
    return match.end() if match else 0


def when(value: Any) -> datetime | None:
    """An ISO time with a zone, aware; None for nonsense and years outside 1970-2999."""
    time_text = text(value, 40)
    try:
        parsed_time = datetime.fromisoformat(time_text)
    except ValueError:
        return None
    return parsed_time.astimezone(UTC) if parsed_time.tzinfo and 1970 <= parsed_time.year < 3000 else None


def milliseconds(value: Any) -> datetime | None:
    """Milliseconds as digits, as direct messages tell them."""
    digits = text(value, 20)
    return moment(int(digits) // 1000) if digits.isascii() and digits.isdigit() else None


def born(identity: str) -> datetime | None:
    """When a number was given out; None for the old ones that do not tell."""
    value = int(identity or 0)
    return moment(((value >> 22) + _EPOCH) // 1000) if value >= _FIRST_TIMED else None


def liking(item: Mapping[str, Any]) -> int:
    metrics = mapping(item.get("public_metrics"))
    counters = ("like_count", "reply_count", "quote_count", "retweet_count", "repost_count")
    return min(sum(count(metrics.get(name)) for name in counters), 2**31 - 1)
