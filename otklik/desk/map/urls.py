"""The address of the shapes."""

from django.urls import URLPattern, path

from otklik.desk.map import shapes

urlpatterns: list[URLPattern] = [path("map/shapes.json", shapes.shapes, name="map-shapes")]
