"""Telegram as a network of the contract: each verb is one module beside this one."""

from datetime import datetime

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, CannotTell, Fetched, Law, Published, ReadPlace, Speech
from otklik.networks.connector import Connector
from otklik.networks.telegram import address as at
from otklik.networks.telegram import files, heard, parse, pasted, poll, setup, speak, watch
from otklik.networks.telegram.client import TITLE

_NO_HISTORY = _("Telegram не показывает боту, что уже написано: откройте ветку и посмотрите, стоит ли там ответ")


def _own(access: Access, place: ReadPlace, now: datetime) -> Fetched:
    read = poll.look_at_pushes if access.options.get("push") is True else poll.poll
    return read(access, place, now)


class Telegram(Connector):
    """`Access.external_id` is the bot's number ("123456789"); its one token is "bot"."""

    kind = "telegram"
    title = TITLE
    base = "https://api.telegram.org"
    prefix = "telegram"
    icon = "brand-telegram"
    hosts: tuple[str, ...] = ("t.me", "telegram.me", "telegram.dog", "tg:")
    numbered = "tg:{}"
    law = Law(
        speak=False,
        why=_(
            "Закон 41-ФЗ от 01.04.2025 запрещает государственным и муниципальным органам общаться с гражданами "
            "через иностранные мессенджеры: читать открытые каналы и отвечать в них решает юрист."
        ),
    )
    keys = setup.KEYS
    id_hint: str = _("Например 123456: число перед двоеточием в ключе бота")
    tells_once = True
    file_prefix = "tg-file:"
    places = {"own": _own, "foreign": watch.watch}
    reads = frozenset(places)
    not_read = _("Telegram не даёт боту ни искать, ни читать написанное раньше: он слышит только новое")
    limits = speak.LIMITS

    authentic = staticmethod(heard.authentic)
    answer_to = staticmethod(heard.answer_to)
    raw = staticmethod(heard.heard)
    account_id = staticmethod(at.bot_number)
    parse = staticmethod(parse.parse)
    publish = staticmethod(speak.publish)
    subscribe = staticmethod(setup.subscribe)
    rights = staticmethod(setup.rights)
    authors = staticmethod(setup.authors)
    address_of = staticmethod(pasted.address_of)
    media = staticmethod(files.media)
    address_beside = staticmethod(pasted.address_beside)

    def place_id(self, typed: str) -> str:
        number, name = at.place_number(typed), at.user_name(typed)
        return at.author_id(number) if number < 0 else f"@{name}" if name else ""

    def find(self, access: Access, speech: Speech) -> Published | CannotTell | None:
        return CannotTell(_NO_HISTORY)

    def replies(self, access: Access, speech: Speech) -> frozenset[str]:
        return frozenset()

    def voice(self, external_id: str) -> str:
        return at.author_id(int(at.bot_number(external_id) or 0))
