"""Setting an account up: keys, the self-check, the names of people."""

from collections.abc import Callable, Sequence

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, KeyKind, Person, Right
from otklik.networks.errors import NeedsPerson, NetworkError, RetryAt
from otklik.networks.values import mapping, mappings
from otklik.networks.x import address as at
from otklik.networks.x import fields
from otklik.networks.x.client import BEARER, CLIENT, CLIENT_SECRET, REFRESH, SECRET, USER, ask, reader, site_of
from otklik.networks.x.people import person_of
from otklik.networks.x.signing import keys_in

KEYS: tuple[KeyKind, ...] = (
    KeyKind(
        BEARER,
        _("Ключ приложения (Bearer Token)"),
        _("читает упоминания и поиск, подписывает на уведомления"),
        _("Developer Console → приложение → Keys and tokens → Bearer Token"),
        1.0,
    ),
    KeyKind(
        USER,
        _("Ключ пользователя"),
        _("отвечает от имени аккаунта, читает и пишет личные сообщения"),
        _(
            "Developer Console → приложение → Keys and tokens: API Key, API Key Secret, Access Token и Access Token "
            "Secret с правом Read and write and Direct message, в одну строку через двоеточие. Или Access Token "
            "OAuth 2.0 из ответа X на разрешение владельца: он живёт два часа, поэтому запишите и ключ продления"
        ),
        1.0,
    ),
    KeyKind(
        SECRET,
        _("Секрет приложения (Consumer Secret)"),
        _("проверяет подпись уведомлений, без них не нужен"),
        _("Developer Console → приложение → Keys and tokens → API Key and Secret"),
        1.0,
        needed=False,
    ),
    KeyKind(
        CLIENT,
        _("Client ID приложения (OAuth 2.0)"),
        _("называет приложение, когда продлевается ключ пользователя OAuth 2.0; со старыми четырьмя ключами не нужен"),
        _("Developer Console → приложение → Keys and tokens → OAuth 2.0 Client ID and Client Secret"),
        1.0,
        needed=False,
    ),
    KeyKind(
        CLIENT_SECRET,
        _("Client Secret приложения (OAuth 2.0)"),
        _("подтверждает приложение при продлении; у приложений Native App и Single page App его нет"),
        _("Developer Console → приложение → Keys and tokens → OAuth 2.0 Client ID and Client Secret"),
        1.0,
        needed=False,
    ),
    KeyKind(
        REFRESH,
        _("Ключ продления (Refresh Token)"),
        _("раз в два часа получает новый ключ пользователя OAuth 2.0; сам он действует один раз, следующий запишем мы"),
        _("приходит вместе с Access Token, если владелец аккаунта разрешил приложению и offline.access"),
        1.0,
        needed=False,
    ),
)
_BATCH = 100


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself where it can be."""
    lines = [_tried(access, *check) for check in _CHECKS]
    if access.options.get("dm") is not False:
        lines.append(_tried(access, *_MESSAGES))
    lines.append(_secret(access))
    lines += _life(access)
    if access.options.get("push") is True and access.tokens.get(BEARER):
        lines.append(_tried(access, _("Уведомления"), BEARER, _hook, _("Повторите подписку на уведомления")))
    return lines


def _account(access: Access) -> None:
    ask(access, BEARER, f"/2/users/{access.external_id}", fields.PEOPLE)


def _me(access: Access) -> None:
    profile = mapping(ask(access, USER, "/2/users/me", fields.PEOPLE).value.get("data"))
    if profile.get("id") != access.external_id:
        raise NeedsPerson(_("Ключ выдан другому аккаунту: проверьте номер аккаунта"))


def _messages(access: Access) -> None:
    ask(access, USER, "/2/dm_events", {"max_results": "1"}, rest=False)


def _hook(access: Access) -> None:
    there = mappings(ask(access, BEARER, "/2/webhooks").value.get("data"))
    if not any(hook.get("valid") is True for hook in there):
        raise NeedsPerson(_("X не шлёт нам уведомлений: ни один адрес не прошёл её проверки"))


_Check = tuple[str, str, Callable[[Access], None], str]
_CHECKS: Sequence[_Check] = (
    (
        _("Ключ приложения: чтение"),
        BEARER,
        _account,
        _("Скопируйте Bearer Token приложения в Developer Console"),
    ),
    (
        _("Ключ пользователя: ответы"),
        USER,
        _me,
        _("Создайте Access Token владельца аккаунта с правом Read and write and Direct message"),
    ),
)
_MORTAL = _(
    "Ключ OAuth 2.0 живёт два часа: запишите Client ID, а у приложения с секретом и Client Secret, и ключ продления. "
    "Или запишите четыре старых ключа, они не кончаются"
)
_MESSAGES: _Check = (
    _("Ключ пользователя: личные сообщения"),
    USER,
    _messages,
    _("Дайте приложению право на личные сообщения или выключите их в настройках аккаунта"),
)


def _tried(access: Access, name: str, token: str, check: Callable[[Access], None], advice: str) -> Right:
    if not access.tokens.get(token):
        return Right(name, ok=False, advice=_("Не задан. %(advice)s") % {"advice": advice})
    try:
        check(access)
    except RetryAt as later:
        return Right(name, ok=True, advice=_("Сейчас не проверить: %(later)s") % {"later": later})
    except NetworkError as refusal:
        return Right(name, ok=False, advice=_("%(refusal)s. %(advice)s") % {"refusal": refusal, "advice": advice})
    return Right(name, ok=True)


def _secret(access: Access) -> Right:
    """There is no call that would try it: only the network's own check of our address does."""
    secret, pushed = access.tokens.get(SECRET, ""), access.options.get("push") is True
    if not secret:
        advice = _("Не задан. Без него не принять уведомлений: сообщения будут приходить опросом")
        return Right(_("Секрет приложения: уведомления"), ok=not pushed, advice=advice)
    if secret.split() != [secret]:
        return Right(
            _("Секрет приложения: уведомления"), ok=False, advice=_("В секрете есть пробелы: скопируйте его заново")
        )
    return Right(_("Секрет приложения: уведомления"), ok=True)


def _life(access: Access) -> list[Right]:
    """Whether a user's OAuth 2.0 key goes on. Nothing is asked: to try the key that renews it would use it up."""
    user = access.tokens.get(USER, "")
    if not user or keys_in(user) is not None:
        return []
    wanted = [kind for kind in (REFRESH, CLIENT) if not access.tokens.get(kind)]
    return [Right(_("Ключ пользователя: продление"), ok=True, advice=_MORTAL if wanted else "")]


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names by numbers, in no special order; who is not known is left out. [] when the account cannot read at all."""
    key = reader(access)
    if not key:
        if access.tokens:
            return []  # the consumer secret asks for nothing
        raise NeedsPerson(_("У аккаунта X нет ни одного ключа"))
    wanted = sorted({at.number(each) for each in ids} - {""}, key=int)
    people: list[Person] = []
    site = site_of(access)
    for start in range(0, len(wanted), _BATCH):
        batch = ",".join(wanted[start : start + _BATCH])
        for user in mappings(ask(access, key, "/2/users", {"ids": batch, **fields.PEOPLE}).value.get("data")):
            number = at.number(user.get("id"))
            if number:
                people.append(person_of(user, number, site))
    return people
