"""MAX's addresses, all under /max/. Pages for people stand before the API, whose entry takes every other path."""

from django.urls import re_path

from sandbox.max import api, uploads

urlpatterns = [
    re_path(r"^max/upload/(?P<key>[0-9a-f]{32})$", uploads.upload),
    re_path(r"^max/photo/(?P<token>[\w-]{1,100})\.jpg$", uploads.show_photo),
    re_path(r"^max/(?P<path>.{1,600})$", api.call),
]
