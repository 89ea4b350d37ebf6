"""The whole contract of a network: plain values in, plain values out. No Django, no tables.

`authentic`, `answer_to` and `parse` are pure. `fetch`, `publish`, `find` and the optional methods call the network
through `Access.http` after `Access.turn(token_kind)`, and raise the classes of `errors.py` alone. See `optional.py`.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from otklik.lib.http import HttpClient, Reply
from otklik.networks.counting import Counting

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a network's answer may hold, under a comment and in a dialogue. Texts are counted by `counting`.

    `links`, `hashtags`, `cashtags` ($ABC): the most of them in one text, None = any number. `direct_window`: how long
    after the author's last message he may be written to, None = for ever. `link_warning`: what a link costs, for a
    person. `parts`: in how many texts an answer may be said. `caption`: the longest one with photos, None = any.
    """

    text: int
    direct_text: int
    photos: int
    direct_photos: int
    photo_bytes: int
    counting: Counting = Counting.CHARACTERS
    direct_counting: Counting = Counting.CHARACTERS
    links: int | None = None
    hashtags: int | None = None
    cashtags: int | None = None
    mentions: bool = True
    shouting: bool = True
    direct_window: timedelta | None = None
    link_warning: str = ""
    parts: int = 4
    caption: int | None = None

    def text_in(self, direct: bool) -> int:
        return self.direct_text if direct else self.text

    def photos_in(self, direct: bool) -> int:
        return self.direct_photos if direct else self.photos

    def counting_in(self, direct: bool) -> Counting:
        return self.direct_counting if direct else self.counting


@dataclass(frozen=True, slots=True)
class KeyKind:
    """One kind of key of an account: its name, what it is for, and where in the network's own settings it is found.

    `per_second` is how often it may be used, `needed` whether the account works without it.
    """

    kind: str
    title: str
    use: str
    where: str
    per_second: float = 3.0
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Incoming:
    """An HTTP request as it came to a webhook: raw body, header names in lower case.

    `sender` is the address of whoever called, by the word of our own proxy at most; "" = not known.
    """

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    sender: str = ""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    store: bool = True  # False: a handshake or a refusal; there is no event in it to keep


@dataclass(frozen=True, slots=True)
class Law:
    """What the law of the country lets an authority do in this network, until an administrator decides otherwise.

    `why` says what stands against it; `mark` is what must be said beside the network's name, "" where nothing must.
    """

    read: bool = True
    speak: bool = True
    why: str = ""
    mark: str = ""


class Origin(StrEnum):
    """How a payload was heard; the same event in several ways, perhaps, and a message is still one."""

    PUSH = "push"
    POLL = "poll"
    BACKFILL = "backfill"
    WATCH = "watch"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Raw:
    """A payload before anybody has understood it.

    `key` tells the same payload heard twice ("" = never); `context` what the body does not say (method, community).
    """

    origin: Origin
    body: bytes
    key: str = ""
    context: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """Who wrote: a person or a community. `name` may be "" where the payload does not tell it."""

    external_id: str
    name: str = ""
    url: str = ""
    is_community: bool = False


class MediaKind(StrEnum):
    PHOTO = "photo"
    VIDEO = "video"
    AUDIO = "audio"
    FILE = "file"
    LINK = "link"
    STICKER = "sticker"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """`url` is the thing itself, `preview` a picture of it; both unchecked, as the network gave them."""

    kind: MediaKind
    url: str = ""
    preview: str = ""
    title: str = ""
    width: int = 0
    height: int = 0


