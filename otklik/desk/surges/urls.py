"""Addresses of surges."""

from django.urls import URLPattern, path

from otklik.desk.surges import page

urlpatterns: list[URLPattern] = [
    path("surges/", page.surges, name="surges"),
    path("surges/<row:pk>/", page.surge, name="surge"),
    path("surges/<row:pk>/problem/", page.problem, name="surge-problem"),
]
