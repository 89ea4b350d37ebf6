"""What the pages for people need of a network besides its `Acts`: its addresses, its words, its look."""

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from sandbox.acts import Item
from sandbox.state import World

Look = Literal["wall", "channel", "feed", "photos"]
"""The shape: cards with comments below, bubbles on a backdrop, one ruled column with threads, pictures first."""

Accent = Literal["moss", "clay", "sea", "plum", "ink", "rose", "ochre", "dusk"]
"""The colour; a network takes one that no other has taken. No real network's colours are among them."""


@dataclasses.dataclass(frozen=True)
class Spot:
    """What a page is about: a place; with `post` one post of it (the address of any text of its thread will do), with
    `marked` the text that a link leads to. `private` is the visitor's dialogue with the place (here `Place.private` may
    stand for its id), or that of the `person` whom the path names."""

    place: str
    post: str = ""
    marked: str = ""
    private: bool = False
    person: str = ""


@dataclasses.dataclass(frozen=True)
class Noun:
    """What a post is called, in the forms that the pages need."""

    called: str  # «Запись»
    one: str  # «Изменить запись», «Удалить запись»
    of_one: str  # «Текст записи»
    of_many: str  # «Записей пока нет.»
    new: str  # «Новая запись»
    new_ones: str  # «Есть новые записи»
    older: str  # «Более старые записи»
    changed: str  # «изменена»


RECORD = Noun(
    "Запись", "запись", "записи", "записей", "Новая запись", "новые записи", "Более старые записи", "изменена"
)
POST = Noun("Пост", "пост", "поста", "постов", "Новый пост", "новые посты", "Более старые посты", "изменён")
PUBLICATION = Noun(
    "Публикация",
    "публикацию",
    "публикации",
    "публикаций",
    "Новая публикация",
    "новые публикации",
    "Более старые публикации",
    "изменена",
)
TOPIC = Noun("Тема", "тему", "темы", "тем", "Новая тема", "новые темы", "Более старые темы", "изменена")
MESSAGE = Noun(
    "Сообщение",
    "сообщение",
    "сообщения",
    "сообщений",
    "Новое сообщение",
    "новые сообщения",
    "Более старые сообщения",
    "изменено",
)


@dataclasses.dataclass(frozen=True)
class Figures:
    """How lively a place is. `last` is the newest text, in seconds since the epoch; 0 if it has none."""

    posts: int
    comments: int
    last: int


def slug(address: str) -> str:
    """The address with nothing in it but what may stand in a page's ids and form fields as it is."""
    return re.sub(r"[^0-9A-Za-z_-]", "-", address)


def everywhere(world: World, place: str) -> bool:
    return True


def nowhere(world: World, place: str) -> bool:
    return False


def at_its_page(item: Item) -> str:
    return item.link


def empty(world: World, place: str) -> str:
    return ""


def as_it_is(text: str) -> str:
    return text


@dataclasses.dataclass(frozen=True)
class Stage:
    """How one network is shown. All pages stand under `/<prefix>/`; `prefix` is the network's kind unless it is given.

    `read` says what a path behind the prefix with its query means, None for one that is no page: "wall-1_2" and
    {"reply": "3"}; slashes at the end are cut off. It must know the paths of `Place.wall`, `Place.dialogue` and of
    every `Item.link`. A comment may be marked by a query or have a path of its own.
    """

    read: Callable[[World, str, Mapping[str, str]], Spot | None]
    place: str  # what a place is called, with a capital: «Сообщество», «Канал», «Страница», «Профиль»
    noun: Noun = RECORD
    look: Look = "wall"
    accent: Accent = "dusk"
    comment: str = "Написать комментарий"  # what the field for a comment says
    answer: str = "Ответить"  # the link under a comment
    may_post: Callable[[World, str], bool] = everywhere  # whether people may write a post in this place
    photos: frozenset[str] = frozenset({"post", "comment", "message"})  # which of these take photos from people
    draft: Callable[[World, str], str] = empty  # what a new post in this place begins with: "@office "
    title: str = ""  # the network's name for these places, if it is not the network's title
    prefix: str = ""
    paths: str = ""  # regular expression of how the pages' paths begin, where the API's own addresses take every path
    mark: Callable[[str], str] = slug  # a short word for an address, unique in its network

    # Only where the network has more to give than its Acts tell.
    figures: Callable[[World], Mapping[str, Figures]] | None = None  # by the place's id, for the front page
    threads: Callable[[World, Sequence[str]], Sequence[Sequence[Item]]] | None = None  # many `Acts.thread` at once
    restore: Callable[[World, str], None] | None = None  # brings one's own deleted comment back
    own: Callable[[Item], str] = at_its_page  # the path, read as marking the comment, that takes its deletion
    big: Callable[[str], str] = as_it_is  # the path of the big copy of a photo
    person: Callable[[str], str] = as_it_is  # who an `Item.author` is among the network's people
