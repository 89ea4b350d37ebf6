"""Every call that this emulator knows, in the order in which paths are tried."""

from sandbox.max.methods import chats, comments, messages, updates
from sandbox.max.spec import Operation

OPERATIONS: tuple[Operation, ...] = (*chats.TABLE, *messages.TABLE, *comments.TABLE, *updates.TABLE)
