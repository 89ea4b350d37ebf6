"""VKontakte's addresses, all under /vk/: the API as on the real host, and people's pages beside it."""

from django.urls import path, re_path

from sandbox.vk import api, longpoll, uploads

ID = r"-?[0-9]{1,18}"

urlpatterns = [
    re_path(r"^vk/method/(?P<name>[^/]{0,100})$", api.method),
    path("vk/longpoll/<int:group_id>", longpoll.check),
    path("vk/upload/<int:number>/<str:key>", uploads.upload),
    re_path(rf"^vk/photo/(?P<owner_id>{ID})_(?P<number>[0-9]{{1,18}})/(?P<letter>[a-z])\.jpg$", uploads.show_photo),
    re_path(rf"^vk/face/(?P<owner_id>{ID})\.jpg$", uploads.show_face),
]
