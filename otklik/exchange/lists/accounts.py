"""Accounts: the voices in networks, with their keys. One is known by its network and its voice there.

Keys are tried in the network when the row is written, as on the page: an account whose keys do not fit is not made.
What a cell of a key holds is never quoted, and an account that is there keeps the keys that the file leaves empty.
"""

from collections.abc import Sequence
from datetime import datetime

from otklik.exchange.lists.known import Agencies
from otklik.exchange.lists.plan import Act, Invited, Kind, Line, Seen, nothing, of, turned
from otklik.exchange.lists.sheet import Column, Row
from otklik.networks import keeping as verbs
from otklik.networks.base import Network
from otklik.networks.keeping import AccountInput
from otklik.networks.models import Account
from otklik.networks.registry import NETWORKS
from otklik.people.models import Agency, User
from otklik.people.permissions import Permission

NETWORK, NUMBER, TITLE, AGENCY = "Сеть", "Адрес или номер", "Название", "Ведомство"
REGION = "весь регион"
SECRET = 2000


def columns() -> tuple[Column, ...]:
    keys = [
        Column(_key(network, kind.kind), f"{network.title}: {kind.title}", f"Где взять: {kind.where}.", limit=SECRET)
        for network in NETWORKS.values()
        for kind in network.keys
    ]
    networks = tuple(network.title for network in NETWORKS.values())
    return (
        Column("title", TITLE, "Как называть в списках.", "Пример: Администрация Сочи", required=True, limit=200),
        Column("network", NETWORK, "", networks[0], required=True, words=networks),
        Column("number", NUMBER, "Кто говорит: адрес сообщества или его номер.", "https://vk.com/adm_sochi",
               required=True, limit=400),
        Column("agency", AGENCY, f"Чей голос. Пусто: {REGION}.", ""),
        *keys,
    )  # fmt: skip


def _key(network: Network, kind: str) -> str:
    return f"{network.kind}.{kind}"


def plan(rows: Sequence[Row], by: User, at: datetime) -> list[Line]:
    """Two queries, and one for each account that is there. No network is asked."""
    agencies, seen = Agencies(), Seen()
    by_title = {network.title: network for network in NETWORKS.values()}
    return [_line(row, by_title.get(row["network"]), agencies, seen, by) for row in rows]


def _line(row: Row, network: Network | None, agencies: Agencies, seen: Seen, by: User) -> Line:
    agency = agencies.find(row, "agency", AGENCY)
    if network is None:
        return of(row, row["title"], None, nothing)
    number = network.account_id(row["number"])
    if not number:
        row.wrong(NUMBER, f"не разобрать. {network.id_hint}")
        return of(row, row["title"], None, nothing)
    seen.check(row, (network.kind, network.voice(number)), "этот аккаунт")
    here = verbs.namesake(network.kind, number)
    here = Account.objects.select_related("agency").defer("hook_secret").get(pk=here.pk) if here else None
    file_keys = {one.kind: key for one in network.keys if (key := row[_key(network, one.kind)])}
    keys = {kind: key for kind, key in file_keys.items() if here is None or not verbs.has_key(here, kind, key)}
    if here is None:
        for one in network.keys:
            if one.needed and one.kind not in keys:
                row.wrong(f"{network.title}: {one.title}", "без него аккаунт не работает")
    _check_foreign(row, network)
    account_input = AccountInput(row["title"], agency if row.has("agency") or here is None else here.agency)
    return of(
        row,
        row["title"],
        _changes(account_input, keys, network, here),
        _act(network.kind, number, account_input, keys, here, by),
    )


def _check_foreign(row: Row, network: Network) -> None:
    for other in NETWORKS.values():
        for one in other.keys:
            if other.kind != network.kind and row[_key(other, one.kind)]:
                row.wrong(f"{other.title}: {one.title}", "это ключ другой сети, чем в строке")


def _changes(
    account_input: AccountInput, keys: dict[str, str], network: Network, here: Account | None
) -> list[str] | None:
    if here is None:
        return None
    titles = {one.kind: one.title for one in network.keys}
    return [
        *turned(TITLE, here.title, account_input.title),
        *turned(AGENCY, _called(here.agency), _called(account_input.agency)),
        *(f"новый ключ: {titles[kind]}" for kind in keys),
    ]


def _called(agency: Agency | None) -> str:
    return agency.short_name if agency else REGION


def _act(
    network: str, number: str, account_input: AccountInput, keys: dict[str, str], here: Account | None, by: User
) -> Act:
    seen = verbs.seen(here) if here else ""

    def act(at: datetime) -> Invited | None:
        account = here or verbs.unsaved(network, number)
        if keys and (against := verbs.trouble_with(account, keys)):
            raise ValueError("ключи не подошли: " + "; ".join(" – ".join(filter(None, one)) for one in against))
        if here is None:
            verbs.add(account, account_input, keys, by, at)
            return None
        verbs.change(here, account_input, seen, by, at)
        for kind, secret in keys.items():
            verbs.give_key(here, kind, secret, by, at)
        return None

    return act


KIND = Kind("accounts", "Аккаунты", Permission.CONNECT, columns, plan)
