"""photos.*: upload addresses and saving what was uploaded."""

import sqlite3

from sandbox.pictures import Picture
from sandbox.validation import Param
from sandbox.vk import people, shapes, uploads
from sandbox.vk.errors import VkError
from sandbox.vk.methods.rights import own_group
from sandbox.vk.spec import Call, Method, tokens

PHOTO = (Param("photo", "string", required=True), Param("server", "integer"), Param("hash", "string"))


def wall_server(call: Call) -> object:
    """Where to upload a photo for a wall. The photo will belong to the user."""
    group_id = call.integer("group_id")
    if group_id and shapes.find(call.db, "vk_community", abs(group_id)) is None:
        raise VkError(100, "group_id is invalid")
    address = uploads.open_upload(call.world, "wall", call.token.holder)
    return {"album_id": people.WALL_ALBUM, "upload_url": address, "user_id": call.token.holder}


def messages_server(call: Call) -> object:
    """Where to upload a photo for a message."""
    owner_id = -own_group(call) if call.token.kind == "group" else call.token.holder
    address = uploads.open_upload(call.world, "message", owner_id)
    answer = {"album_id": people.MESSAGE_ALBUM, "upload_url": address, "user_id": max(0, owner_id)}
    if owner_id < 0:
        answer["group_id"] = -owner_id
    return answer


def save_wall(call: Call) -> object:
    """The uploaded photo, now the user's own."""
    group_id = call.integer("group_id")
    if group_id and shapes.find(call.db, "vk_community", group_id) is None:
        raise VkError(100, "group_id is invalid")
    return [_save(call, "wall", call.token.holder)]


def save_message(call: Call) -> object:
    """The uploaded photo with its access key, owned by the community or the user."""
    owner_id = -call.token.holder if call.token.kind == "group" else call.token.holder
    return [_save(call, "message", owner_id)]


def _save(call: Call, purpose: str, owner_id: int) -> shapes.Shape:
    row: sqlite3.Row | None = call.db.execute(
        "SELECT * FROM vk_upload WHERE purpose = ? AND owner_id = ? AND photo = ? AND saved = 0",
        (purpose, owner_id, call.text("photo")),
    ).fetchone()
    if row is None or row["data"] is None:
        raise VkError(100, "photo is invalid")
    if row["hash"] != call.text("hash") or call.integer("server") != uploads.SERVER + row["id"]:
        raise VkError(121)
    call.db.execute("UPDATE vk_upload SET saved = 1, data = NULL WHERE id = ?", (row["id"],))
    album = people.MESSAGE_ALBUM if purpose == "message" else people.WALL_ALBUM
    picture = Picture(row["data"], row["width"], row["height"])
    user_id = call.token.holder if call.token.kind == "user" else 0
    ref = people.add_photo(call.world, owner_id, user_id, picture, album, call.text("caption"))
    saved = people.get_photo(call.world, ref)
    if saved is None:
        raise VkError(10)
    return shapes.photo(call.world, saved)


TABLE = (
    Method("photos.getWallUploadServer", tokens("user"), (Param("group_id", "integer"),), wall_server),
    Method(
        "photos.saveWallPhoto",
        tokens("user"),
        (
            Param("user_id", "integer", low=0),
            Param("group_id", "integer", low=0),
            *PHOTO,
            Param("latitude", "number"),
            Param("longitude", "number"),
            Param("caption", "string"),
        ),
        save_wall,
        errors=(121,),
    ),
    Method("photos.getMessagesUploadServer", tokens("user", "group"), (Param("peer_id", "integer"),), messages_server),
    Method("photos.saveMessagesPhoto", tokens("user", "group"), PHOTO, save_message, errors=(121,)),
)
