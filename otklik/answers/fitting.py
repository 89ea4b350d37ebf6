"""What the network of a message would not take, known before anybody approves it. Sentences are Russian."""

from datetime import datetime

from otklik.answers.models import Answer
from otklik.inbox.models import Message
from otklik.networks import counting
from otklik.networks.legal import silent
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS


def objections(answer: Answer) -> list[str]:
    """What stands against this text with its photos under the message that it answers; [] when nothing does."""
    network = NETWORKS.get(answer.reply_to.network)
    if network is None:
        return []
    photos = len(answer.photos.all()) if answer.pk else 0
    return counting.objections(answer.text, network.limits, direct=answer.direct, photos=photos)


def obstacles(message: Message, speaks: bool, now: datetime) -> list[str]:
    """Why an answer under this message can only be published by hand, told before it is written.

    `speaks`: the law's switch lets answers out in this network. `message.source` is looked at.
    """
    network = NETWORKS.get(message.network)
    if network is None:
        return [message.closed or "Эта сеть ещё не подключена: опубликуйте ответ вручную."]
    found = [] if speaks else [silent(message.network)]
    if message.closed:
        found.append(message.closed)
    source, direct = message.source, message.place == Message.Place.DIRECT
    if source is not None and source.kind == Source.Kind.FOREIGN and source.guests_may_speak is False and not direct:
        found.append("В этом сообществе гости не отвечают: опубликуйте ответ вручную.")
    window = network.limits.direct_window
    if direct and window is not None and now - message.posted_at > window:
        hours = int(window.total_seconds() // 3600)
        found.append(f"Сеть берёт личный ответ не позже чем через {hours} ч после сообщения: опубликуйте его вручную.")
    return found
