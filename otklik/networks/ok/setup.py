"""Setting an account up: the webhook of private messages, the self-check, the names of people. Safe to repeat."""

from collections.abc import Callable

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, KeyKind, Person, Right
from otklik.networks.errors import Broken, NeedsPerson, NetworkError, NotSupported, Permanent
from otklik.networks.ok import address as at
from otklik.networks.ok.client import ACCESS, APPLICATION, GROUP, SECRET, ask, bot_ask, bot_tell, has_rest, site_of
from otklik.networks.ok.failures import UNKNOWN_METHOD
from otklik.networks.ok.hook import with_group
from otklik.networks.ok.parse import person_of
from otklik.networks.ok.speak import METHOD
from otklik.networks.ok.stream import me
from otklik.networks.values import mapping, mappings, text

_APPLICATION = _("Страница приложения на ok.ru → Настройки; те же значения приходят письмом при регистрации приложения")
KEYS: tuple[KeyKind, ...] = (
    KeyKind(APPLICATION, _("Публичный ключ приложения"), _("подписывает обращения вместе с секретным"), _APPLICATION),
    KeyKind(
        SECRET, _("Секретный ключ приложения"), _("подписывает обращения, сам никуда не отправляется"), _APPLICATION
    ),
    KeyKind(
        ACCESS,
        _("Ключ администратора"),
        _("читает темы и комментарии и отвечает от имени группы"),
        _(
            "Выдаётся администратору группы при входе в приложение с правами VALUABLE_ACCESS, GROUP_CONTENT и "
            "LONG_ACCESS_TOKEN: с последним ключ живёт 30 дней и каждым обращением продлевается сам"
        ),
    ),
    KeyKind(
        GROUP,
        _("Ключ группы"),
        _("слышит личные сообщения группе и отвечает на них, можно обойтись без него"),
        _(
            "Группа → Настройки → Сообщения → Ключ доступа; новый ключ отменяет прежний. Живёт 30 дней и каждым "
            "обращением продлевается сам"
        ),
        needed=False,
    ),
)
_BATCH = 100
LONG = "LONG_ACCESS_TOKEN"  # the network's page of rights: a key lives 30 days from the last call made with it
_LIFE = _("Срок ключа администратора")
_SHORT_LIVED = _(
    "Права LONG_ACCESS_TOKEN нет: без него ключ, полученный входом, скоро кончится. Запросите право письмом на "
    "api-support@ok.ru и получите ключ заново; дальше он продлевается сам, пока система работает"
)
_NOT_SET = _("Не задан. Впишите его в настройках аккаунта")
_OWNERS = ("ADMIN", "MODERATOR")


