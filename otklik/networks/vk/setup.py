"""Setting an account up: the callback server, the self-check, the names of people. Safe to repeat."""

from collections.abc import Callable, Mapping, Sequence

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, Json, KeyKind, Person, Right
from otklik.networks.errors import NeedsPerson, NetworkError, Permanent
from otklik.networks.values import mapping, mappings, number, text
from otklik.networks.vk import address as at
from otklik.networks.vk.client import (
    COMMUNITY,
    SERVICE,
    USER,
    VERSION,
    Parameter,
    ask,
    reader,
    token_or_person,
)
from otklik.networks.vk.pages import site_of
from otklik.networks.vk.parse import EVENTS
from otklik.networks.vk.view import person_of

KEYS: tuple[KeyKind, ...] = (
    KeyKind(
        COMMUNITY,
        _("Ключ сообщества"),
        _("слышит события и отвечает от имени сообщества"),
        _("Сообщество → Управление → Дополнительно → Работа с API → Ключи доступа"),
        15.0,
    ),
    KeyKind(
        SERVICE,
        _("Сервисный ключ"),
        _("читает стены и проверяет, дошёл ли ответ"),
        _("dev.vk.com → Мои приложения → приложение → Настройки → Сервисный ключ доступа"),
        2.5,
        needed=False,
    ),
    KeyKind(
        USER,
        _("Ключ пользователя"),
        _(
            "прикладывает фотографии, отвечает в чужих сообществах, под фотографиями и в обсуждениях; "
            "можно обойтись без него"
        ),
        _("Выдаётся администратору сообщества при входе в приложение с правами wall, photos и groups"),
        2.5,
        needed=False,
    ),
)
_TITLE = "Otklik"  # the network takes 14 characters
_LONGEST_SECRET = 50
_BATCH = 500
_NO_KEY = _("Чтобы подписаться на события, аккаунту ВКонтакте нужен ключ сообщества")


def confirmation_code(access: Access) -> str:
    """What our hook must answer when the network asks whether it is ours. To be kept before `subscribe`."""
    group = {"group_id": at.group_number(access.external_id)}
    token = token_or_person(access, (COMMUNITY, USER), _NO_KEY)
    return text(mapping(ask(access, token, "groups.getCallbackConfirmationCode", group).response).get("code"))


def subscribe(access: Access, hook: str) -> None:
    """The network asks the hook for the code as soon as the server is added, so the code must be ours by then."""
    if not access.secret or len(access.secret) > _LONGEST_SECRET:
        raise NeedsPerson(
            _("Секретный ключ уведомлений должен быть длиной от 1 до %(most)s знаков") % {"most": _LONGEST_SECRET}
        )
    code = confirmation_code(access)
    if code != access.confirmation:
        raise NeedsPerson(
            _("Впишите в аккаунт код подтверждения сервера «%(code)s» и повторите подписку") % {"code": code}
        )
    group: dict[str, Parameter] = {"group_id": at.group_number(access.external_id)}
    server = _server(access, group, hook)
    settings: dict[str, Parameter] = dict.fromkeys(EVENTS, True)
    _ask(access, "groups.setCallbackSettings", settings | group | {"server_id": server, "api_version": VERSION})


def _server(access: Access, group: Mapping[str, Parameter], hook: str) -> int:
    wanted: dict[str, Parameter] = {**group, "url": hook, "title": _TITLE, "secret_key": access.secret}
    there = mappings(mapping(_ask(access, "groups.getCallbackServers", group)).get("items"))
    same = next((server for server in there if server.get("url") == hook), None)
    if same is None:
        try:
            answer = _ask(access, "groups.addCallbackServer", wanted)
        except NetworkError as refusal:
            if refusal.code == "2000":
                raise Permanent(_("У сообщества уже десять серверов уведомлений: удалите лишний"), "2000") from None
            raise
        return number(mapping(answer).get("server_id")) or 0
    server_id = number(same.get("id")) or 0
    if same.get("secret_key") != access.secret or same.get("status") in ("unconfigured", "failed"):
        _ask(access, "groups.editCallbackServer", {**wanted, "server_id": server_id})
    return server_id


