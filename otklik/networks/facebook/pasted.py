"""What a link from the browser leads to."""

from otklik.networks.base import Address
from otklik.networks.facebook import address as at
from otklik.networks.facebook.address import FACEBOOK
from otklik.networks.meta.side import is_number


def address_of(url: str, site: str = "") -> Address | None:
    """Reads `facebook.com/1/posts/2/?comment_id=3&reply_comment_id=4`, `permalink.php?story_fbid=2&id=1`,
    `facebook.com/1/inbox/5/`, `profile.php?id=5`, with whatever else hangs on them. None for anything else, however
    broken; a post under a page's name instead of its number is told without its thread. Pure.
    """
    post, comment = at.post_of_link(url, site)
    if post:
        whole = FACEBOOK.address(post) if at.first_part(post) else ""
        if comment:
            return Address(message=FACEBOOK.address(f"{at.last_part(post)}_{comment}"), thread=whole)
        return Address(message=whole, thread=whole) if whole else None
    path, asked = at.split(url, site) or ("", {})
    parts = path.split("/")
    if len(parts) == 3 and parts[1] == "inbox" and is_number(parts[0]) and is_number(parts[2]):
        return Address(thread=FACEBOOK.dialogue(parts[0], parts[2]))
    if path == "profile.php" and is_number(asked.get("id", "")):
        return Address(author=asked["id"])
    return Address(author=path) if is_number(path) else None
