"""users.*, group.*, url.getInfo: who somebody is, and what the caller may do."""

import re

from sandbox.acts import NotThere, get_person
from sandbox.ok import shapes, writing
from sandbox.ok.errors import OkError
from sandbox.ok.spec import FIELDS, Call, Method
from sandbox.validation import Param

MOST = 100
_LINK = re.compile(r"https?://(?:www\.|m\.)?ok\.ru/(?:(group|profile)/)?([A-Za-z0-9._-]{1,64})/?")


def current_user(call: Call) -> object:
    return shapes.user(call.world, call.user)


def logged_in_user(call: Call) -> object:
    """The bare number."""
    return call.user


def users(call: Call) -> object:
    """Profiles by number; unknown ones are left out."""
    user_shapes = []
    for number in call.args["uids"]:
        try:
            get_person(call.world, "ok", number)
        except NotThere:
            continue
        user_shapes.append(shapes.user(call.world, number))
    return user_shapes


def has_permission(call: Call) -> object:
    row = call.db.execute(
        "SELECT rights FROM ok_token WHERE kind = 'access' AND holder = ? ORDER BY rowid DESC", (call.user,)
    ).fetchone()
    return bool(row) and call.text("ext_perm") in row["rights"].split(",")


def calls_left(call: Call) -> object:
    names = [name for name in call.text("methods").split(",") if name]
    return [{"methodName": name, "callsLeft": 10_000} for name in names]


def groups(call: Call) -> object:
    """Groups by number; unknown ones are left out."""
    group_shapes = []
    for number in call.args["uids"]:
        try:
            group_shapes.append(shapes.group(call.world, number))
        except NotThere:
            continue
    return group_shapes


def memberships(call: Call) -> object:
    """Which of these people belong to the group. Here only administrators do."""
    group = call.text("group_id")
    try:
        writing.get_group(call.world, group)
    except NotThere as fault:
        raise OkError(160) from fault
    admins = [number for number in call.args["uids"] if writing.is_admin(call.world, group, number)]
    return [{"groupId": group, "userId": number, "status": "ADMIN"} for number in admins]


def url_info(call: Call) -> object:
    """What stands behind a link: by number or by short name."""
    match = _LINK.fullmatch(call.text("url"))
    kind, name = (match[1], match[2]) if match else ("", "")
    row = call.db.execute(
        "SELECT id FROM ok_group WHERE (shortname = ? AND ? = '') OR (id = ? AND ? = 'group')",
        (name, kind or "", name, kind or ""),
    ).fetchone()
    if row is not None:
        return {"type": "GROUP", "objectId": int(row["id"]), "objectIdStr": row["id"]}
    person = call.db.execute("SELECT id FROM person WHERE network = 'ok' AND id = ?", (name,)).fetchone()
    if person is not None and kind == "profile":
        return {"type": "PROFILE", "objectId": int(person["id"]), "objectIdStr": person["id"]}
    return {"type": "UNKNOWN", "objectId": 0}


UIDS = Param("uids", "ids", required=True, most=MOST)
TABLE = (
    Method("users.getCurrentUser", "docs", (FIELDS,), current_user),
    Method("users.getLoggedInUser", "docs", (), logged_in_user),
    Method("users.getInfo", "docs", (UIDS, FIELDS, Param("emptyPictures", "boolean")), users),
    Method("users.hasAppPermission", "docs", (Param("uid", "id"), Param("ext_perm", required=True)), has_permission),
    Method("users.getCallsLeft", "docs", (Param("uid", "id"), Param("methods", required=True)), calls_left),
    Method("group.getInfo", "docs", (UIDS, Param("move_to_top", "boolean"), FIELDS), groups),
    Method("group.getUserGroupsByIds", "docs", (Param("group_id", "id", required=True), UIDS), memberships),
    Method("url.getInfo", "docs", (Param("url", required=True),), url_info),
)
