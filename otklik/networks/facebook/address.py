"""Facebook's addresses: how the full address of a text is written, read back, and turned into a public link. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from otklik.networks.meta.side import Side, is_number

FACEBOOK = Side(
    title="Facebook",
    mark="fb",
    hook="page",
    tokens=("page",),
    site="https://www.facebook.com",
    platform="MESSENGER",
)
HOSTS = frozenset({"facebook.com", "www.facebook.com", "m.facebook.com", "web.facebook.com", "ru-ru.facebook.com"})
MOST_LENGTH = 2000
_POST = re.compile(r"([^/]{1,100})/(?:posts|videos|photos)/(?:[^/]{1,300}/)?(\d{1,30})", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9.-]{1,60}", re.ASCII)
_PAGE = re.compile(r"(?:(?:pages|people)/[^/]{1,200}/|p/[^/]{1,200}-)?(\d{1,30})", re.ASCII)


def first_part(thing: str) -> str:
    """The Page in the id of a post, the post in the id of a comment; "" for an id that is not composed."""
    return thing.partition("_")[0] if "_" in thing else ""


def last_part(thing: str) -> str:
    return thing.rpartition("_")[2]


def post_url(site: str, post: str) -> str:
    """`post` is the whole id, `page_post`; "" for a post whose page is not known."""
    page = first_part(post)
    return f"{site}/{page}/posts/{last_part(post)}/" if page else ""


def comment_url(site: str, post: str, comment: str, parent: str = "") -> str:
    """`parent` is the comment that this one replies to, "" if it stands under the post itself."""
    base = post_url(site, post)
    if not base:
        return ""
    if parent:
        return f"{base}?comment_id={last_part(parent)}&reply_comment_id={last_part(comment)}"
    return f"{base}?comment_id={last_part(comment)}"


def person_url(site: str, person: str) -> str:
    return f"{site}/{person}" if is_number(person) else ""


def page_number(typed: str) -> str:
    """The Page's number out of "12", its link, or `profile.php?id=12`; "" for a name that is none."""
    text = typed.strip()[:MOST_LENGTH]
    path, asked = split(text) or ("", {})
    told = asked.get("id", "")
    if path == "profile.php" and is_number(told):
        return told
    bare = text if is_number(text) else path
    found = _PAGE.fullmatch(bare)
    return found[1] if found else ""


def page_name(typed: str) -> str:
    """The Page's number or, where people call it by a name, that name, out of a link or the bare word; "" = none."""
    path, _ = split(typed) or (typed.strip()[:MOST_LENGTH], {})
    return page_number(typed) or (path if _NAME.fullmatch(path) else "")


def post_of_link(url: str, site: str = "") -> tuple[str, str]:
    """The post's whole id and the comment's number out of a link; "" for what it does not tell."""
    path, asked = split(url, site) or ("", {})
    comment = asked.get("reply_comment_id") or asked.get("comment_id") or ""
    comment = comment if is_number(comment) else ""
    if path in ("permalink.php", "story.php", "photo.php", "photo"):
        page, post = asked.get("id", ""), asked.get("story_fbid") or asked.get("fbid") or ""
    else:
        found = _POST.fullmatch(path)
        page, post = (found[1], found[2]) if found else ("", "")
    if not is_number(post):
        return "", ""
    return (f"{page}_{post}" if is_number(page) else post), comment


def split(url: str, site: str = "") -> tuple[str, Mapping[str, str]] | None:
    """The path of a link to Facebook without slashes, and its query; None when the host is somebody else's."""
    text = url.strip()[:MOST_LENGTH]
    if site and text.startswith(f"{site}/"):
        text = f"https://www.facebook.com/{text.removeprefix(f'{site}/')}"
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host = parts.hostname or ""
        query = parse_qs(parts.query, max_num_fields=50)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in HOSTS:
        return None
    return unquote(parts.path).strip("/"), {name: values[-1] for name, values in query.items()}
