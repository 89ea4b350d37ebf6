"""Attachments as they come in: "photo<owner>_<id>[_<key>],…"."""

import re
from collections.abc import Sequence

from sandbox.state import World
from sandbox.vk import people
from sandbox.vk.acts import PhotoRef
from sandbox.vk.errors import VkError

MOST_ATTACHED = 10
PHOTO = re.compile(r"photo(-?[0-9]{1,18})_([0-9]{1,18})(?:_([0-9a-zA-Z]{1,40}))?", re.ASCII)


def photo_refs(world: World, items: Sequence[str], speaker: frozenset[int]) -> list[PhotoRef]:
    """Photos that the speaker may attach: its own, or any with the right access key. VkError 100 otherwise."""
    if len(items) > MOST_ATTACHED:
        raise VkError(100, "too many attachments")
    refs = []
    for item in items:
        match = PHOTO.fullmatch(item)
        row = people.get_photo(world, (int(match[1]), int(match[2]))) if match else None
        if match is None or row is None:
            raise VkError(100, f"attachment {item[:60]} is not known")
        keyed = bool(row["access_key"]) and match[3] == row["access_key"]
        if row["owner_id"] not in speaker and row["user_id"] not in speaker and not keyed:
            raise VkError(100, f"no access to attachment {item[:60]}")
        refs.append((row["owner_id"], row["id"]))
    return refs
