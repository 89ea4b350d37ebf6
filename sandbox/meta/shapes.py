"""Rows as nodes of the graph. A field that has no value is None here and left out there."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.acts import NotThere
from sandbox.meta import links, talk, writing
from sandbox.meta import world as w
from sandbox.meta.calling import Call
from sandbox.meta.errors import gone
from sandbox.meta.graph import Ref
from sandbox.meta.switchboard import switch

Shape = dict[str, Any]


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def count(call: Call, query: str, *values: object) -> int:
    (total,) = call.db.execute(f"SELECT count(*) FROM meta_text WHERE deleted = 0 AND {query}", values).fetchone()  # noqa: S608 - our own words
    return int(total)


def page(call: Call, row: Any) -> Shape:
    account = w.linked(call.world, row["id"])
    own = call.token.holder == row["id"] or row["id"] in call.token.rights
    linked = Ref("IGUser", account) if account is not None and own else None
    return {
        "id": row["id"],
        "about": row["about"] or None,
        "access_token": call.token.text if call.token.holder == row["id"] else None,
        "category": "Government organisation",
        "connected_instagram_account": linked,
        "fan_count": 0,
        "followers_count": 0,
        "instagram_business_account": linked,
        "is_published": True,
        "link": f"{call.world.base}/meta/{row['id']}",
        "name": row["name"],
        "username": row["username"] or None,
    }


def pictures(call: Call, row: Any) -> list[Shape]:
    """Attachments of a text in the form of Facebook."""
    attachments = []
    for number in json.loads(row["photos"]):
        photo = call.db.execute("SELECT width, height FROM meta_photo WHERE id = ?", (number,)).fetchone()
        url = links.photo(call.world, number)
        image = {"src": url, "width": photo["width"], "height": photo["height"]}
        target = {"id": number, "url": url}
        attachments.append({"type": "photo", "media": {"image": image}, "url": url, "target": target})
    return attachments


def post(call: Call, row: Any) -> Shape:
    author = writing.author_of(call.world, row)
    photos = json.loads(row["photos"])
    picture = links.photo(call.world, photos[0]) if photos else None
    spot = {"latitude": row["lat"], "longitude": row["long"]} if row["lat"] is not None else None
    (latest,) = call.db.execute(
        "SELECT max(created, edited) FROM meta_text WHERE root = ? ORDER BY 1 DESC", (row["id"],)
    ).fetchone()
    return {
        "id": row["id"],
        "created_time": iso(row["created"]),
        "updated_time": iso(latest),
        "from": {"id": author.id, "name": author.name},
        "full_picture": picture,
        "picture": picture,
        "is_expired": False,
        "is_hidden": bool(row["hidden"]),
        "is_published": True,
        "can_reply_privately": False,
        "message": row["text"] or None,
        "permalink_url": call.world.base + links.path_of(row),
        "coordinates": spot,
        "place": {"id": f"9{row['seq']}", "name": "Место на карте", "location": spot} if spot else None,
        "status_type": "added_photos" if photos else "mobile_status_update",
        "promotable_id": row["id"],
    }


def comment(call: Call, row: Any) -> Shape:
    author = writing.author_of(call.world, row)
    root = w.any_text(call.world, row["root"])
    shows_author = bool(switch(call.db, "from")) or not row["author"]
    attached = pictures(call, row)
    parent = w.any_text(call.world, row["parent"]) if row["parent"] else None
    own = call.token.holder == row["place"]
    return {
        "id": row["id"],
        "attachment": attached[0] if attached else None,
        "can_comment": own and not root["closed"],
        "can_hide": own and bool(row["author"]),
        "can_like": True,
        "can_remove": own,
        "can_reply_privately": own and bool(row["author"]) and not row["private"],
        "comment_count": count(call, "parent = ?", row["id"]),
        "created_time": iso(row["created"]),
        "from": {"id": author.id, "name": author.name} if shows_author else None,
        "is_hidden": bool(row["hidden"]),
        "is_private": False,
        "like_count": 0,
        "message": row["text"],
        "object": {"id": row["root"]},
        "parent": Ref("Comment", parent) if parent is not None else None,
        "permalink_url": call.world.base + links.path_of(row),
        "user_likes": False,
    }


def ig_user(call: Call, row: Any) -> Shape:
    return {
        "id": row["id"],
        "biography": row["about"] or None,
        "followers_count": 0,
        "follows_count": 0,
        "is_published": True,
        "media_count": count(call, "place = ? AND kind = 'media'", row["id"]),
        "mentioned_comment": lambda args: _mentioned(call, row, args.get("comment_id", ""), "igcomment"),
        "mentioned_media": lambda args: _mentioned(call, row, args.get("media_id", ""), "media"),
        "name": row["name"],
        "username": row["username"],
    }


def _mentioned(call: Call, account: Any, name: str, kind: str) -> Ref:
    """A text elsewhere that names this account: the only one of another account that may be seen."""
    row = w.find_text(call.world, name)
    if row is None or row["kind"] != kind or f"@{account['username']}" not in row["text"]:
        raise gone(name)
    return Ref("IGMedia" if kind == "media" else "IGComment", row)


def media(call: Call, row: Any) -> Shape:
    owner = w.get_place(call.world, row["place"])
    photos = json.loads(row["photos"])
    return {
        "id": row["id"],
        "caption": row["text"] or None,
        "comments_count": count(call, "root = ? AND kind = 'igcomment'", row["id"]),
        "ig_id": row["id"],
        "is_comment_enabled": not row["closed"],
        "is_shared_to_feed": True,
        "like_count": 0,
        "media_product_type": "FEED",
        "media_type": "CAROUSEL_ALBUM" if len(photos) > 1 else "IMAGE",
        "media_url": links.photo(call.world, photos[0]) if photos else None,
        "owner": Ref("IGUser", owner),
        "permalink": call.world.base + links.path_of(row),
        "shortcode": w.shortcode(row["id"]),
        "timestamp": iso(row["created"]),
        "username": owner["username"],
    }


def child(call: Call, row: Any) -> Shape:
    """One picture of a publication with several."""
    url = links.photo(call.world, row["id"])
    return {"id": row["id"], "media_type": "IMAGE", "media_url": url}


def ig_comment(call: Call, row: Any) -> Shape:
    author = writing.author_of(call.world, row)
    root = w.any_text(call.world, row["root"])
    shows_author = bool(switch(call.db, "from")) or not row["author"]
    return {
        "id": row["id"],
        "from": {"id": author.id, "username": author.username} if shows_author else None,
        "hidden": bool(row["hidden"]),
        "like_count": 0,
        "media": Ref("IGMedia", root),
        "parent_id": row["parent"] or None,
        "text": row["text"],
        "timestamp": iso(row["created"]),
        "user": Ref("IGUser", w.get_place(call.world, row["place"])) if not row["author"] else None,
        "username": author.username,
    }


def thread(call: Call, row: Any) -> Shape:
    place = w.get_place(call.world, row["place"])
    sides = {"data": [_side(call, row["person"], place), _side(call, place["id"], place)]}
    last = call.db.execute(
        "SELECT text FROM meta_message WHERE thread = ? AND deleted = 0 ORDER BY seq DESC", (row["id"],)
    ).fetchone()
    (messages,) = call.db.execute("SELECT count(*) FROM meta_message WHERE thread = ?", (row["id"],)).fetchone()
    open_until = talk.last_heard(call.world, row) + talk.WINDOW
    return {
        "id": row["id"],
        "can_reply": call.world.now <= open_until,
        "link": links.dialogue_path(place["kind"], row["place"], row["person"]).removeprefix("/meta"),
        "message_count": messages,
        "participants": sides,
        "senders": sides,
        "snippet": last["text"] if last else None,
        "unread_count": 0,
        "updated_time": iso(row["updated"]),
        "scoped_thread_key": row["id"],
        "is_subscribed": True,
    }


def _side(call: Call, number: str, place: Any) -> Shape:
    """One of the two in a dialogue."""
    if number == place["id"]:
        name, username = place["name"], place["username"]
    else:
        try:
            person = w.person_of(call.world, number)
            name, username = person["name"], person["handle"]
        except NotThere:
            name, username = "", ""
    if place["kind"] == "ig":
        return {"username": username, "id": number}
    return {"name": name, "email": f"{number}@facebook.com", "id": number}


def message(call: Call, row: Any) -> Shape:
    place = w.get_place(call.world, row["place"])
    sides = (row["place"], row["person"]) if row["out"] else (row["person"], row["place"])
    attached = []
    for number in json.loads(row["photos"]):
        photo = call.db.execute("SELECT width, height FROM meta_photo WHERE id = ?", (number,)).fetchone()
        url = links.photo(call.world, number)
        image = {"width": photo["width"], "height": photo["height"], "url": url, "preview_url": url}
        attached.append({"id": number, "mime_type": "image/jpeg", "name": f"image-{number}", "image_data": image})
    return {
        "id": row["id"],
        "attachments": {"data": attached} if attached else None,
        "created_time": iso(row["created"]),
        "from": _side(call, sides[0], place),
        "to": {"data": [_side(call, sides[1], place)]},
        "message": row["text"],
        "tags": {"data": [{"name": "inbox"}]},
    }


def user(call: Call, row: Any) -> Shape:
    first, _, last = row["name"].partition(" ")
    return {"id": row["id"], "name": row["name"], "first_name": first, "last_name": last or None}


def ig_person(call: Call, row: Any) -> Shape:
    return {"id": w.ig_person(row["id"]), "name": row["name"], "username": row["handle"]}


def application(call: Call, row: Any) -> Shape:
    link = f"{call.world.base}/meta/app"
    return {"id": w.APP, "name": "Sandbox application", "link": link, "category": "Utility"}


def photo(call: Call, row: Any) -> Shape:
    link = links.photo(call.world, row["id"])
    return {"id": row["id"], "height": row["height"], "width": row["width"], "link": link}


def plain(call: Call, row: Any) -> Shape:
    return dict(row)


SHAPES: Mapping[str, Callable[[Call, Any], Shape]] = {
    "Page": page,
    "PagePost": post,
    "Comment": comment,
    "IGUser": ig_user,
    "IGMedia": lambda call, row: media(call, row) if "kind" in row.keys() else child(call, row),  # noqa: SIM118
    "IGComment": ig_comment,
    "UnifiedThread": thread,
    "UnifiedMessage": message,
    "StoryAttachment": plain,
    "ApplicationSubscriptions": plain,
    "User": user,
    "IGPerson": ig_person,
    "Application": application,
    "Photo": photo,
}
