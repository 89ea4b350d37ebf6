"""X's addresses, all under /x/: the API as on the real host, and pictures beside it."""

from django.urls import re_path

from sandbox.x import api, files, oauth2

urlpatterns = [
    re_path(r"^x/2/oauth2/token$", oauth2.token),
    re_path(r"^x/(?P<path>2/.{0,300})$", api.call),
    re_path(r"^x/media/(?P<key>3_[0-9]{1,19})\.jpg$", files.picture),
]
