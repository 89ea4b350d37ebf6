"""What stands against an answer, known before anybody approves it: its network, and personal data that all would see.

Sentences are Russian.
"""

from datetime import datetime

from otklik.answers.exposing import stops
from otklik.answers.models import Answer
from otklik.answers.parts import cut
from otklik.answers.parts import objections as objections_to
from otklik.inbox.models import Message
from otklik.lib.sentence import Sentence as _
from otklik.networks.legal import silent
from otklik.networks.models import Source
from otklik.networks.registry import NETWORKS


def objections(answer: Answer) -> list[str]:
    """What stands against this text with its photos under the message that it answers; [] when nothing does."""
    photos = len(answer.photos.all()) if answer.pk else 0
    return against(answer.text, answer.reply_to.network, direct=answer.direct, photos=photos)


def against(text: str, kind: str, *, direct: bool, photos: int = 0) -> list[str]:
    """The same of a text that is no answer yet; `kind` is the network's. One that we do not know refuses nothing."""
    network = NETWORKS.get(kind)
    refused = objections_to(text, network.limits, direct=direct, photos=photos) if network else []
    return refused if direct else [*refused, *stops(text)]


def cuts(answer: Answer) -> list[str]:
    """The texts that this answer is said in, where it takes more than one; [] where it is said at once, or not at all.

    Its `reply_to` is looked at; no query.
    """
    network = NETWORKS.get(answer.reply_to.network)
    if network is None:
        return []
    limits, direct = network.limits, answer.direct
    pieces = cut(answer.text, limits.text_in(direct), limits.counting_in(direct), limits.parts)
    return list(pieces) if len(pieces) > 1 else []


def obstacles(message: Message, speaks: bool, now: datetime) -> list[str]:
    """Why an answer under this message can only be published by hand; shown before it is written.

    `speaks`: the law's switch lets answers out in this network. `message.source` is looked at.
    """
    network = NETWORKS.get(message.network)
    if network is None:
        return [message.closed or _("Эта сеть ещё не подключена: опубликуйте ответ вручную.")]
    reasons = [] if speaks else [silent(message.network)]
    if message.closed:
        reasons.append(message.closed)
    source, direct = message.source, message.place == Message.Place.DIRECT
    guest = source is not None and source.kind == Source.Kind.FOREIGN and not direct
    if source is not None and guest and source.guests_may_speak is False and not message.closed:
        reasons.append(_("В этом сообществе гости не отвечают: опубликуйте ответ вручную."))
    window = network.limits.direct_window
    if direct and window is not None and now - message.posted_at > window:
        hours = int(window.total_seconds() // 3600)
        reasons.append(
            _("Сеть берёт личный ответ не позже чем через %(hours)s ч после сообщения: опубликуйте его вручную.")
            % {"hours": hours}
        )
    return reasons
