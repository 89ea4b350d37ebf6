"""Which account speaks, and whether any may at all."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.expressions import Combinable

from otklik.answers.models import Answer
from otklik.inbox.models import Message
from otklik.lib.sentence import Sentence as _
from otklik.networks.models import Account, Source
from otklik.networks.registry import NETWORKS

NO_VOICE = _("Нет аккаунта, от имени которого можно ответить в этой сети.")
VOICE_AGAIN = timedelta(minutes=1)
"""How often an answer that nobody can say looks whether somebody can by now."""


def voice_for(answer: Answer) -> Account | None:
    """The account that says this answer; None while there is none."""
    return voice_under(answer.reply_to, answer.agency.path if answer.agency else "", direct=answer.direct)


def voice_under(message: Message, path: str, *, direct: bool) -> Account | None:
    """The account of the answering agency, or of the nearest one above it, or the region's own; in that network.

    `path` is the agency's, "" for none. In a dialogue only the account that was written to can answer, and so it is
    where the network lets no guest speak. One query beside the message's source.
    """
    return _choose(message, path, _accounts_in(message.network), direct=direct)


def voiceless(message: Message, paths: Iterable[str], *, direct: bool) -> set[str]:
    """Which of these agencies, by their paths, nobody could answer for under this message. Queries as above."""
    accounts = _accounts_in(message.network)
    return {path for path in paths if _choose(message, path, accounts, direct=direct) is None}


def some_voice(network: OuterRef, path: Combinable) -> Exists:
    """Inside a query: whether any account speaks in the network for the agency of this path, "" or NULL for none; where
    only whoever reads a place may answer there it is `reads_and_answers` that knows."""
    rows = Account.objects.filter(network=network, active=True).alias(whose=ExpressionWrapper(path, CharField()))
    return Exists(rows.filter(Q(agency=None) | Q(whose__startswith=F("agency__path"))))


def reads_and_answers(message: Message, active: bool | None, *, direct: bool) -> bool:
    """Whether the account that reads where this message stands is the one to answer. `active`: whether it works, None
    where there is none. No query beside the message's source."""
    source = message.source
    return source is not None and active is not None and (direct or (active and not _is_visited(source, message)))


def _accounts_in(network: str) -> dict[int, Account]:
    return {account.pk: account for account in Account.objects.filter(network=network).select_related("agency")}


def _choose(message: Message, path: str, accounts: Mapping[int, Account], *, direct: bool) -> Account | None:
    source = message.source
    reader = accounts.get(source.account_id) if source is not None else None
    if reader is not None and reads_and_answers(message, reader.active, direct=direct):
        return reader
    voices = [account for account in accounts.values() if account.active]
    fitting = [voice for voice in voices if voice.agency is None or path.startswith(voice.agency.path)]
    return max(fitting, key=lambda voice: (len(voice.agency.path) if voice.agency else 0, -voice.pk), default=None)


def _is_visited(source: Source, message: Message) -> bool:
    """Whether another account than the one that reads this place may answer this text."""
    network = NETWORKS.get(source.network)
    standing = source.kind in (Source.Kind.OWN, Source.Kind.FOREIGN)
    return network is None or not standing or network.visited(source.kind, message.external_id)
