"""Where the wire differs from the published specification: the only differences the tests let pass.

`path` is "<node>.<field>", "<VERB> <node>/<edge>.<parameter>", "<VERB> <node>/<edge>" or a node's name.
"""

from sandbox.errata import Erratum

_RECORDED = "recorded answers of a Page's conversations"
ERRATA: tuple[Erratum, ...] = (
    Erratum("UnifiedMessage", "extra", "a message of a conversation has no published page of fields", _RECORDED),
    Erratum("StoryAttachment", "extra", "an attachment of a post has no published page of fields", "recorded posts"),
    Erratum("IGPerson", "extra", "whoever wrote to an account is asked for by his number", "general knowledge"),
    Erratum(
        "ApplicationSubscriptions",
        "extra",
        "an application's subscription has no published fields",
        "general knowledge",
    ),
    Erratum("GET IGPerson/", "extra", "as IGPerson", "general knowledge"),
    Erratum("GET UnifiedMessage/", "extra", "a message is asked for by its id", "a recorded answer of one message"),
    Erratum("POST Comment/comments", "other", "the answer tells only the id of the new comment", "both clients"),
    Erratum("POST PagePost/comments", "other", "the answer tells only the id of the new comment", "both clients"),
    Erratum("POST IGMedia/comments", "other", "the answer tells only the id of the new comment", "both clients"),
    Erratum("POST IGComment/replies", "other", "the answer tells only the id of the new comment", "both clients"),
    Erratum("DELETE IGMedia/", "other", "answers success, as all deletions", "general knowledge"),
    Erratum(
        "GET IGUser/conversations",
        "extra",
        "the variant of Instagram's own login, on the same emulator",
        "the specification of that variant",
    ),
    Erratum("POST IGUser/messages", "extra", "as its conversations", "the specification of that variant"),
    Erratum("GET IGUser/subscribed_apps", "extra", "as its conversations", "the specification of that variant"),
    Erratum("POST IGUser/subscribed_apps", "extra", "as its conversations", "the specification of that variant"),
    Erratum("DELETE IGUser/subscribed_apps", "extra", "as its conversations", "the specification of that variant"),
)
