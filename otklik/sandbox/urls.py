"""All addresses: the front page, the control API, then each network's own."""

from django.urls import URLPattern, URLResolver, include, path

from otklik.sandbox import control, pages
from otklik.sandbox.registry import NETWORKS

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="index"),
    path("static/<str:name>", pages.static_file, name="static"),
    path("favicon.ico", pages.static_file, {"name": "favicon.svg"}),
    path("control/counts", control.counts),
    path("control/reset", control.reset),
    path("control/clock", control.clock),
    path("control/faults", control.fault_script),
    path("control/switches", control.switch_board),
]
for network in NETWORKS:
    urlpatterns.append(path(f"control/{network.kind}/", include(network.control_urls)))
    urlpatterns.append(path("", include(network.urls)))
