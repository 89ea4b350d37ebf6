"""Where the wire differs from the published schema: the only differences the tests let pass.

`path` is "<file>#<definition>.<property>" for answers and events, "<method>.<parameter>" for parameters.
"""

from sandbox.errata import Erratum

ERRATA: tuple[Erratum, ...] = (
    Erratum(
        "wall.get.owner_id",
        "extra",
        "walls are read by owner_id; the schema lists only domain",
        "every published client calls it so",
    ),
    Erratum(
        "wall/objects.json#wall_wall_comment.from_id",
        "optional",
        "a deleted comment that keeps its place for the sake of its thread has no author",
        "recorded answers of wall.getComments",
    ),
    Erratum(
        "wall/objects.json#wall_wall_comment.text",
        "optional",
        "a deleted comment has no text",
        "recorded answers of wall.getComments",
    ),
    Erratum(
        "wall/objects.json#wall_wall_comment.post_owner_id",
        "extra",
        "events name the wall as post_owner_id and carry no owner_id",
        "recorded events wall_reply_new and wall_reply_edit",
    ),
    Erratum(
        "callback/objects.json#callback_wall_comment_delete.user_id",
        "optional",
        "the wire names who deleted as deleter_id",
        "recorded events wall_reply_delete",
    ),
    Erratum(
        "callback/objects.json#callback_wall_comment_delete.deleter_id",
        "extra",
        "the wire names who deleted as deleter_id",
        "recorded events wall_reply_delete",
    ),
    Erratum(
        "callback/objects.json#callback_photo_comment.photo_owner_id",
        "negative",
        "photos of communities have a negative owner",
        "recorded events photo_comment_new",
    ),
    Erratum(
        "callback/objects.json#callback_photo_comment_delete.owner_id",
        "negative",
        "photos of communities have a negative owner",
        "recorded events photo_comment_new",
    ),
    Erratum(
        "callback/objects.json#callback_board_post_delete.topic_owner_id",
        "negative",
        "a topic's owner is its community",
        "recorded events board_post_delete",
    ),
    Erratum(
        "board/objects.json#board_topic_comment.topic_id",
        "extra",
        "events name the topic; the schema takes the comment of a listing for the event",
        "recorded events board_post_new",
    ),
    Erratum(
        "board/objects.json#board_topic_comment.topic_owner_id",
        "extra",
        "as topic_id",
        "recorded events board_post_new",
    ),
    Erratum(
        "base/objects.json#base_error.inner_type",
        "optional",
        "inner_type is a code generator's mark and is not sent in errors",
        "recorded errors",
    ),
    Erratum(
        "base/objects.json#base_error.captcha_sid",
        "extra",
        "error 14 carries the captcha",
        "documentation of the captcha error",
    ),
    Erratum(
        "base/objects.json#base_error.captcha_img", "extra", "as captcha_sid", "documentation of the captcha error"
    ),
    Erratum(
        "base/objects.json#base_error.redirect_uri", "extra", "as captcha_sid", "documentation of the captcha error"
    ),
)
