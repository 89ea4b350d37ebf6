"""The first page: everybody goes to where his work is. And the look a user chose."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from otklik.desk.admin.frame import opens
from otklik.desk.admin.pages import START
from otklik.desk.admin.start.steps import is_new
from otklik.desk.gate import permitted, user_of
from otklik.desk.shell import LOOKS, sections_for
from otklik.people.models import User


@permitted()
def home(request: HttpRequest) -> HttpResponse:
    """The first section that the user's roles open, «Запуск» for whoever sets up a new region; whoever has none is told
    whom to ask."""
    user = user_of(request)
    sections = sections_for(user)
    if opens(user, START) and is_new():
        return HttpResponseRedirect(reverse(START.address))
    if sections:
        return HttpResponseRedirect(sections[0].address)
    return render(request, "desk/no_roles.html")


@require_POST
@permitted()
def look(request: HttpRequest) -> HttpResponse:
    """Light, dark or as the system has it: kept on the user, so that no page flashes."""
    chosen = request.POST.get("look", "")
    if chosen in LOOKS:
        User.objects.filter(pk=user_of(request).pk).update(look=chosen)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    return HttpResponseRedirect(back if safe else "/")
