"""All addresses: the desk's pages, sign-in, the networks' webhooks, and what programs ask.

Whoever has read them knows which are keys: before the first page is answered no log may quote one.
"""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from otklik.api import PREFIX
from otklik.api.interface import description
from otklik.desk.admin.description import description_page
from otklik.lib.redact import learn
from otklik.lib.secret_addresses import shapes

handler400 = "otklik.desk.errors.bad_request"
handler403 = "otklik.desk.errors.denied"
handler404 = "otklik.desk.errors.not_found"
handler429 = "otklik.desk.errors.too_many"
handler500 = "otklik.desk.errors.failed"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("otklik.api.urls")),
    path("admin/programs/description/", description_page(description, PREFIX), name="admin-programs-description"),
    path("hooks/", include("otklik.networks.urls")),
    path("accounts/", include("otklik.desk.signin")),
    path("accounts/", include("allauth.urls")),
    path("language/", set_language, name="set_language"),
    path("", include("otklik.desk.urls")),
]

learn(shapes(urlpatterns))
