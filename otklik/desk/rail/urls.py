"""The address of the rail's numbers."""

from django.urls import URLPattern, path

from otklik.desk.rail import page

urlpatterns: list[URLPattern] = [path("rail/", page.rail, name="rail")]
