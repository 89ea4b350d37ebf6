"""Whether a place takes our answers, as far as the network says it for certain. Pure.

Source: object `post` and schema `base_comments_info`. `can_post` speaks of the token's own user, and a service token
has none: it says nothing of a community and is never asked. `groups_can_post` speaks of communities as guests; whether
it holds for the wall's own community is not said. `can_open` and `can_close` are given to whoever may switch the
comments of a post: only what is closed can be opened. What is not told is not known.
"""

from collections.abc import Mapping
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.values import mapping

NO_GUESTS = _("Под этой записью сообщества-гости отвечать не могут: опубликуйте ответ вручную.")
SWITCHED_OFF = _("Комментарии под этой записью закрыты: откройте их в сообществе или опубликуйте ответ вручную.")

OPEN, SHUT_TO_GUESTS, SHUT = "open", "guests", "shut"
"""Who may comment; "" where nothing certain is told."""

_SENTENCES = {SHUT_TO_GUESTS: NO_GUESTS, SHUT: SWITCHED_OFF}


def commenting_of(post: Mapping[str, Any], *, guest: bool) -> str:
    """Who may comment on a post of a wall where we are guests, or of our own."""
    comments = mapping(post.get("comments"))
    if guest:
        may = comments.get("groups_can_post")
        return OPEN if may in (True, 1) else SHUT_TO_GUESTS if may in (False, 0) else ""
    if comments.get("can_open") in (True, 1):
        return SHUT
    return OPEN if comments.get("can_close") in (True, 1) else ""


def sentence(commenting: str) -> str:
    """Why an answer under such a post has to be given by hand; "" when nothing is known against it."""
    return _SENTENCES.get(commenting, "")
