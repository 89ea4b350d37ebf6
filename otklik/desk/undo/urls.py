"""The address of «вернуть»."""

from django.urls import URLPattern, path

from otklik.desk.undo import page

urlpatterns: list[URLPattern] = [path("undo/", page.undo, name="undo")]
