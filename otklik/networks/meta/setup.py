"""Setting an account up: webhooks of the application, the self-check, names of people. Safe to repeat."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from otklik.lib.sentence import Sentence as _
from otklik.networks.base import Access, KeyKind, Person, Right
from otklik.networks.errors import NeedsPerson, NetworkError, Permanent
from otklik.networks.meta.client import Parameter, arrange, ask, need_token
from otklik.networks.meta.dialect import Dialect
from otklik.networks.meta.dialogues import THREAD_FIELDS
from otklik.networks.meta.failures import is_right
from otklik.networks.meta.reading import number_id
from otklik.networks.meta.side import APP_SECRET, Side, is_number
from otklik.networks.values import mapping, mappings, moment, text

PAGE_KEY = KeyKind(
    "page",
    _("Ключ страницы"),
    _("слышит, читает и отвечает от имени страницы"),
    _("Meta for Developers → Инструменты → Graph API Explorer → ключ доступа страницы"),
    4.0,
)
SECRET_KEY = KeyKind(
    APP_SECRET,
    _("Секрет приложения"),
    _("проверяет подпись событий и подписывает обращения"),
    _("Meta for Developers → приложение → Настройки → Основное → Секрет приложения"),
    4.0,
)
_BATCH = 50
_LONGEST_WORD = 200
_SCOPES = {
    "pages_read_engagement": _("Право «pages_read_engagement»: чтение публикаций"),
    "pages_read_user_content": _("Право «pages_read_user_content»: чтение комментариев людей"),
    "pages_manage_engagement": _("Право «pages_manage_engagement»: ответы на комментарии"),
    "pages_manage_metadata": _("Право «pages_manage_metadata»: подписка на события"),
    "pages_messaging": _("Право «pages_messaging»: личные сообщения"),
    "instagram_basic": _("Право «instagram_basic»: чтение публикаций"),
    "instagram_manage_comments": _("Право «instagram_manage_comments»: чтение комментариев и ответы"),
    "instagram_manage_messages": _("Право «instagram_manage_messages»: личные сообщения"),
}


def app_id(access: Access, side: Side) -> str:
    """The application's number: the option `app_id`, else the network's own word about the token."""
    option = access.options.get("app_id")
    application_id = str(option) if isinstance(option, int | str) else ""
    application_id = application_id or number_id(ask(access, side, "app", {"fields": "id"}).body.get("id"))
    if not is_number(application_id):
        raise NeedsPerson(_("Впишите номер приложения (app_id) в настройки аккаунта"))
    return application_id


def subscribe(dialect: Dialect, access: Access, hook: str) -> None:
    """Tell the application where events go, then subscribe this account (or its Page) for the application.

    The network asks the hook for the account's own word at once. An application has one address for each of the two
    networks: the last account that subscribed hears for all. A Page with an account of Instagram inside that is
    subscribed already keeps its list of fields: it may be Facebook's.
    """
    side, fields = dialect.side, dialect.check.hears
    secret = access.tokens.get(APP_SECRET)
    if not secret:
        raise NeedsPerson(_("Чтобы подписаться на события, впишите секрет приложения"))
    if not access.secret or len(access.secret) > _LONGEST_WORD:
        raise NeedsPerson(
            _("Проверочное слово для событий должно быть длиной от 1 до %(most)s знаков") % {"most": _LONGEST_WORD}
        )
    need_token(access, side)
    application = app_id(access, side)
    arrange(
        access,
        side,
        f"{application}/subscriptions",
        {
            "object": side.hook,
            "callback_url": hook,
            "fields": fields,
            "verify_token": access.secret,
            "include_values": True,
        },
        token=f"{application}|{secret}",
    )
    path = f"{side.node(access)}/subscribed_apps"
    if not dialect.through_page(access):
        arrange(access, side, path, {"subscribed_fields": fields})
    elif not mappings(ask(access, side, path, {}).body.get("data")):
        arrange(access, side, path, {"subscribed_fields": ("feed",)})


def rights(dialect: Dialect, access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself."""
    side, check = dialect.side, dialect.check
    lines = _missing_secret(access)
    if not side.token_of(access):
        return [
            Right(_("Ключ страницы"), ok=False, advice=_("Не задан. %(advice)s") % {"advice": check.advice}),
            *lines,
        ]
    first = f"{access.external_id}/{dialect.edges[0].name}"
    few: dict[str, Parameter] = {"fields": "id,comments.limit(1){id}", "limit": 1}
    talk: dict[str, Parameter] = {"platform": side.platform, "fields": THREAD_FIELDS, "limit": 1}
    return [
        _tried(
            check.key_title,
            check.advice,
            lambda: dialect.account(access, ask(access, side, "me", {"fields": dialect.fields(access)}).body),
        ),
        _tried(
            check.reading_title,
            _("Добавьте приложению право «%(right)s»") % {"right": check.reads},
            lambda: ask(access, side, first, few),
        ),
        _tried(
            _("Чтение личных сообщений"),
            _("Добавьте приложению право «%(right)s»") % {"right": check.talks},
            lambda: ask(access, side, f"{side.node(access)}/conversations", talk),
        ),
        *lines,
        *_scopes(access, side, check.scopes),
    ]


