"""Private messages through the API: conversations, and sending within the window."""

from typing import Any

from sandbox.acts import NotThere
from sandbox.meta import talk
from sandbox.meta import world as w
from sandbox.meta.calling import Call
from sandbox.meta.edges_facebook import node
from sandbox.meta.errors import NO_SUCH_PEER, OUTSIDE_WINDOW, GraphError
from sandbox.meta.spec import Edge
from sandbox.validation import Param

LONGEST, LONGEST_INSTAGRAM = 2000, 1000  # characters in Messenger, bytes in Instagram
PRIVATE_REPLY = 7 * 24 * 3600  # seconds after the comment
TYPES = ("MESSAGE_TAG", "RESPONSE", "UPDATE", "UTILITY")


def conversations(call: Call) -> list[Any]:
    """Newest first. `platform` chooses between the Page's own and those of its Instagram account."""
    place = call.node.id
    right = "pages_messaging"
    if call.node.type == "IGUser" or call.args.get("platform") == "INSTAGRAM":
        right = "instagram_manage_messages"
        account = w.linked(call.world, place) if call.node.type == "Page" else call.node.row
        if account is None:
            raise GraphError(100, "The Page has no Instagram account")
        place = account["id"]
    if right not in call.token.rights:
        raise GraphError(10, f"This endpoint requires the '{right}' permission")
    rows = call.db.execute(
        "SELECT * FROM meta_thread WHERE place = ? ORDER BY updated DESC, id DESC", (place,)
    ).fetchall()
    person = call.text("user_id")
    return [row for row in rows if not person or row["person"] == person]


def messages(call: Call) -> list[Any]:
    """Of one conversation, newest first."""
    return call.db.execute(
        "SELECT meta_message.*, place, person FROM meta_message JOIN meta_thread ON meta_thread.id = thread"
        " WHERE thread = ? AND deleted = 0 ORDER BY seq DESC",
        (call.node.id,),
    ).fetchall()


def send(call: Call) -> dict[str, str]:
    """POST …/messages: an answer within 24 hours, or one private reply to a comment within 7 days."""
    text = call.args.get("message", {}).get("text")
    recipient = call.args.get("recipient", {})
    if not isinstance(text, str) or not text.strip():
        raise GraphError(100, "Message cannot be empty, must provide valid attachment or text")
    if "comment_id" in recipient:
        return _private_reply(call, str(recipient["comment_id"]), text)
    person = recipient.get("id")
    if not isinstance(person, str):
        raise GraphError(100, "The parameter recipient is required")
    thread = _thread(call, person)
    kind = w.get_place(call.world, thread["place"])["kind"]
    _check(call, kind, text)
    tagged = call.args.get("messaging_type") == "MESSAGE_TAG"
    if not tagged and call.args.get("messaging_type") not in ("RESPONSE", "UPDATE"):
        raise GraphError(100, "Param messaging_type must be RESPONSE, UPDATE or MESSAGE_TAG")
    window = talk.AGENT_WINDOW if tagged else talk.WINDOW
    if call.world.now > talk.last_heard(call.world, thread) + window:
        raise GraphError(10, "This message is sent outside of allowed window.", OUTSIDE_WINDOW)
    row = talk.write(call.world, thread["place"], person, text, out=True)
    return {"recipient_id": person, "message_id": row["id"]}


def _thread(call: Call, person: str) -> Any:
    places = [call.node.id]
    account = w.linked(call.world, call.node.id) if call.node.type == "Page" else None
    places += [account["id"]] if account is not None else []
    for place in places:
        thread = w.thread_of(call.world, place, person)
        if thread is not None:
            return thread
    raise GraphError(100, "No matching user found", NO_SUCH_PEER)


def _check(call: Call, kind: str, text: str) -> None:
    right = "pages_messaging" if kind == "page" else "instagram_manage_messages"
    if right not in call.token.rights:
        raise GraphError(10, f"This endpoint requires the '{right}' permission")
    if kind == "page" and len(text) > LONGEST:
        raise GraphError(100, f"Length of param message[text] must be less than or equal to {LONGEST}")
    if kind == "ig" and len(text.encode()) > LONGEST_INSTAGRAM:
        raise GraphError(100, f"Length of param message[text] must be less than or equal to {LONGEST_INSTAGRAM} bytes")


def _private_reply(call: Call, name: str, text: str) -> dict[str, str]:
    row = w.find_text(call.world, name)
    if row is None or row["kind"] not in ("comment", "igcomment") or not row["author"]:
        raise GraphError(100, "No matching comment found", NO_SUCH_PEER)
    place = w.get_place(call.world, row["place"])
    if call.node.id not in (place["id"], place["page"]):
        raise GraphError(200, "The comment is not on this Page")
    _check(call, place["kind"], text)
    if row["private"]:
        raise GraphError(10900)
    if call.world.now > row["created"] + PRIVATE_REPLY:
        raise GraphError(10, "This message is sent outside of allowed window.", OUTSIDE_WINDOW)
    person = w.ig_person(row["author"]) if place["kind"] == "ig" else row["author"]
    call.db.execute("UPDATE meta_text SET private = 1 WHERE id = ?", (row["id"],))
    try:
        sent = talk.write(call.world, place["id"], person, text, out=True)
    except NotThere as fault:
        raise GraphError(100, "No matching user found", NO_SUCH_PEER) from fault
    return {"recipient_id": person, "message_id": sent["id"]}


_ASK = (
    Param("folder"),
    Param("platform", "enum", choices=("INSTAGRAM", "MESSENGER")),
    Param("tags", "strings"),
    Param("user_id"),
)
_SEND = (
    Param("folder", "enum", choices=("PARTNERSHIP",)),
    Param("message", "object"),
    Param("messaging_type", "enum", choices=TYPES),
    Param("notification_type", "enum", choices=("NO_PUSH", "REGULAR", "SILENT_PUSH")),
    *(Param(name) for name in ("payload", "persona_id")),
    Param("recipient", "object", required=True),
    Param("reply_to", "object"),
    Param("sender_action", "enum", choices=("MARK_SEEN", "REACT", "TYPING_OFF", "TYPING_ON", "UNREACT")),
    Param("suggestion_action", "enum", choices=("ACCEPT", "DISMISS", "IMPRESSION")),
    *(Param(name, "object") for name in ("tag", "thread_control")),
)
_SEND_INSTAGRAM = tuple(
    Param(param.name, param.kind, choices=param.choices)
    for param in _SEND
    if param.name not in ("notification_type", "persona_id", "suggestion_action")
)
EDGES: tuple[Edge, ...] = (
    Edge("GET", "Page", "conversations", conversations, _ASK, "UnifiedThread"),
    Edge("GET", "IGUser", "conversations", conversations, _ASK, "UnifiedThread", tokens=frozenset({"instagram"})),
    Edge("POST", "Page", "messages", send, _SEND),
    Edge("POST", "IGUser", "messages", send, _SEND_INSTAGRAM, tokens=frozenset({"instagram"})),
    Edge("GET", "UnifiedThread", "", node, (), "UnifiedThread"),
    Edge(
        "GET",
        "UnifiedThread",
        "messages",
        messages,
        (Param("source", "enum", choices=("ALL", "PARTICIPANTS")),),
        "UnifiedMessage",
    ),
    Edge("GET", "UnifiedMessage", "", node, (), "UnifiedMessage"),
)
