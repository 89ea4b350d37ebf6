"""The address of the situation."""

from django.urls import URLPattern, path

from otklik.desk.situation import page

urlpatterns: list[URLPattern] = [path("situation/", page.page, name="situation")]
