"""All addresses: the front page, the control API, each network's own, then the pages for people."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from sandbox import admission, control, control_texts, pages
from sandbox.registry import NETWORKS
from sandbox.stage.pages import any_page

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.index, name="index"),
    path("static/<str:name>", pages.static_file, name="static"),
    path("favicon.ico", pages.static_file, {"name": "favicon.svg"}),
    path("control/counts", control.counts),
    path("control/reset", control.reset),
    path("control/clock", control.clock),
    path("control/admission", admission.admission),
    path("control/faults", control.fault_script),
    path("control/switches", control.switch_board),
]
texts = [
    path("places", control_texts.places),
    path("people", control_texts.people),
    path("people/batch", control_texts.people_batch),
    path("tokens", control_texts.tokens),
    path("texts", control_texts.texts),
    path("texts/batch", control_texts.batch),
    path("texts/edit", control_texts.edit),
    path("texts/delete", control_texts.delete),
    path("events", control_texts.events),
    path("thread", control_texts.thread),
    path("links", control_texts.links),
    path("posts", control_texts.posts),
    path("dialogue", control_texts.dialogue),
    path("pushes", control_texts.pushes),
]
for network in NETWORKS:
    if network.control_urls:
        urlpatterns.append(path(f"control/{network.kind}/", include(network.control_urls)))
    common = texts if network.acts is not None else [path("texts", control_texts.texts)]
    urlpatterns.append(path(f"control/{network.kind}/", include(common), {"kind": network.kind}))
for network in NETWORKS:  # those of an API that takes every path
    if network.stage is not None and network.stage.paths:
        root, paths = network.stage.prefix or network.kind, network.stage.paths
        urlpatterns.append(re_path(rf"^{root}/(?P<path>who-am-i|(?:{paths}).*)$", any_page, {"kind": network.kind}))
urlpatterns += [path("", include(network.urls)) for network in NETWORKS]
for network in NETWORKS:  # behind everything that the networks themselves answer
    if network.stage is not None and not network.stage.paths:
        root = network.stage.prefix or network.kind
        urlpatterns.append(re_path(rf"^{root}/(?P<path>.+)$", any_page, {"kind": network.kind}))
