"""Sources: what is read, and by whose keys. One is known by its network, kind and address."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from otklik.exchange.lists.known import WHOLE, Places
from otklik.exchange.lists.plan import Act, Invited, Kind, Line, Seen, nothing, of, turned
from otklik.exchange.lists.russian import in_russian
from otklik.exchange.lists.sheet import Column, Row
from otklik.lib.text import fold
from otklik.networks import reading as verbs
from otklik.networks.models import Account, Source
from otklik.networks.reading import SourceInput
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.people.permissions import Permission

NETWORK, ACCOUNT, WHAT, ADDRESS = "Сеть", "Аккаунт", "Что это", "Адрес"
TITLE, WHERE, GUESTS = "Название", "Где живут их люди", "Гости"
_KINDS = (Source.Kind.OWN, Source.Kind.FOREIGN, Source.Kind.SEARCH)
_GUESTS: dict[str, bool] = {"отвечают": True, "не отвечают": False}
_UNKNOWN = "неизвестно"


def kinds() -> dict[str, str]:
    return in_russian((kind.value, kind.label) for kind in _KINDS)


def columns() -> tuple[Column, ...]:
    networks = tuple(network.title for network in NETWORKS.values())
    return (
        Column("address", ADDRESS, "Адрес сообщества или слова для поиска. По нему мы узнаём источник.",
               "Пример: https://vk.com/podslushano_sochi", required=True, limit=400),
        Column("network", NETWORK, "", "ВКонтакте", required=True, words=networks),
        Column("account", ACCOUNT, "Чьими ключами читать: название аккаунта на странице «Аккаунты».",
               "Администрация Сочи", required=True, limit=200),
        Column("kind", WHAT, "", "чужое сообщество", required=True, words=tuple(kinds())),
        Column("title", TITLE, "Как называть в списках и на карточках. Пусто: как в адресе.", "Подслушано", limit=200),
        Column("where", WHERE, f"Муниципалитет. Пусто: {WHOLE}.", "Сочи", limit=200),
        Column("guests", GUESTS, f"Пусто: {_UNKNOWN}.", "", words=tuple(_GUESTS)),
    )  # fmt: skip


class Known:
    """Accounts by network and title, and sources by network, kind and either of their names."""

    def __init__(self) -> None:
        self.by_title = {network.title: network for network in NETWORKS.values()}
        self.kinds = kinds()
        self._accounts: defaultdict[tuple[str, str], list[Account]] = defaultdict(list)
        for one in Account.objects.filter(active=True).defer("options", "hook_secret"):
            self._accounts[one.network, fold(one.title)].append(one)
        self.sources: dict[tuple[str, str, str], Source] = {}
        for source in Source.objects.select_related("place").order_by("-pk"):
            for name in (source.external_id, source.name):
                if name:
                    self.sources[source.network, source.kind, name] = source

    def account(self, row: Row, network: str) -> Account | None:
        namesakes = self._accounts[network, fold(row["account"])]
        if len(namesakes) != 1:
            row.wrong(ACCOUNT, "так называются несколько аккаунтов" if namesakes else "такого аккаунта в этой сети нет")
            return None
        return namesakes[0]


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Three queries."""
    places, known, seen = Places(), Known(), Seen()
    return [_line(row, places, known, seen, by) for row in rows]


def _line(row: Row, places: Places, known: Known, seen: Seen, by: User) -> Line:
    network, kind = known.by_title.get(row["network"]), known.kinds.get(row["kind"], "")
    where = places.find(row, "where", WHERE)
    if network is None or not kind:
        return of(row, row["address"], None, nothing)
    account = known.account(row, network.kind)
    place = row["address"] if kind == Source.Kind.SEARCH else network.place_id(row["address"])
    if kind not in network.reads:
        row.wrong(WHAT, "этого в этой сети читать нельзя")
    elif not place:
        row.wrong(ADDRESS, "не разобрать: нужен адрес сообщества в этой сети")
    else:
        seen.check(row, (network.kind, kind, place), "этот источник")
    if account is None or row.errors:
        return of(row, row["address"], None, nothing)
    here = known.sources.get((network.kind, kind, place[:250]))
    current = SourceInput(here.title, here.place, here.guests_may_speak) if here else SourceInput(place[:200], where)
    source_input = SourceInput(
        row["title"] or current.title,
        where if row.has("where") else current.place,
        _GUESTS.get(row["guests"]) if row.has("guests") else current.guests_may_speak,
    )
    return of(
        row,
        source_input.title,
        _changes(source_input, current) if here else None,
        _act(row, source_input, here, (account, kind, place), by),
    )


def _changes(source_input: SourceInput, was: SourceInput) -> list[str]:
    words = {True: "отвечают", False: "не отвечают", None: _UNKNOWN}
    return [
        *turned(TITLE, was.title, source_input.title),
        *turned(WHERE, was.place or WHOLE, source_input.place or WHOLE),
        *turned(GUESTS, words[was.guests_may_speak], words[source_input.guests_may_speak]),
    ]


def _act(row: Row, source_input: SourceInput, here: Source | None, where: tuple[Account, str, str], by: User) -> Act:
    account, kind, place = where

    def act(at: datetime) -> Invited | None:
        source = here
        if source is None:
            url = row["address"] if "/" in row["address"] else ""
            verbs.add(account, kind, [(place[:250], url)], source_input.place, by, at)
            source = Source.objects.get(network=account.network, kind=kind, external_id=place[:250])
        verbs.change(source, source_input, verbs.seen(source), by, at)
        return None

    return act


KIND = Kind("sources", "Источники", Permission.CONNECT, columns, plan)