class Place(StrEnum):
    """Where in the network a text stands."""

    POST = "post"
    COMMENT = "comment"
    DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Post:
    """A text that somebody wrote: post, comment or direct message.

    `external_id` is the network's full address, the same however it was heard (`wall-12_34?reply=56`).
    `thread` is the address of the post or dialogue it stands in, `parent` of the text it replies to ("" = none).
    `posted_at` is aware; None where the network does not tell. `own` says that one of our voices wrote it.
    `community` is the place it stands in, as a Source of that place is called (`Source.external_id`) or its author id.
    `closed` says in one sentence why it cannot be answered through the API ("" = nothing is known against it).
    `opened`: the network says for certain that it can be, so that what was known against it before is over.
    """

    external_id: str
    place: Place
    thread: str
    author: Person
    text: str
    posted_at: datetime | None
    community: str = ""
    parent: str = ""
    url: str = ""
    own: bool = False
    attachments: tuple[Attachment, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    engagement: int = 0
    edited_at: datetime | None = None
    closed: str = ""
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """The text as it stands now. For a message not known yet it is as good as a Post. Also a restoration."""

    post: Post


@dataclass(frozen=True, slots=True)
class Deletion:
    external_id: str
    at: datetime | None = None


Event = Post | Edit | Deletion


@dataclass(frozen=True, slots=True)
class ReadPlace:
    """`kind` is one of Source.Kind, `cursor` what the last Fetched gave, `quiet` how long nothing new came."""

    kind: str
    external_id: str
    cursor: Mapping[str, Json] = field(default_factory=dict)
    quiet: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """`cursor` is kept in the same transaction as the raws: a crash between them loses nothing.

    `place` is what the network itself calls a place of kind "foreign", as `Post.community` tells it: a number, where a
    person gave a name, and another one where the place has moved. The Source is called so from then on; "" = as asked.
    """

    raws: tuple[Raw, ...]
    cursor: Mapping[str, Json]
    again_in: timedelta
    place: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said, and under what. `reply_to` is the external id of the citizen's message.

    `attempted_at` (aware) is when the first attempt began: `find` never looks at anything older.
    `seen` are the external ids of replies that stood there before the first attempt.
    """

    text: str
    reply_to: str
    thread: str
    direct: bool = False
    photos: tuple[Photo, ...] = ()
    attempted_at: datetime | None = None
    seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Published:
    external_id: str
    url: str


@dataclass(frozen=True, slots=True)
class CannotTell:
    """`find` has no way to look. `reason` is for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class Address:
    """What a link leads to, by external ids: a text, the post or dialogue it stands in, or who writes; "" = none."""

    message: str = ""
    thread: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Right:
    """One line of an account's self-check: what was tried, whether it works, what to do when it does not."""

    name: str
    ok: bool
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Access:
    """An account as a connector sees it.

    `external_id`: who speaks. `tokens` by kind. `turn(kind)` waits for the token's next allowed call, across all
    workers, or raises RetryAt when that is long; `rest(kind, time)` keeps all from using it so long. `fresh(kind,
    refused)`, where a network RenewsKeys: the key to use in place of a dying or just `refused` one, "" = that one; when
    it raises RetryAt or AuthLost the call is certainly not done. `options` are the network's own switches. `speeches`
    are looked for at once: equal reads are made once (`heard`), and a whole listing may be read instead of one text.
    """

    external_id: str
    base: str
    http: HttpClient
    turn: Callable[[str], None]
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret: str = field(default="", repr=False)
    confirmation: str = field(default="", repr=False)
    options: Mapping[str, Json] = field(default_factory=dict)
    rest: Callable[[str, timedelta], None] = field(default=lambda _kind, _time: None)
    fresh: Callable[[str, str], str] = field(default=lambda _kind, _refused: "")
    speeches: tuple[Speech, ...] = ()
    heard: dict[Hashable, Reply] | None = field(default=None, repr=False)


class Network(Protocol):
    """A network. `kind` is its name in the database, `title` its name for people.

    `base` is where its API stands, `prefix` where it stands in the sandbox; `icon` is its sign in @tabler/icons, "" for
    a speech bubble. `hosts` are its sites as people write them, without "www." and "m.", and its app's scheme with a
    colon; `numbered` is how a person's number stands in Author.external_id. `keys` are the kinds of an account's keys,
    `id_hint` says what its number looks like. `law` holds until an administrator decides otherwise. `reads` are the
    kinds of Source. `keyed`: the same key twice says it once. `tells_once`: what it has told us it tells nobody again.
    """

    kind: str
    title: str
    base: str
    prefix: str
    icon: str
    hosts: tuple[str, ...]
    numbered: str
    limits: Limits
    law: Law
    keys: tuple[KeyKind, ...]
    id_hint: str
    keyed: bool
    tells_once: bool
    reads: frozenset[str]

    def place_id(self, typed: str) -> str:
        """What a place is called as a Source, out of a link or a name that a person pastes; "" when it is none. Pure.

        For a search the words themselves.
        """
        ...

    def account_id(self, typed: str) -> str:
        """The account's `external_id` out of what a person pastes: a number, a link; "" when it is none. Pure."""
        ...

    def authentic(self, request: Incoming, access: Access) -> bool: ...

    def answer_to(self, request: Incoming, access: Access) -> HttpAnswer: ...
    def raw(self, request: Incoming) -> Raw: ...
    def parse(self, raw: Raw) -> list[Event]: ...

    def fetch(self, access: Access, place: ReadPlace, now: datetime) -> Fetched:
        """Read a place once. A place of kind "link" is one text by its address, alone or with the post above it:
        Permanent says that it is not there (any more), NotSupported that this network cannot be asked."""
        ...

    def visited(self, kind: str, address: str) -> bool:
        """Whether a text with this external id, read in a Source of this kind ("own", "foreign"), may be answered by
        another account than the one that reads there, as a guest. Pure."""
        ...

    def publish(self, access: Access, speech: Speech, key: str) -> Published: ...

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None: ...

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        """External ids that stand under the message now; asked once before the first attempt."""
        ...

    def confirmation_code(self, access: Access) -> str:
        """What the network will ask our address for during `subscribe`; "" where it asks for nothing."""
        ...

    def subscribe(self, access: Access, hook: str) -> None:
        """Ask the network to push events to this address. Safe to repeat. May raise NotSupported."""
        ...

    def rights(self, access: Access) -> list[Right]: ...

    def voice(self, external_id: str) -> str:
        """The author id under which the account with this external id appears in messages. Pure."""
        ...

    def authors(self, access: Access, ids: list[str]) -> list[Person]: ...

    def address_of(self, url: str, site: str = "") -> Address | None:
        """What a link from the browser leads to; None when it is no address of this network. `site` is one more base of
        its pages (the sandbox's). Pure. May raise NotSupported."""
        ...
