"""Odnoklassniki's addresses, all under /ok/: the two APIs as on the real host, and the photos."""

from django.urls import path, re_path

from sandbox.ok import api, graph, photos

urlpatterns = [
    path("ok/fb.do", api.by_query),
    re_path(r"^ok/api/(?P<group>[A-Za-z0-9]{1,40})/(?P<name>[A-Za-z0-9.]{1,60})$", api.by_path),
    re_path(r"^ok/graph/me/(?P<path>[A-Za-z0-9:._/-]{1,200})$", graph.call),
    re_path(r"^ok/photo/(?P<number>[0-9]{1,20})/(?P<side>[0-9]{1,5})\.jpg$", photos.show_side),
]
