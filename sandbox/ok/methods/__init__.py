"""The emulator's own tables of REST methods: parameters, sources and what each does. No HTTP here."""

from sandbox.ok.methods import comments_read, comments_write, people, topics
from sandbox.ok.spec import Method

METHODS: dict[str, Method] = {
    method.name: method for module in (comments_read, comments_write, people, topics) for method in module.TABLE
}
