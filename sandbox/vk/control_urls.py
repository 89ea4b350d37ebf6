"""The emulator's own part of the control API, mounted at /control/vk/."""

from django.urls import path, re_path

from sandbox.vk import control, control_read

ADDRESS = r"(?P<owner_id>-[0-9]{1,18})_(?P<number>[0-9]{1,18})"

urlpatterns = [
    path("communities", control.communities),
    path("communities/<int:group_id>/guests", control.guests),
    path("people", control.people_),
    path("tokens", control.tokens_),
    path("posts", control.posts),
    path("comments", control.comments),
    re_path(rf"^comments/{ADDRESS}/(?P<act>edit|delete|restore)$", control.change_comment),
    path("things", control.things),
    path("restore", control.restore),
    path("messages", control.messages),
    path("messages/allowed", control.messages_allowed),
    path("batch", control.batch),
    path("events/<int:group_id>", control.send_event),
    path("longpoll/<int:group_id>/forget", control.forget_history),
    re_path(rf"^threads/{ADDRESS}$", control_read.thread),
    path("dialogues/<int:group_id>/<int:person_id>", control_read.dialogue),
    path("deliveries", control_read.deliveries),
]
