"""Meta's addresses, all under /meta/: the graph of both networks as on the real host, and pictures beside it."""

from django.urls import path, re_path

from sandbox.meta import api, control

urlpatterns = [
    re_path(r"^meta/v(?P<version>[0-9]{1,3}\.[0-9]{1,2})/?$", api.graph),
    re_path(r"^meta/v(?P<version>[0-9]{1,3}\.[0-9]{1,2})/(?P<path>.{1,400})$", api.graph),
    path("meta/photo/<str:number>.jpg", control.photo),
]
