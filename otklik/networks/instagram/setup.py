"""Setting an Instagram account up: the webhook, the self-check, the names of people."""

from otklik.networks.base import Access, KeyKind, Person, Right
from otklik.networks.errors import NeedsPerson
from otklik.networks.instagram import address as at
from otklik.networks.instagram.address import INSTAGRAM
from otklik.networks.meta import setup as common
from otklik.networks.meta.client import Parameter, arrange, ask, need_token
from otklik.networks.meta.dialogues import THREAD_FIELDS
from otklik.networks.meta.reading import number_id
from otklik.networks.values import mapping, mappings, text

KEYS: tuple[KeyKind, ...] = (
    common.PAGE_KEY,
    KeyKind(
        "instagram",
        "Ключ аккаунта Instagram",
        "слышит, читает и отвечает, если у аккаунта нет страницы Facebook",
        "Meta for Developers → приложение → Instagram → Настройка входа → ключ доступа",
        4.0,
        needed=False,
    ),
    common.SECRET_KEY,
)
FIELDS = ("comments", "mentions", "messages")
_SCOPES = ("instagram_basic", "instagram_manage_comments", "instagram_manage_messages")
_ADVICE = "Получите ключ страницы, к которой привязан аккаунт, и впишите его"


def subscribe(access: Access, hook: str) -> None:
    """The application's webhook for Instagram, then this account (or its Page) for the application.

    A Page that is subscribed already keeps its list of fields: it may be Facebook's.
    """
    common.subscribe(access, INSTAGRAM, hook, FIELDS)
    if need_token(access, INSTAGRAM) == "instagram":
        arrange(access, INSTAGRAM, "me/subscribed_apps", {"subscribed_fields": FIELDS})
    elif not mappings(ask(access, INSTAGRAM, "me/subscribed_apps", {}).body.get("data")):
        arrange(access, INSTAGRAM, "me/subscribed_apps", {"subscribed_fields": ("feed",)})


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself."""
    lines = common.missing_secret(access)
    kind = INSTAGRAM.token_of(access)
    if not kind:
        return [Right("Ключ страницы", ok=False, advice=f"Не задан. {_ADVICE}"), *lines]

    def account() -> None:
        if kind == "page":
            told = mapping(ask(access, INSTAGRAM, "me", {"fields": "instagram_business_account{id}"}).body)
            ids = {number_id(mapping(told.get("instagram_business_account")).get("id"))}
        else:
            told = ask(access, INSTAGRAM, "me", {"fields": "id,username"}).body
            ids = {number_id(told.get("id")), number_id(told.get("user_id"))}
        if access.external_id not in ids:
            raise NeedsPerson("Ключ выдан другому аккаунту Instagram: проверьте номер аккаунта")

    def media() -> None:
        fields = "id,comments.limit(1){id}"
        ask(access, INSTAGRAM, f"{access.external_id}/media", {"fields": fields, "limit": 1})

    def talk() -> None:
        asked: dict[str, Parameter] = {"platform": INSTAGRAM.platform, "fields": THREAD_FIELDS, "limit": 1}
        ask(access, INSTAGRAM, "me/conversations", asked)

    return [
        common.tried("Ключ доступа к аккаунту", _ADVICE, account),
        common.tried("Чтение комментариев", "Добавьте приложению право «instagram_manage_comments»", media),
        common.tried("Чтение личных сообщений", "Добавьте приложению право «instagram_manage_messages»", talk),
        *lines,
        *common.scopes(access, INSTAGRAM, _SCOPES),
    ]


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names by number, in no special order; who is not known is left out."""
    site = INSTAGRAM.site_of(access)
    found = []
    for told in common.people(access, INSTAGRAM, ids, "id,name,username"):
        number, name = number_id(told.get("id")), text(told.get("username"), 100)
        shown = text(told.get("name"), 200) or name
        if number and shown:
            url = at.person_url(site, name)
            found.append(Person(number, shown, url, is_community=number == access.external_id))
    return found
