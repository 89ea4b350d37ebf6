"""The address of the search."""

from django.urls import URLPattern, path

from otklik.desk.find import page

urlpatterns: list[URLPattern] = [path("find/", page.find, name="find")]
