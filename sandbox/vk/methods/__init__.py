"""The emulator's own tables of methods: tokens, parameters, errors and what each does. No HTTP here."""

from sandbox.vk.methods import (
    beside,
    groups,
    groups_setup,
    messages,
    newsfeed,
    people,
    photos,
    wall_read,
    wall_write,
)
from sandbox.vk.spec import Method

METHODS: dict[str, Method] = {
    method.name: method
    for module in (beside, groups, groups_setup, messages, newsfeed, people, photos, wall_read, wall_write)
    for method in module.TABLE
}
