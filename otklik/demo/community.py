"""A community of one's own in the sandbox, with the keys that a network would give: for a region that tries itself."""

from dataclasses import dataclass

from otklik.demo.control import Control

FIRST_POST = "Здравствуйте! Что у вас происходит? Пишите в комментариях, мы отвечаем."
ADMINISTRATOR = "Администратор Сообщества"


@dataclass(frozen=True, slots=True)
class Community:
    """`number` is the account's id, `post` the page under which citizens write; the rest are its keys."""

    number: int
    address: str
    post: str
    community: str
    service: str
    user: str


def make(title: str, address: str = "", token: str = "") -> Community:
    """A new one every time, with a first post. `address` and `token` are the sandbox's own, by default of the settings.

    Raises NoSandbox.
    """
    with Control(address, token) as control:
        number = int(control.post("/control/vk/communities", name=title)["id"])
        person = int(control.post("/control/vk/people", name=ADMINISTRATOR)["id"])
        post = control.post("/control/vk/posts", owner_id=-number, text=FIRST_POST)["post_id"]

        def key(kind: str, holder: int, admin_of: list[int]) -> str:
            return str(control.post("/control/vk/tokens", kind=kind, holder=holder, admin_of=admin_of)["token"])

        return Community(
            number,
            f"{control.address}/vk/club{number}",
            f"{control.address}/vk/wall-{number}_{post}",
            community=key("group", number, []),
            service=key("service", 0, []),
            user=key("user", person, [number]),
        )
