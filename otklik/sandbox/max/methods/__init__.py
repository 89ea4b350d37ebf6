"""Every call that this emulator knows, in the order in which paths are tried."""

from otklik.sandbox.max.methods import chats, comments, messages, updates
from otklik.sandbox.max.spec import Operation

OPERATIONS: tuple[Operation, ...] = (*chats.TABLE, *messages.TABLE, *comments.TABLE, *updates.TABLE)
