"""People's pages for writing: who am I, posts, comments, messages. Forms with Django's CSRF check."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.sandbox import pictures
from otklik.sandbox.state import World, current
from otklik.sandbox.vk import acts, dialogues, people, shapes
from otklik.sandbox.vk.identity import COOKIE, me

LONGEST = 16384  # characters of one text
LONGEST_NAME = 80
MOST_PHOTOS = 5


class Refused(Exception):
    """What a person did wrong, in Russian."""


def _back(request: HttpRequest, default: str) -> str:
    """Where the form came from: only a path of this site."""
    where = request.POST.get("next", "")
    inside = where.startswith("/") and not where.startswith(("//", "/\\")) and "\n" not in where and "\r" not in where
    return where if inside else default


def _refusal(reason: str) -> HttpResponse:
    return HttpResponse(reason, status=400, content_type="text/plain; charset=utf-8")


@require_POST
def choose_me(request: HttpRequest) -> HttpResponse:
    """Take a known person or a new name."""
    name = _name(request)
    chosen = request.POST.get("person", "")
    with current().write() as world:
        if name:
            number = people.person_named(world, name)
        elif chosen.isascii() and chosen.isdigit() and shapes.find(world.db, "vk_person", int(chosen[:18])):
            number = int(chosen)
        else:
            return _refusal(_("Выберите человека или напишите имя."))
    return _remember(HttpResponseRedirect(_back(request, "/")), number)


def _name(request: HttpRequest) -> str:
    return " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]


def _remember(response: HttpResponse, person_id: int) -> HttpResponse:
    response.set_cookie(COOKIE, str(person_id), max_age=365 * 86400, httponly=True, samesite="Strict")
    return response


def _writer(world: World, request: HttpRequest) -> int:
    person = me(world, request)
    if person is None:
        raise Refused(_("Сначала назовитесь: выберите человека или напишите имя."))
    return int(person["id"])


def _speaker(world: World, request: HttpRequest) -> int:
    """Who writes something new: whoever has introduced himself, else the name that the form carries."""
    name = _name(request)
    if name and me(world, request) is None:
        return people.person_named(world, name)
    return _writer(world, request)


def _done(request: HttpRequest, where: str, speaker: int) -> HttpResponse:
    """Back to the page. A name taken with the first text stays the writer's name."""
    response = HttpResponseRedirect(where)
    return _remember(response, speaker) if _name(request) and not request.GET.get("as") else response


def _pictures(request: HttpRequest) -> list[pictures.Picture]:
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS:
        raise Refused(_("Слишком много снимков."))
    try:
        return [pictures.check(file.read(pictures.BIGGEST_FILE + 1)) for file in files]
    except pictures.NotAPicture as fault:
        raise Refused(_("Подойдут только снимки JPEG, PNG и WebP до 10 МБ.")) from fault


def _draft(world: World, request: HttpRequest, found: list[pictures.Picture]) -> acts.Draft:
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(_("Текст слишком длинный."))
    if not text and not found:
        raise Refused(_("Напишите что-нибудь."))
    writer = _speaker(world, request)
    return acts.Draft(writer, text, [people.add_photo(world, writer, writer, picture) for picture in found])


@require_POST
def write_post(request: HttpRequest, group_id: str) -> HttpResponse:
    """A new post on the wall."""
    try:
        found = _pictures(request)
        with current().write() as world:
            draft = _draft(world, request, found)
            number = acts.write_post(world, -int(group_id), draft)
    except Refused as fault:
        return _refusal(str(fault))
    except acts.NotThere as fault:
        raise Http404 from fault
    return _done(request, f"/vk/wall-{int(group_id)}#post-{number}", draft.from_id)


@require_POST
def write_comment(request: HttpRequest, group_id: str, post_id: str) -> HttpResponse:
    """A comment, a reply (`answer`), or a change of one's own (`edit`)."""
    owner_id = -int(group_id)
    try:
        found = _pictures(request)
        with current().write() as world:
            draft = _draft(world, request, found)
            number = _put(world, request, owner_id, int(post_id), draft)
    except Refused as fault:
        return _refusal(str(fault))
    except acts.NotThere as fault:
        raise Http404 from fault
    return _done(request, f"/vk/wall{owner_id}_{int(post_id)}?reply={number}#comment-{number}", draft.from_id)


def _field(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _put(world: World, request: HttpRequest, owner_id: int, post_id: int, draft: acts.Draft) -> int:
    edited = _field(request, "edit")
    if not edited:
        if acts.get_post(world, owner_id, post_id)["closed"]:
            raise Refused(_("Комментарии к этой записи закрыты."))
        return int(acts.write_comment(world, owner_id, post_id, draft, _field(request, "answer"))["id"])
    if acts.get_comment(world, owner_id, edited)["from_id"] != draft.from_id:
        raise Refused(_("Менять можно только своё."))
    acts.edit_comment(world, owner_id, edited, draft.text, draft.photos or None)
    return edited


@require_POST
def own_comment(request: HttpRequest, group_id: str, comment_id: str) -> HttpResponse:
    """Delete or restore one's own comment."""
    owner_id, number = -int(group_id), int(comment_id)
    try:
        with current().write() as world:
            row = acts.get_comment(world, owner_id, number)
            if row["from_id"] != _writer(world, request):
                return _refusal(_("Удалять можно только своё."))
            if request.POST.get("act") == "restore":
                acts.restore_comment(world, owner_id, number)
            else:
                acts.delete_comment(world, owner_id, number, row["from_id"])
    except Refused as fault:
        return _refusal(str(fault))
    except acts.NotThere as fault:
        raise Http404 from fault
    return HttpResponseRedirect(_back(request, f"/vk/wall{owner_id}_{row['post_id']}"))


@require_POST
def own_post(request: HttpRequest, group_id: str, post_id: str) -> HttpResponse:
    """Change the text of one's own post, or delete it."""
    owner_id, number = -int(group_id), int(post_id)
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()[:LONGEST]
    try:
        with current().write() as world:
            if acts.get_post(world, owner_id, number)["from_id"] != _writer(world, request):
                return _refusal(_("Менять можно только своё."))
            if request.POST.get("act") == "delete":
                acts.delete_post(world, owner_id, number)
                return HttpResponseRedirect(f"/vk/wall{owner_id}")
            acts.edit_post(world, owner_id, number, text)
    except Refused as fault:
        return _refusal(str(fault))
    except acts.NotThere as fault:
        raise Http404 from fault
    return HttpResponseRedirect(_back(request, f"/vk/wall{owner_id}_{number}"))


@require_POST
def write_message(request: HttpRequest, group_id: str) -> HttpResponse:
    """A private message to the community."""
    try:
        found = _pictures(request)
        with current().write() as world:
            draft = _draft(world, request, found)
            words = dialogues.Words(draft.text, draft.photos)
            dialogues.from_person(world, int(group_id), draft.from_id, words)
    except Refused as fault:
        return _refusal(str(fault))
    except acts.NotThere as fault:
        raise Http404 from fault
    return _done(request, f"/vk/im{int(group_id)}?as={draft.from_id}#last", draft.from_id)
