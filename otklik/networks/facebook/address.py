"""Facebook's addresses: how the full address of a text is written, read back, and turned into a public link. Pure."""

import re

from otklik.networks.base import Address
from otklik.networks.meta.side import MOST_LENGTH, Side, is_number

FACEBOOK = Side(
    title="Facebook",
    mark="fb",
    hook="page",
    tokens=("page",),
    site="https://www.facebook.com",
    hosts=frozenset({"facebook.com", "www.facebook.com", "m.facebook.com", "web.facebook.com", "ru-ru.facebook.com"}),
    platform="MESSENGER",
)
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
    path, asked = FACEBOOK.split(text) or ("", {})
    page_id = asked.get("id", "")
    if path == "profile.php" and is_number(page_id):
        return page_id
    bare = text if is_number(text) else path
    match = _PAGE.fullmatch(bare)
    return match[1] if match else ""


def page_name(typed: str) -> str:
    """The Page's number or, where people call it by a name, that name, out of a link or the bare word; "" = none."""
    path, _ = FACEBOOK.split(typed) or (typed.strip()[:MOST_LENGTH], {})
    return page_number(typed) or (path if _NAME.fullmatch(path) else "")


def post_of_link(url: str, site: str = "") -> tuple[str, str]:
    """The post's whole id and the comment's number out of a link; "" for what it does not tell."""
    path, asked = FACEBOOK.split(url, site) or ("", {})
    comment = asked.get("reply_comment_id") or asked.get("comment_id") or ""
    comment = comment if is_number(comment) else ""
    if path in ("permalink.php", "story.php", "photo.php", "photo"):
        page, post = asked.get("id", ""), asked.get("story_fbid") or asked.get("fbid") or ""
    else:
        match = _POST.fullmatch(path)
        page, post = (match[1], match[2]) if match else ("", "")
    if not is_number(post):
        return "", ""
    return (f"{page}_{post}" if is_number(page) else post), comment


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `facebook.com/1/posts/2/?comment_id=3&reply_comment_id=4`, `permalink.php?story_fbid=2&id=1`,
    `facebook.com/1/inbox/5/`, `profile.php?id=5`, with whatever else hangs on them. None for anything else, however
    broken; a post under a page's name instead of its number is told without its thread. Pure.
    """
    post, comment = post_of_link(url, site)
    if post:
        whole = FACEBOOK.address(post) if first_part(post) else ""
        if comment:
            return Address(message=FACEBOOK.address(f"{last_part(post)}_{comment}"), thread=whole)
        return Address(message=whole, thread=whole) if whole else None
    path, asked = FACEBOOK.split(url, site) or ("", {})
    parts = path.split("/")
    if len(parts) == 3 and parts[1] == "inbox" and is_number(parts[0]) and is_number(parts[2]):
        return Address(thread=FACEBOOK.dialogue(parts[0], parts[2]))
    if path == "profile.php" and is_number(asked.get("id", "")):
        return Address(author=asked["id"])
    return Address(author=path) if is_number(path) else None
