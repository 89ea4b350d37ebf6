"""VKontakte's addresses, all under /vk/: the API as on the real host, and people's pages beside it."""

from django.urls import path, re_path

from otklik.sandbox.vk import api, longpoll, pages, uploads, writing

ID = r"-?[0-9]{1,18}"

urlpatterns = [
    re_path(r"^vk/method/(?P<name>[^/]{0,100})$", api.method),
    path("vk/longpoll/<int:group_id>", longpoll.check),
    path("vk/upload/<int:number>/<str:key>", uploads.upload),
    re_path(rf"^vk/photo/(?P<owner_id>{ID})_(?P<number>[0-9]{{1,18}})/(?P<letter>[a-z])\.jpg$", uploads.show_photo),
    re_path(rf"^vk/face/(?P<owner_id>{ID})\.jpg$", uploads.show_face),
    re_path(r"^vk/wall-(?P<group_id>[0-9]{1,18})$", pages.wall, name="vk-wall"),
    re_path(r"^vk/wall-(?P<group_id>[0-9]{1,18})_(?P<post_id>[0-9]{1,18})$", pages.post, name="vk-post"),
    re_path(r"^vk/wall-(?P<group_id>[0-9]{1,18})/changes$", pages.changes, name="vk-changes"),
    re_path(
        r"^vk/wall-(?P<group_id>[0-9]{1,18})_(?P<post_id>[0-9]{1,18})/comments$", pages.comments, name="vk-comments"
    ),
    re_path(r"^vk/im(?P<group_id>[0-9]{1,18})$", pages.dialogue, name="vk-im"),
    re_path(r"^vk/im(?P<group_id>[0-9]{1,18})/messages$", pages.messages, name="vk-messages"),
    path("vk/me", writing.choose_me, name="vk-me"),
    re_path(r"^vk/wall-(?P<group_id>[0-9]{1,18})/write$", writing.write_post, name="vk-write-post"),
    re_path(
        r"^vk/wall-(?P<group_id>[0-9]{1,18})_(?P<post_id>[0-9]{1,18})/write$", writing.write_comment, name="vk-write"
    ),
    re_path(r"^vk/wall-(?P<group_id>[0-9]{1,18})_(?P<post_id>[0-9]{1,18})/post$", writing.own_post, name="vk-own-post"),
    re_path(
        r"^vk/comment-(?P<group_id>[0-9]{1,18})_(?P<comment_id>[0-9]{1,18})$",
        writing.own_comment,
        name="vk-own-comment",
    ),
    re_path(r"^vk/im(?P<group_id>[0-9]{1,18})/write$", writing.write_message, name="vk-write-message"),
]