def _ask(access: Access, method: str, parameters: Mapping[str, Parameter]) -> Json:
    return ask(access, token_or_person(access, (COMMUNITY, USER), _NO_KEY), method, parameters).response


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself."""
    lines = [_tried(access, *check) for check in _CHECKS]
    lines += _permissions(access)
    if access.tokens.get(USER):
        lines.append(_tried(access, _("Ключ пользователя"), USER, _administrator, _NEW_USER_KEY))
    else:
        lines.append(
            Right(
                _("Ключ пользователя"),
                ok=True,
                advice=_(
                    "Не задан. Он нужен, только чтобы прикладывать фотографии к комментариям, отвечать гостем "
                    "в чужих сообществах, а в своём — под фотографиями, видео и в обсуждениях"
                ),
            )
        )
    return lines


def _community(access: Access) -> None:
    group = str(at.group_number(access.external_id))
    answer = ask(access, COMMUNITY, "groups.getById", {"group_id": group}).response
    groups = mappings(mapping(answer).get("groups")) or mappings(answer)
    if not any(str(number(item.get("id"))) == group for item in groups):
        raise NeedsPerson(_("Ключ выдан другому сообществу: проверьте номер сообщества"))


def _wall(access: Access) -> None:
    owner = -at.group_number(access.external_id)
    ask(access, SERVICE, "wall.get", {"owner_id": owner, "count": 1})


def _administrator(access: Access) -> None:
    """Whether its holder may speak for the community. Source: schema `groups_group.is_admin`, of the current user."""
    group = str(at.group_number(access.external_id))
    answer = ask(access, USER, "groups.getById", {"group_id": group, "fields": "is_admin"}).response
    groups = mappings(mapping(answer).get("groups")) or mappings(answer)
    if not any(item.get("is_admin") in (True, 1) for item in groups):
        raise NeedsPerson(_("Владелец ключа не администратор этого сообщества"))


_NEW_USER_KEY = _("Выдайте ключ пользователя заново от имени администратора сообщества")
_Check = tuple[str, str, Callable[[Access], None], str]
_CHECKS: Sequence[_Check] = (
    (
        _("Ключ сообщества"),
        COMMUNITY,
        _community,
        _("Создайте ключ: Управление → Дополнительно → Работа с API → Ключи доступа"),
    ),
    (
        _("Сервисный ключ: чтение стены"),
        SERVICE,
        _wall,
        _(
            "Создайте приложение на dev.vk.com и впишите его сервисный ключ: без него не прочесть стену "
            "и не проверить, опубликован ли ответ"
        ),
    ),
)


def _tried(access: Access, name: str, token: str, check: Callable[[Access], None], advice: str) -> Right:
    if not access.tokens.get(token):
        return Right(name, ok=False, advice=_("Не задан. %(advice)s") % {"advice": advice})
    try:
        check(access)
    except NetworkError as refusal:
        return Right(name, ok=False, advice=_("%(refusal)s. %(advice)s") % {"refusal": refusal, "advice": advice})
    return Right(name, ok=True)


_PERMISSIONS = {
    "manage": _("Право «управление сообществом»: подписка на события"),
    "messages": _("Право «сообщения»: личные ответы"),
    "photos": _("Право «фотографии»: фотографии в личных ответах"),
    "wall": _("Право «стена»: ответы под записями"),
}


def _permissions(access: Access) -> list[Right]:
    if not access.tokens.get(COMMUNITY):
        return []
    try:
        answer = ask(access, COMMUNITY, "groups.getTokenPermissions", {}).response
    except NetworkError as refusal:
        return [Right(_("Права ключа сообщества"), ok=False, advice=str(refusal))]
    permissions = {text(entry.get("name")) for entry in mappings(mapping(answer).get("permissions"))}
    advice = _("Создайте ключ сообщества заново и отметьте это право")
    return [
        Right(title, name in permissions, "" if name in permissions else advice) for name, title in _PERMISSIONS.items()
    ]


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names by addresses (`id5`, `club12`), in no special order; who is not known is left out."""
    token = token_or_person(access, (reader(access), COMMUNITY), _("У аккаунта ВКонтакте нет ни одного ключа"))
    owners = {owner for owner in map(at.owner_number, ids) if owner}
    people = _named(access, token, "users.get", "user_ids", sorted(owner for owner in owners if owner > 0))
    communities = sorted(-owner for owner in owners if owner < 0)
    groups = _named(access, token, "groups.getById", "group_ids", communities)
    site = site_of(access)
    return [
        person_of(sign * person_number, profile, site)
        for sign, profiles in ((1, people), (-1, groups))
        for profile in profiles
        if (person_number := number(profile.get("id"))) and person_number > 0
    ]


def _named(access: Access, token: str, method: str, parameter: str, numbers: list[int]) -> list[dict[str, Json]]:
    profiles: list[dict[str, Json]] = []
    for start in range(0, len(numbers), _BATCH):
        batch = [str(each) for each in numbers[start : start + _BATCH]]
        answer = ask(access, token, method, {parameter: batch}).response
        profiles += mappings(answer) or mappings(mapping(answer).get("groups"))
    return profiles