def subscribe(access: Access, hook: str) -> None:
    """Private messages are pushed; comments are not, and nothing has to be done for them."""
    if not access.tokens.get(GROUP):
        raise NotSupported(_("Одноклассники присылают только личные сообщения: для них нужен ключ группы"))
    address = with_group(hook, access.external_id)
    listed = mappings(mapping(bot_ask(access, "subscriptions").value).get("subscriptions"))
    if any(each.get("url") == address for each in listed):
        return
    answer = mapping(bot_tell(access, "subscribe", {"url": address}, seen=False).value)
    if answer.get("success") is not True:
        raise Permanent(_("Одноклассники не приняли адрес для личных сообщений"))


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself.

    A signed call needs three keys at once: while one is missing, the others cannot be tried.
    """
    lines = [
        Right(key.title, ok=False, advice=_NOT_SET)
        for key in KEYS
        if key.kind != GROUP and not access.tokens.get(key.kind)
    ]
    if has_rest(access):
        lines += _signed(access)
    if not access.tokens.get(GROUP):
        return [*lines, Right(_("Ключ группы"), ok=True, advice=_("Не задан. Он нужен только для личных сообщений"))]
    return [
        *lines,
        _tried(_("Ключ группы: личные сообщения"), lambda: _bot(access), _("Создайте ключ в настройках группы")),
    ]


def _signed(access: Access) -> list[Right]:
    advice = _("Проверьте ключи приложения и получите ключ администратора заново")
    entered = _tried(_("Вход: ключи приложения и администратора"), lambda: _whoami(access), advice)
    if not entered.ok:
        return [entered]
    lines = [entered]
    for right in ("VALUABLE_ACCESS", "GROUP_CONTENT"):
        asked = _("Запросите право письмом на api-support@ok.ru и получите ключ администратора заново")
        lines.append(
            _tried(
                _("Право приложения %(right)s") % {"right": right}, lambda name=right: _permission(access, name), asked
            )
        )
    lines += _life(access)
    admin = _("Назначьте владельца ключа администратором группы")
    lines.append(_tried(_("Администратор группы"), lambda: _admin(access), admin))
    lines.append(
        _tried(_("Чтение тем группы"), lambda: _stream(access), _("Проверьте номер группы и права приложения"))
    )
    hand = _("Отвечайте вручную по ссылке: опубликованный ответ система найдёт сама")
    lines.append(_tried(_("Ответы в комментариях"), lambda: _answering(access), hand))
    return lines


def _tried(name: str, check: Callable[..., None], advice: str) -> Right:
    try:
        check()
    except NetworkError as refusal:
        return Right(name, ok=False, advice=_("%(refusal)s. %(advice)s") % {"refusal": refusal, "advice": advice})
    return Right(name, ok=True)


def _whoami(access: Access) -> None:
    if not me(access):
        raise NeedsPerson(_("Одноклассники не назвали владельца ключа"))


def _permission(access: Access, name: str) -> None:
    permission = ask(access, "users.hasAppPermission", {"ext_perm": name}).value
    if permission is False or mapping(permission).get("success") is False:
        raise NeedsPerson(_("У приложения нет этого права"))


def _life(access: Access) -> list[Right]:
    """Whether the administrator's key prolongs itself. Only a key's owner knows how it was made, so a missing right is
    no fault of the account: a key of another kind may well go on."""
    try:
        _permission(access, LONG)
    except NeedsPerson:
        return [Right(_LIFE, ok=True, advice=_SHORT_LIVED)]
    except NetworkError:
        return []  # the lines before this one tell already what is wrong
    return [Right(_LIFE, ok=True)]


def _admin(access: Access) -> None:
    asked = {"group_id": access.external_id, "uids": me(access)}
    memberships = mappings(ask(access, "group.getUserGroupsByIds", asked).value)
    if not any(text(each.get("status")).upper() in _OWNERS for each in memberships):
        raise NeedsPerson(_("Владелец ключа не администратор этой группы"))


def _stream(access: Access) -> None:
    ask(access, "stream.get", {"gid": access.external_id, "patterns": "POST", "count": 1})


def _answering(access: Access) -> None:
    """Whether the method is there at all: called without a place and a text it can only be refused."""
    try:
        ask(access, METHOD, {})
    except Broken as refusal:
        if refusal.code == UNKNOWN_METHOD:
            raise NeedsPerson(_("Одноклассники не берут ответы от программ")) from None
        raise
    except Permanent:
        return


def _bot(access: Access) -> None:
    group = text(mapping(bot_ask(access, "info").value).get("group_id"))
    if group.removeprefix("group:") != access.external_id:
        raise NeedsPerson(_("Ключ выдан другой группе: проверьте номер группы"))


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names by author ids ("user:5", "group:12"), in no special order; who is not known is left out."""
    if not has_rest(access):
        return []  # without all keys nobody can be asked; the self-check says which of them is missing
    people: list[Person] = []
    for kind, method in (("user", "users.getInfo"), ("group", "group.getInfo")):
        numbers = sorted({number for author_kind, number in map(at.author_of, ids) if author_kind == kind})
        for start in range(0, len(numbers), _BATCH):
            asked = {"uids": numbers[start : start + _BATCH], "fields": "uid,name,first_name,last_name"}
            if kind == "group":
                asked["fields"] = "uid,name"
            profiles = mappings(ask(access, method, asked).value)
            named = [person_of(kind, profile, site_of(access)) for profile in profiles]
            people += [person for person in named if person]
    return people
