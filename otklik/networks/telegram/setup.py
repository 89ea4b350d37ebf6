"""Setting an account up: the webhook, the self-check, the names of people. Safe to repeat."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, KeyKind, Person, Right
from otklik.networks.errors import AuthLost, NeedsPerson, NetworkError, Permanent
from otklik.networks.telegram import address as at
from otklik.networks.telegram.client import BOT, ask, site_of
from otklik.networks.telegram.heard import BOT_IN_HOOK, OURS_IN_HOOK, POSTS_IN_HOOK, context_of
from otklik.networks.telegram.poll import wanted
from otklik.networks.telegram.senders import person_of
from otklik.networks.values import mapping, number, text

KEYS: tuple[KeyKind, ...] = (
    KeyKind(
        BOT,
        _("Ключ бота"),
        _("слышит чаты, в которых состоит бот, и отвечает от его имени"),
        _("Telegram → @BotFather → /newbot, а для готового бота /token"),
        25.0,
    ),
)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ADVICE = _("Скопируйте ключ у @BotFather целиком: /mybots → бот → API Token")
_PRIVACY = _(
    "Бот услышит в группах только ответы себе. Выключите у @BotFather режим приватности (/setprivacy → Disable) "
    "и добавьте бота в группы заново"
)
_KEY, _ALL_MESSAGES, _GROUPS = _("Ключ бота"), _("Чтение всех сообщений группы"), _("Вступление в группы")
_WAY = _("Как приходят сообщения")


def subscribe(access: Access, hook: str) -> None:
    """The network pushes to this address from now on, with our secret in a header; what waits is not dropped."""
    if not _SECRET.fullmatch(access.secret):
        raise NeedsPerson(_("Секрет вебхука должен быть от 1 до 256 знаков: латинские буквы, цифры, _ и -"))
    ask(
        access,
        "setWebhook",
        {"url": hook_address(access, hook), "secret_token": access.secret, "allowed_updates": wanted(access)},
    )


def hook_address(access: Access, hook: str) -> str:
    """Our address with what updates do not say of themselves."""
    parts = urlsplit(hook)
    query = [pair for pair in parse_qsl(parts.query) if pair[0] not in (BOT_IN_HOOK, POSTS_IN_HOOK, OURS_IN_HOOK)]
    return parts._replace(query=urlencode([*query, *context_of(access).items()])).geturl()


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself."""
    if not access.tokens.get(BOT):
        return [Right(_KEY, ok=False, advice=_("Не задан. %(advice)s") % {"advice": _ADVICE})]
    try:
        bot_profile = mapping(ask(access, "getMe", {}))
    except NetworkError as refusal:
        return [Right(_KEY, ok=False, advice=_("%(refusal)s. %(advice)s") % {"refusal": refusal, "advice": _ADVICE})]
    if str(number(bot_profile.get("id"))) != at.bot_number(access.external_id):
        return [Right(_KEY, ok=False, advice=_("Ключ выдан другому боту: проверьте номер аккаунта"))]
    return [
        Right(_KEY, ok=True),
        _flag(
            _GROUPS,
            bot_profile.get("can_join_groups"),
            _("Разрешите боту вступать в группы: @BotFather → /setjoingroups"),
        ),
        _flag(_ALL_MESSAGES, bot_profile.get("can_read_all_group_messages"), _PRIVACY),
        _way(access),
    ]


def _flag(name: str, flag: object, advice: str) -> Right:
    return Right(name, flag is True, "" if flag is True else advice)


def _way(access: Access) -> Right:
    """By webhook or by asking: the network allows one of them at a time."""
    try:
        webhook = mapping(ask(access, "getWebhookInfo", {}))
    except NetworkError as refusal:
        return Right(_WAY, ok=False, advice=str(refusal))
    address = text(webhook.get("url"))
    if access.options.get("push") is not True:
        free = _("К боту подключён вебхук: отключите от бота другую программу или включите в аккаунте приём вебхуком")
        return Right(_WAY, not address, free if address else "")
    if not address:
        return Right(_WAY, ok=False, advice=_("Вебхук не установлен: подпишите аккаунт на события"))
    if dict(parse_qsl(urlsplit(address).query)).get(BOT_IN_HOOK) != at.bot_number(access.external_id):
        return Right(_WAY, ok=False, advice=_("Вебхук установлен не нами: подпишите аккаунт на события заново"))
    return Right(_WAY, ok=True)


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names by addresses (`tg:5`), in no special order; whom the bot has never met is left out."""
    people = []
    for named in dict.fromkeys(map(at.whose, ids)):
        person = _named(access, named) if named else None
        if person:
            people.append(person)
    return people


def _named(access: Access, named: int) -> Person | None:
    itself = str(named) == at.bot_number(access.external_id)
    try:
        profile = mapping(ask(access, "getMe", {}) if itself else ask(access, "getChat", {"chat_id": named}))
    except (Permanent, NeedsPerson):
        return None
    if itself and number(profile.get("id")) != named:
        raise AuthLost(_("Ключ выдан другому боту: проверьте номер аккаунта"))
    if named > 0:
        return person_of(profile, site_of(access))
    url = at.name_url(site_of(access), at.handle(profile.get("username")))
    return Person(at.author_id(named), text(profile.get("title"), 200), url, is_community=True)