def authors(dialect: Dialect, access: Access, ids: list[str]) -> list[Person]:
    """Names by number, in no special order; who is not known is left out."""
    site, people = dialect.side.site_of(access), []
    for person in _people(access, dialect.side, ids, "id,name,username" if dialect.named else "id,name"):
        number, name = number_id(person.get("id")), text(person.get("username"), 100)
        shown = text(person.get("name"), 200) or name
        if number and shown:
            url = dialect.person_url(site, number, name)
            people.append(Person(number, shown, url, is_community=number == access.external_id))
    return people


def _tried(name: str, advice: str, check: Callable[[], object]) -> Right:
    try:
        check()
    except NetworkError as refusal:
        return Right(name, ok=False, advice=_("%(refusal)s. %(advice)s") % {"refusal": refusal, "advice": advice})
    return Right(name, ok=True)


def _scopes(access: Access, side: Side, wanted: Iterable[str]) -> list[Right]:
    """A line for each right that the token should have, by the network's own word; none where it will not say."""
    try:
        scopes = _word_on(access, side).get("scopes")
    except NetworkError:
        return []  # the lines before this one tell already what is wrong
    if not isinstance(scopes, list):
        return []
    advice = _("Выдайте ключ заново и отметьте это право")
    return [Right(_SCOPES[name], name in scopes, "" if name in scopes else advice) for name in wanted]


def ends(access: Access, side: Side) -> dict[str, datetime]:
    """When the token dies, or the application's leave to see what its owner may see: whichever is first."""
    token_details = _word_on(access, side)
    known = [at for name in ("expires_at", "data_access_expires_at") if (at := moment(token_details.get(name)))]
    return {need_token(access, side): min(known)} if known else {}


def _word_on(access: Access, side: Side) -> Mapping[str, Any]:
    """What the network says of the token; {} without the application's secret, which alone may ask."""
    secret = access.tokens.get(APP_SECRET)
    if not secret:
        return {}
    application = app_id(access, side)
    token = access.tokens[need_token(access, side)]
    answer = ask(access, side, "debug_token", {"input_token": token}, token=f"{application}|{secret}").body
    return mapping(answer.get("data"))


def _missing_secret(access: Access) -> list[Right]:
    if access.tokens.get(APP_SECRET):
        return []
    advice = _("Не задан. Впишите его: без него нельзя проверить подпись событий, и они не принимаются")
    return [Right(_("Секрет приложения"), ok=False, advice=advice)]


def _people(access: Access, side: Side, ids: list[str], fields: str) -> list[dict[str, Any]]:
    """What the network tells of these people; who is not known is left out."""
    asked = sorted({each for each in ids if is_number(each)})
    people: list[dict[str, Any]] = []
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        try:
            answer = ask(access, side, "", {"ids": batch, "fields": fields}).body
            people += mappings(list(answer.values()))
        except Permanent:
            people += _one_by_one(access, side, batch, fields)  # one that is not there fails all
        except NetworkError as refusal:
            if not is_right(refusal):
                raise
    return [person for person in people if text(person.get("id"))]


def _one_by_one(access: Access, side: Side, batch: list[str], fields: str) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = []
    for each in batch:
        try:
            people.append(dict(ask(access, side, each, {"fields": fields}).body))
        except Permanent:
            continue
    return people
