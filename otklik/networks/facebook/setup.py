"""Setting a Page's account up: the webhook, the self-check, the names of people."""

from otklik.networks.base import Access, KeyKind, Person, Right
from otklik.networks.errors import NeedsPerson
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.meta import setup as common
from otklik.networks.meta.client import arrange, ask
from otklik.networks.meta.reading import number_id
from otklik.networks.meta.side import is_number
from otklik.networks.values import text

KEYS: tuple[KeyKind, ...] = (common.PAGE_KEY, common.SECRET_KEY)
FIELDS = ("feed", "mention", "messages", "message_edits", "message_echoes")
_SCOPES = (
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_engagement",
    "pages_manage_metadata",
    "pages_messaging",
)


def subscribe(access: Access, hook: str) -> None:
    """The application's webhook for Pages, then this Page for the application."""
    common.subscribe(access, FACEBOOK, hook, FIELDS)
    arrange(access, FACEBOOK, f"{access.external_id}/subscribed_apps", {"subscribed_fields": FIELDS})


def rights(access: Access) -> list[Right]:
    """What works and what does not, each line tried against the network itself."""
    lines = common.missing_secret(access)
    if not access.tokens.get("page"):
        return [Right("Ключ страницы", ok=False, advice=f"Не задан. {_ADVICE}"), *lines]

    def page() -> None:
        told = ask(access, FACEBOOK, "me", {"fields": "id,name"}).body
        if number_id(told.get("id")) != access.external_id:
            raise NeedsPerson("Ключ выдан другой странице: проверьте номер страницы")

    def feed() -> None:
        ask(access, FACEBOOK, f"{access.external_id}/feed", {"fields": "id,comments.limit(1){id}", "limit": 1})

    def talk() -> None:
        ask(access, FACEBOOK, f"{access.external_id}/conversations", {"fields": "id", "limit": 1})

    return [
        common.tried("Ключ страницы", _ADVICE, page),
        common.tried("Чтение страницы и комментариев", "Добавьте приложению право «pages_read_user_content»", feed),
        common.tried("Чтение личных сообщений", "Добавьте приложению право «pages_messaging»", talk),
        *lines,
        *common.scopes(access, FACEBOOK, _SCOPES),
    ]


_ADVICE = "Получите ключ страницы в Graph API Explorer и впишите его"


def authors(access: Access, ids: list[str]) -> list[Person]:
    """Names by number, in no special order; who is not known is left out."""
    site = FACEBOOK.site_of(access)
    return [
        Person(found, text(told.get("name"), 200), at.person_url(site, found), is_community=found == access.external_id)
        for told in common.people(access, FACEBOOK, ids, "id,name")
        if is_number(found := number_id(told.get("id")))
    ]
