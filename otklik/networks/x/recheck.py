"""Looking again at texts heard lately: nobody tells us that a citizen has deleted one.

Off unless an option asks for it, since the network charges for every text it shows.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from otklik.networks.base import Json, Raw
from otklik.networks.errors import Permanent, RetryAt
from otklik.networks.values import digest, mappings, number
from otklik.networks.x import address as at
from otklik.networks.x import fields, tweet
from otklik.networks.x.client import ask, reader, whole_option
from otklik.networks.x.pages import Walk

_MOST = 100  # that one call takes


def recheck(walk: Walk, cursor: Mapping[str, Any], now: datetime) -> dict[str, Json]:
    """What of the cursor changes. One call each `recheck_minutes`, kept as a payload only if something is gone."""
    minutes = whole_option(walk.access, "recheck_minutes", 0, 0, 24 * 60)
    if not minutes:
        return {}
    recent = _recent(walk, cursor)
    here, asked = int(now.timestamp()), number(cursor.get("rechecked")) or 0
    key = reader(walk.access)
    if not recent or not key or 0 <= here - asked < minutes * 60:
        return {"recent": list[Json](recent), "rechecked": asked or here}
    try:
        answer = ask(walk.access, key, "/2/tweets", {"ids": ",".join(recent), **fields.of_texts(walk.access)})
    except (RetryAt, Permanent):
        return {"recent": list[Json](recent), "rechecked": here}
    gone = {at.number(problem.get("resource_id")) for problem in mappings(answer.value.get("errors"))} - {""}
    if gone:
        context = {**walk.context, "method": "lookup"}
        walk.raws.append(Raw(walk.origin, answer.body, digest("x-gone", sorted(gone)), context))
    return {"recent": [each for each in recent if each not in gone], "rechecked": here}


def _recent(walk: Walk, cursor: Mapping[str, Any]) -> list[str]:
    recent = cursor.get("recent")
    known = {each for each in recent if at.number(each)} if isinstance(recent, list) else set()
    account = walk.access.external_id
    new_ids = {
        tweet.chain(item)[0]
        for item in walk.items
        if tweet.chain(item) and item.get("author_id") not in (None, account)
    }
    return sorted(known | new_ids, key=int, reverse=True)[:_MOST]
