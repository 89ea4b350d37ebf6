"""Telegram's addresses, all under /telegram/: the API and its files as on the real host."""

from django.urls import path, re_path

from sandbox.telegram import api

urlpatterns = [
    re_path(r"^telegram/bot(?P<token>[^/]{0,200})/(?P<name>[^/]{1,100})$", api.method),
    path("telegram/photo/<int:number>.jpg", api.shown_photo),
    re_path(r"^telegram/file/bot(?P<token>[^/]{0,200})/(?P<name>.{1,200})$", api.file),
]
