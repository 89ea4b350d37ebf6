"""Registering our address and what is pushed to it. Safe to repeat: what is there already is left alone.

Source: the network's pages on webhooks and on the X Activity API. Its answers to a new subscription have three
shapes; lists of them have one.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json
from otklik.networks.errors import NeedsPerson, Permanent
from otklik.networks.values import mapping, mappings, text
from otklik.networks.x import address as at
from otklik.networks.x.client import BEARER, SECRET, USER, ask, change, key_or_person

EVENTS = (
    "post.mention.create",
    "post.reply.create",
    "post.quote.create",
    "post.create",
    "post.delete",
    "dm.received",
    "dm.sent",
)
_LONGEST = 200
_MOST_PAGES = 5


def subscribe(access: Access, hook: str) -> None:
    """Ask for all events of our account at this address. The network checks the address while it is registered.

    Raises NeedsPerson when a person must do something first, or when some kinds of event were refused.
    """
    key_or_person(access, (BEARER,), _("Чтобы подписаться на уведомления, аккаунту X нужен ключ приложения"))
    key_or_person(access, (SECRET,), _("Чтобы подписаться на уведомления, аккаунту X нужен секрет приложения"))
    key = key_or_person(access, (USER,), _("Чтобы подписаться на уведомления, аккаунту X нужен ключ пользователя"))
    _check_address(access, hook)
    webhook = _registered(access, hook)
    known = [each for each in _subscriptions(access) if _whose(each) == access.external_id]
    wanted = [kind for kind in EVENTS if access.options.get("dm") is not False or not kind.startswith("dm.")]
    refused = [kind for kind in wanted if not _subscribed(access, key, webhook, kind, known)]
    if refused:
        raise NeedsPerson(
            _("X не дала подписаться на события %(kinds)s: проверьте права ключа пользователя")
            % {"kinds": ", ".join(refused)}
        )


def _check_address(access: Access, hook: str) -> None:
    """What the real network would refuse; a training installation speaks to itself over plain http."""
    try:
        parts = urlsplit(hook)
        port = parts.port
    except ValueError:
        raise NeedsPerson(_("Адрес для уведомлений X не разобрать")) from None
    real = access.base.startswith("https:")
    if len(hook) > _LONGEST or (real and (parts.scheme != "https" or port is not None)):
        raise NeedsPerson(_("X шлёт уведомления только на адрес https без порта, не длиннее 200 знаков"))


def _registered(access: Access, hook: str) -> str:
    there = mappings(ask(access, BEARER, "/2/webhooks").value.get("data"))
    same = next((each for each in there if each.get("url") == hook), None)
    try:
        if same is None:
            webhook = change(access, BEARER, "POST", "/2/webhooks", {"url": hook}).value.get("data")
            same = next(iter(mappings([webhook])), {})
        elif same.get("valid") is not True:
            change(access, BEARER, "PUT", f"/2/webhooks/{at.number(same.get('id'))}", {})
    except Permanent as refusal:
        raise NeedsPerson(
            _(
                "X не приняла адрес для уведомлений: он должен открываться из интернета по https, "
                "а секрет приложения в аккаунте быть верным"
            ),
            refusal.code,
        ) from None
    number = at.number(same.get("id"))
    if not number:
        raise NeedsPerson(_("X не назвала номер адреса для уведомлений: повторите подписку"))
    return number


def _subscriptions(access: Access) -> list[Mapping[str, Any]]:
    subscriptions: list[Mapping[str, Any]] = []
    query = {"max_results": "1000"}
    for _turn in range(_MOST_PAGES):
        value = ask(access, BEARER, "/2/activity/subscriptions", query).value
        subscriptions += subscriptions_in(value)
        token = text(mapping(value.get("meta")).get("next_token"), 500)
        if not token:
            break
        query["pagination_token"] = token
    return subscriptions


def subscriptions_in(value: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """`data[]`, `data{}` and `data.subscription{}` all occur."""
    data = value.get("data")
    if isinstance(data, dict):
        inside = data.get("subscription", data.get("subscriptions", data))
        return list(mappings(inside if isinstance(inside, list) else [inside]))
    return list(mappings(data))


def _whose(subscription: Mapping[str, Any]) -> str:
    return at.number(mapping(subscription.get("filter")).get("user_id"))


def _subscribed(access: Access, key: str, webhook: str, kind: str, known: list[Mapping[str, Any]]) -> bool:
    same = [each for each in known if each.get("event_type") == kind]
    if any(each.get("webhook_id") == webhook for each in same):
        return True
    body: dict[str, Json] = {"webhook_id": webhook}
    try:
        if same and at.number(same[0].get("subscription_id")):
            path = f"/2/activity/subscriptions/{at.number(same[0].get('subscription_id'))}"
            change(access, BEARER, "PUT", path, body)
        else:
            asked: dict[str, Json] = {"event_type": kind, "filter": {"user_id": access.external_id}, **body}
            change(access, key, "POST", "/2/activity/subscriptions", asked)
    except Permanent:
        return False
    return True
