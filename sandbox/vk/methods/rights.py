"""Who may act for which community."""

from sandbox.vk import people, shapes
from sandbox.vk.errors import VkError
from sandbox.vk.spec import Call


def own_group(call: Call) -> int:
    """The community that `group_id` names, if this token may set it up. VkError 100 or 15 otherwise."""
    group_id = call.integer("group_id") or (call.token.holder if call.token.kind == "group" else 0)
    if not group_id or shapes.find(call.db, "vk_community", group_id) is None:
        raise VkError(100, "group_id is invalid")
    if not speaks_for(call, group_id):
        raise VkError(15, "no access to this group")
    return group_id


def speaks_for(call: Call, group_id: int) -> bool:
    """A community token speaks for its own community, a user token for those its holder administers."""
    if call.token.kind == "group":
        return call.token.holder == group_id
    return call.token.kind == "user" and people.is_admin(call.world, call.token.holder, group_id)
