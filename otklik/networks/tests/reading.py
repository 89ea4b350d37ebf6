"""Places read again and again as a worker reads them, and events as a test asks for them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from otklik.networks.base import Access, Event, Fetched, Json, Network, Post, Published, Raw, ReadPlace, Speech


@dataclass
class Reader:
    """A place with the cursor of the last look, which goes through JSON as through the database."""

    network: Network
    access: Access
    kind: str
    place: str
    now: datetime
    cursor: Mapping[str, Json] = field(default_factory=dict)
    again: timedelta = timedelta(0)

    def fetch(self) -> Fetched:
        fetched = self.network.fetch(self.access, ReadPlace(self.kind, self.place, self.cursor), self.now)
        self.cursor, self.again = json.loads(json.dumps(fetched.cursor)), fetched.again_in
        return fetched

    def raw_keys(self) -> list[str]:
        return [raw.key for raw in self.fetch().raws]

    def events(self) -> list[Event]:
        return events_of(self.network, self.fetch().raws)

    def texts(self) -> list[str]:
        return [post.text for post in posts(self.events())]

    def addresses(self) -> list[str]:
        return [post.external_id for post in posts(self.events())]


def events_of(network: Network, raws: Iterable[Raw]) -> list[Event]:
    return [event for raw in raws for event in network.parse(raw)]


def posts(events: Iterable[Event]) -> list[Post]:
    return [event for event in events if isinstance(event, Post)]


def address_of_ours(network: Network, access: Access, speech: Speech) -> str:
    """Where our answer stands, "" where it certainly does not."""
    published = network.find(access, speech)
    assert published is None or isinstance(published, Published)
    return published.external_id if published else ""


def only(events: list[Event]) -> Post:
    """The one text that was heard."""
    (event,) = events
    assert isinstance(event, Post)
    return event
