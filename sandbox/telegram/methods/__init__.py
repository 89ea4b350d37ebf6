"""Every method that this emulator has, by its name in lower case: the network does not mind capitals."""

from collections.abc import Mapping

from sandbox.telegram.methods import change, chats, receive, send
from sandbox.telegram.spec import Method

METHODS: Mapping[str, Method] = {
    method.name.lower(): method for method in (*receive.METHODS, *chats.METHODS, *send.METHODS, *change.METHODS)
}
