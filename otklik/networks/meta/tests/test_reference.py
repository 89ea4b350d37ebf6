import json
import re
from collections.abc import Mapping

import pytest

from otklik.networks.base import Deletion, Edit, Event, Place, Post
from otklik.networks.facebook import network as facebook
from otklik.networks.facebook.network import Facebook
from otklik.networks.instagram import network as instagram
from otklik.networks.instagram.network import Instagram
from otklik.networks.tests.contract import polled
from otklik.networks.tests.reading import only
from otklik.networks.tests.reference import ABSENT, META_HOOKS, META_SPECS, PACK, of_meta

pytestmark = pytest.mark.skipif(not PACK.exists(), reason=ABSENT)
LISTED = ("comments", "posts", "messages")


def pushed(name: str) -> list[Event]:
    return Facebook().parse(polled((META_HOOKS / "webhooks" / f"{name}.json").read_bytes()))


def test_recorded_answers_of_which_nobody_remembers_the_question_are_understood() -> None:
    listings = [path for path in of_meta() if path.parent.name in LISTED and "apidata" in path.parts]
    for path in listings:
        events = [event for network in (Facebook(), Instagram()) for event in network.parse(polled(path.read_bytes()))]
        assert events, path.name
        assert all(isinstance(event, Post) and (event.text or event.attachments) for event in events), path.name
    assert listings


EXPECTED: Mapping[str, tuple[type, ...]] = {
    **dict.fromkeys(("feed-comment-add-211", "feed-comment-add-25", "feed-comment-add-with-photo"), (Post,)),
    **dict.fromkeys(("feed-status-add-photos", "feed-video-add", "messaging-message-basic"), (Post,)),
    **dict.fromkeys(("messaging-message-media-attachment", "messaging-message-fallback-attachment"), (Post,)),
    **dict.fromkeys(("messaging-message-basic-echo", "messaging-message-nlp-3", "messaging-message-nlp-url"), (Post,)),
    **dict.fromkeys(("feed-comment-edited-with-photo", "feed-status-edited-25", "feed-post-edit"), (Edit,)),
    **dict.fromkeys(("feed-status-edited-photos", "feed-post-hide", "feed-status-hide-25"), (Edit,)),
    "messaging-message-edits": (Edit,),
    **dict.fromkeys(("feed-comment-remove-25", "feed-photo-remove-25", "feed-post-remove-25"), (Deletion,)),
    **dict.fromkeys(("feed-video-remove-25", "messaging-message-isdeleted"), (Deletion,)),
    **dict.fromkeys(("feed-like-add-25", "feed-reaction-add-comment", "feed-reaction-edit", "feed-two-entries-25"), ()),
    **dict.fromkeys(("feed-video-block", "feed-video-mute", "feed-video-unblock", "mention-post-add-real"), ()),
    **dict.fromkeys(("messaging-approles", "messaging-delivery-basic", "messaging-reaction-1"), ()),
    **dict.fromkeys(("messaging-policy-callback-block", "messaging-policy-callback-unblock"), ()),
    **dict.fromkeys(("messaging-postback-referral", "messaging-message-product-template"), ()),
    **dict.fromkeys(("ratings-rating-add-25", "unknown-change-value", "user-likes-add", "user-movies-add"), ()),
}


def test_a_recorded_event_is_what_it_says_and_told_whole() -> None:
    assert {name: tuple(type(event) for event in pushed(name)) for name in EXPECTED} == EXPECTED

    new, old = only(pushed("feed-comment-add-211")), only(pushed("feed-comment-add-25"))
    assert new == old
    assert (new.author.external_id, new.author.name, new.own) == ("1234567890321", "Tester", True)
    heard, echo = (only(pushed(f"messaging-message-{name}")) for name in ("basic", "basic-echo"))
    (edit,) = pushed("messaging-message-edits")
    assert isinstance(edit, Edit)
    assert (heard.place, heard.thread) == (Place.DIRECT, "fb:dm:12345654332:987654321432")
    assert (heard.own, echo.own) == (False, True)
    assert heard.external_id == edit.post.external_id
    unknown = only(
        Instagram().parse(polled((META_HOOKS / "instagram/messaging-attachment-unsupported.json").read_bytes()))
    )
    assert (unknown.text, unknown.attachments[0].title) == ("", "unsupported_type")


def test_what_is_asked_for_is_published() -> None:
    on_facebook = ((facebook.COMMENT_FIELDS, "Comment"), (facebook.POST_FIELDS, "PagePost"))
    on_instagram = ((instagram.MEDIA_FIELDS, "IGMedia"), (instagram.COMMENT_FIELDS, "IGComment"))
    for fields, node in (*on_facebook, *on_instagram):
        spec = json.loads((META_SPECS / f"{node}.json").read_bytes())
        known = {field["name"] for field in spec["fields"]} | {api.get("endpoint") for api in spec["apis"]}
        assert top_level(fields) <= known


def top_level(fields: str) -> set[str]:
    """The names outside all brackets."""
    while fields != (flat := re.sub(r"\{[^{}]*\}|\([^()]*\)", "", fields)):
        fields = flat
    return {name.partition(".")[0] for name in fields.split(",")}
