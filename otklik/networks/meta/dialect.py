"""What differs between Facebook and Instagram in asking, answering and setting up; the code for it is the same."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from otklik.networks.base import Access, Json, Limits, Speech
from otklik.networks.errors import NeedsPerson
from otklik.networks.meta.board import Board, Item
from otklik.networks.meta.client import need_token
from otklik.networks.meta.reading import ident, number_id, whole_option
from otklik.networks.meta.side import Side
from otklik.networks.meta.walk import Walk
from otklik.networks.values import mapping


@dataclass(frozen=True, slots=True)
class Edge:
    """A listing of publications that hangs on the account; `most` of them are asked for, 0 = as many as the account's
    options say."""

    name: str
    fields: str
    most: int = 0

    def nested(self, access: Access) -> str:
        return f"{self.name}.limit({self.most or whole_option(access, 'posts', 20, 1, 100)}){{{self.fields}}}"


@dataclass(frozen=True, slots=True)
class Check:
    """The account's self-check and its webhook: `key_title` and `reading_title` name lines, `advice` says where the key
    is from, `wrong` that it is somebody else's. `reads` and `talks` are the rights behind two lines, `scopes` all of
    them, `hears` the fields of the webhook."""

    key_title: str
    advice: str
    wrong: str
    reading_title: str
    reads: str
    talks: str
    scopes: tuple[str, ...]
    hears: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """`edges` list publications, the account's own first; `ours` tells whether one of this id at this place, listed on
    that first edge or not, is its own, and `unheard` is put over the others, for what stands under them is not ours to
    read. `text` and `time` are fields of comments. `replies` is the edge to answer a comment on, `elsewhere` why one
    cannot be answered in the place of others, `with_post` whether the post has to be known for it.

    `link_fields` are what `url(site, comment, post, id, id above)` needs to tell a comment's public link. `thread`
    lists what stands where one answers, with the links; `read_text` keeps one text by its address or link.
    `named`: people have names in links. `inside` is where the account stands in an answer to its Page's token.
    """

    side: Side
    limits: Limits
    board: Board
    edges: tuple[Edge, ...]
    ours: Callable[[str, str, bool], bool]
    unheard: Mapping[str, Json]
    text: str
    time: str
    replies: str
    elsewhere: str
    link_fields: str
    url: Callable[[str, Item, str, str, str], str]
    thread: Callable[[Access, str, str, Speech], list[tuple[Item, str]]]
    read_text: Callable[[Walk, str], None]
    person_url: Callable[[str, str, str], str]
    check: Check
    with_post: bool = False
    named: bool = False
    inside: str = ""
    own: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "own", "id,username" if self.named else "id")

    def published(self, place: str, items: Iterable[Item], *, first: bool) -> Iterator[tuple[Item, bool]]:
        """The publications among these, and whether each is the place's own; `first`: of the first edge."""
        for item in items:
            if name := ident(item.get("id")):
                mine = self.ours(place, name, first)
                yield {**item, "id": name, **({} if mine else self.unheard)}, mine

    def through_page(self, access: Access) -> bool:
        """Whether the token is the Page's and the account stands inside."""
        return bool(self.inside) and need_token(access, self.side) == "page"

    def fields(self, access: Access, *nested: str) -> str:
        """What to ask of `side.node` for the account and these listings of it."""
        inner = ",".join((self.own, *nested))
        return f"id,{self.inside}{{{inner}}}" if self.through_page(access) else inner

    def account(self, access: Access, answer: Mapping[str, Any]) -> Mapping[str, Any]:
        """The account in such an answer. NeedsPerson when it is another one than ours."""
        account_item = mapping(answer.get(self.inside)) or answer
        if access.external_id not in {number_id(account_item.get("id")), number_id(account_item.get("user_id"))}:
            raise NeedsPerson(self.check.wrong)
        return account_item
