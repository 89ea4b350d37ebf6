"""Every operation that the emulator knows, by the name that the published schema gives it."""

from sandbox.x.operations import activity, media, messages, posts_read, posts_write, users, webhooks
from sandbox.x.spec import Operation

OPERATIONS: dict[str, Operation] = {
    operation.name: operation
    for module in (posts_read, posts_write, users, messages, media, webhooks, activity)
    for operation in module.OPERATIONS
}
