"""The town's accounts on X as the connector sees them, and places read as the product reads them."""

from datetime import UTC, datetime, timedelta

from otklik.networks.base import Access, Edit, Event, Fetched, Json, Post, Speech
from otklik.networks.x.network import X
from tests import connectors
from tests.connectors import access, address_of, only
from tests.sandbox.x_town import SECRET, XTown

NETWORK = X()


def account(town: XTown, *, guest: Json = False, **options: Json) -> Access:
    tokens = {"bearer": town.bearer, "user": town.guest_user if guest else town.user, "consumer_secret": SECRET}
    return access(town.sandbox, "x", town.guest if guest else town.me, tokens, {"dm_seconds": 1, **options})


class Reading(connectors.Reading):
    """Of the events only what is new: a text may be listed again, and the product knows it by its address."""

    def __init__(self, access: Access, kind: str, external_id: object) -> None:
        super().__init__(NETWORK, access, kind, external_id)
        self.known: set[tuple[type, str, str]] = set()

    def fetched(self) -> Fetched:
        self.late += timedelta(seconds=2)  # direct messages may be asked for once in `dm_seconds`
        return super().fetched()

    def events(self) -> list[Event]:
        marked = {_mark(event): event for event in super().events()}
        fresh = [event for mark, event in marked.items() if mark not in self.known]
        self.known |= set(marked)
        return fresh

    def texts(self) -> list[str]:
        return sorted(super().texts())


def old_keys(town: XTown) -> str:
    """The user's key as four old ones in a line."""
    keys = town.token("oauth1", place=town.me)
    return ":".join(keys[name] for name in ("consumer_key", "consumer_secret", "token", "secret"))


def own(town: XTown, **options: Json) -> Reading:
    return Reading(account(town, **options), "own", town.me)


def reply_to(asked: str, text: str = "Починят завтра.", thread: str = "") -> Speech:
    return Speech(text, asked, thread or asked, attempted_at=datetime.now(UTC))


def one(events: list[Event]) -> Post:
    (post,) = only(events, Post)
    assert len(events) == 1
    return post


def _mark(event: Event) -> tuple[type, str, str]:
    post = event.post if isinstance(event, Edit) else event
    return type(event), address_of(event), post.text if isinstance(post, Post) else ""
