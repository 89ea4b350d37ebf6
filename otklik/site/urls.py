"""All addresses: the desk's pages, sign-in, and the networks' webhooks."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("hooks/", include("otklik.networks.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("otklik.desk.urls")),
]
