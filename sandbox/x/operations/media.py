"""Putting pictures up. They wait a day to be attached, by their owner and for what they were put up for."""

import base64
from collections.abc import Mapping
from typing import Any

from sandbox import pictures
from sandbox.validation import Param
from sandbox.x import people
from sandbox.x.problems import forbidden, invalid
from sandbox.x.spec import USERS, Call, Operation

WAITS = 24 * 3600  # seconds
BIGGEST = 5 * 1024 * 1024  # bytes of a picture
_KINDS = ("tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles")


def _upload(call: Call) -> Mapping[str, Any]:
    category = str(call.body["media_category"])
    if category not in ("tweet_image", "dm_image"):
        raise forbidden(f"Your client app is not permitted to use [{category}].")
    try:
        data = base64.b64decode(str(call.body["media"]), validate=True)
        if len(data) > BIGGEST:
            raise invalid("media", len(data), "The media file is too large")
        picture = pictures.check(data)
    except (ValueError, pictures.NotAPicture) as fault:
        raise invalid("media", "", "The media file is not valid") from fault
    key = people.keep_photo(call.world, picture)
    number = key.removeprefix("3_")
    call.db.execute("INSERT INTO x_upload VALUES (?, ?, ?, ?)", (number, call.token.user, category, call.world.now))
    image = {"w": picture.width, "h": picture.height, "image_type": "image/jpeg"}
    upload = {"id": number, "media_key": key, "size": len(data), "expires_after_secs": WAITS, "image": image}
    return {"data": upload}


def taken(call: Call, media: Mapping[str, Any], category: str) -> list[str]:
    """Keys of the pictures that are attached. Problem 400 for one that is another's, too old or for another use."""
    if set(media) - {"media_ids"}:
        raise forbidden("Your client app is not permitted to use this kind of media.")
    for number in media["media_ids"]:
        row = call.db.execute(
            "SELECT 1 FROM x_upload WHERE id = ? AND user = ? AND category = ? AND at > ?",
            (number, call.token.user, category, call.world.now - WAITS),
        ).fetchone()
        if row is None:
            raise invalid("media.media_ids", number, "Your media IDs are invalid.")
    return [f"3_{number}" for number in media["media_ids"]]


BODY = Param(
    "$",
    "object",
    fields=(
        Param("media", required=True),
        Param("media_category", required=True, choices=_KINDS),
        Param("additional_owners"),
    ),
)
OPERATIONS = (
    Operation(
        "mediaUpload", "POST", "/2/media/upload", USERS, ("media.write",), (), (0, 500), _upload, body=BODY, form=True
    ),
)
