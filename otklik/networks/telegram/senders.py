"""Who wrote: a person, a channel, or a chat's administrator who does not show himself. Pure; never raises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from otklik.networks.base import Person
from otklik.networks.telegram import address as at
from otklik.networks.values import mapping, number, text


@dataclass(frozen=True, slots=True)
class View:
    """What is known beside the message itself: the base of links, the bot that heard it (0 if unknown), and the bots
    and chats that speak for us besides."""

    site: str
    bot: int
    voices: frozenset[int] = frozenset()

    def ours(self, author: Person) -> bool:
        return any(author.external_id == at.author_id(voice) for voice in (self.bot, *self.voices) if voice)


def sender(message: Mapping[str, Any], view: View) -> Person | None:
    """`sender_chat` outweighs `from`, which is then a stand-in of the network's own; channels tell neither."""
    chat = mapping(message.get("sender_chat"))
    if not chat and mapping(message.get("chat")).get("type") == "channel":
        chat = mapping(message.get("chat"))
    if chat:
        return _chat(chat, view.site)
    return person_of(mapping(message.get("from")), view.site)


def person_of(user: Mapping[str, Any], site: str) -> Person | None:
    """A user, or a private chat, which is told in the same words."""
    named = number(user.get("id")) or 0
    if named <= 0:
        return None
    parts = (text(user.get("first_name"), 100), text(user.get("last_name"), 100))
    name = " ".join(part for part in parts if part)
    return Person(at.author_id(named), name, at.name_url(site, at.handle(user.get("username"))))


def places_own(message: Mapping[str, Any]) -> bool:
    """Whether the place itself speaks: its nameless administrator, or the channel whose discussion it is.

    That a channel is this discussion's own shows only where it replies to its own post; elsewhere `View.voices` tells.
    """
    chat = number(mapping(message.get("sender_chat")).get("id")) or 0
    if not chat:
        return False
    if chat == number(mapping(message.get("chat")).get("id")) or message.get("is_automatic_forward") is True:
        return True
    above = mapping(message.get("reply_to_message"))
    return above.get("is_automatic_forward") is True and number(mapping(above.get("sender_chat")).get("id")) == chat


def _chat(chat: Mapping[str, Any], site: str) -> Person | None:
    named = number(chat.get("id")) or 0
    if named >= 0:
        return person_of(chat, site)
    name = text(chat.get("title"), 200)
    return Person(at.author_id(named), name, at.name_url(site, at.handle(chat.get("username"))), is_community=True)
