"""The address of the cards behind a figure."""

from django.urls import URLPattern, path

from otklik.desk.behind import page

urlpatterns: list[URLPattern] = [path("behind/", page.page, name="behind")]
