"""Posts of all open walls by their words: what people write outside the communities that we watch.

The cursor holds `since`, the newest time that a post told, by the network's clock; and `from` with `until` while a
search is read in pieces. A post that comes into the index late is found again by looking back a little.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Fetched, Json, Origin, ReadPlace
from otklik.networks.errors import NeedsPerson
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.vk.client import Parameter, reader, token_or_person
from otklik.networks.vk.pages import Walk, whole_option

PAGE = 200
LOOK_BACK = 3600  # seconds
FIRST = timedelta(days=1)
_MOST_PAGES = 5  # of one fetch; the network gives a thousand posts of one search at most
_SOON = timedelta(seconds=1)


def read_search(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    """New posts that hold all the words of `place.external_id`. `now` says only how far back the first look goes."""
    words = place.external_id.strip()
    if not words:
        raise NeedsPerson(_("Не сказано, что искать: впишите слова"))
    token = token_or_person(
        access, (reader(access),), _("Чтобы искать, аккаунту ВКонтакте нужен сервисный ключ приложения")
    )
    walk, cursor = Walk(access, token, Origin.WATCH), place.cursor
    walk.known = mapping(cursor.get("pages"))
    since = number(cursor.get("since")) or int((now - FIRST).timestamp())
    newest, start = max(since, number(cursor.get("newest")) or 0), text(cursor.get("from"))
    for turn in range(_MOST_PAGES):
        slot = "" if cursor.get("from") else str(turn)  # a quiet search finds again what it found before
        answer = walk.page("newsfeed.search", _asked(words, since, start), slot=slot)
        newest = max([newest, *(number(item.get("date")) or 0 for item in mappings(answer.get("items")))])
        start = text(answer.get("next_from"))
        if not start:
            pause = timedelta(seconds=whole_option(access, "search_seconds", 60, 5, 3600))
            return Fetched(tuple(walk.raws), {"since": newest - LOOK_BACK, "pages": walk.pages}, pause)
    kept: Mapping[str, Json] = {"since": since, "newest": newest, "from": start, "pages": walk.pages}
    return Fetched(tuple(walk.raws), kept, _SOON)


def _asked(words: str, since: int, start: str) -> dict[str, Parameter]:
    return {"q": words, "count": PAGE, "start_time": since, "start_from": start or None, "extended": True}
