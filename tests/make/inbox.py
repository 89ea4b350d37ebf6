"""Accounts, what is read, and what was written there."""

from datetime import datetime
from itertools import count

from django.utils import timezone

from otklik.inbox.models import Author, Message, Thread
from otklik.lib.text import fold
from otklik.networks.models import Account, Source, Token

TEXT = "Третий день нет воды на улице Мира, 5! Дома маленькие дети. Когда починят трубу?"
_NUMBERS = count(1001)


def account(
    network: str = "vk", external_id: str = "1", tokens: dict[str, str] | None = None, **more: object
) -> Account:
    """A voice of the sandbox. `tokens`: secrets by their kind."""
    made = Account.objects.create(
        network=network, external_id=external_id, **{"title": "Город отвечает", "sandbox": True, **more}
    )
    for kind, secret in (tokens or {}).items():
        Token.objects.create(account=made, kind=kind, secret=secret, per_second=1000)
    return made


def source(voice: Account | None = None, external_id: str = "", **more: object) -> Source:
    """A community read with that voice: its own one unless another kind is named. Nothing is due."""
    voice = voice or account()
    fields = {"kind": Source.Kind.OWN, "title": "Подслушано Город", "network": voice.network, **more}
    return Source.objects.create(account=voice, external_id=external_id or voice.external_id, **fields)


def author(name: str = "", network: str = "vk", **more: object) -> Author:
    number = next(_NUMBERS)
    url = f"https://vk.com/id{number}" if network == "vk" else ""
    fields = {"external_id": str(number), "name": name or f"Анна Жилина {number}", "url": url, **more}
    return Author.objects.create(network=network, **fields)


def thread(source: Source | None = None, network: str = "vk", **more: object) -> Thread:
    return Thread.objects.create(network=network, source=source, **{"external_id": f"wall-1_{next(_NUMBERS)}", **more})


def message(
    text: str = TEXT,
    *,
    at: datetime | None = None,
    author: Author | None = None,
    thread: Thread | None = None,
    source: Source | None = None,
    **more: object,
) -> Message:
    """A citizen's comment, in a thread of its own and by an author of its own unless they are named; nothing is due."""
    number = next(_NUMBERS)
    at = at or timezone.now()
    network = str(more.pop("network", "vk"))
    thread = thread or _thread(source, network)
    address = str(more.pop("external_id", f"{thread.external_id}?reply={number}"))
    fields = {"place": Message.Place.COMMENT, "url": f"https://vk.com/{address}", "folded": fold(text), **more}
    return Message.objects.create(
        network=network,
        external_id=address,
        text=text,
        thread=thread,
        author=author or _author(network=network),
        source=source,
        **{"posted_at": at, "captured_at": at, **fields},
    )


_author, _thread = author, thread  # `message` takes one of each by these names
