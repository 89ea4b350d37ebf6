"""All addresses: the desk's pages, sign-in, and the networks' webhooks."""

from django.urls import include, path
from django.views.i18n import set_language

handler400 = "otklik.desk.errors.bad_request"
handler403 = "otklik.desk.errors.denied"
handler404 = "otklik.desk.errors.not_found"
handler429 = "otklik.desk.errors.too_many"
handler500 = "otklik.desk.errors.failed"

urlpatterns = [
    path("hooks/", include("otklik.networks.urls")),
    path("accounts/", include("otklik.desk.signin")),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("otklik.desk.urls")),
]
