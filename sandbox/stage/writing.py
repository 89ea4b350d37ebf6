"""The pages for writing: who am I, posts, comments, messages, one's own texts. Forms with Django's CSRF check."""

import dataclasses
import re
from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from sandbox import pictures
from sandbox.acts import Item, Words
from sandbox.stage.visit import Setting, Visit, at
from sandbox.state import World

VERBS = frozenset({"write", "post"})
LONGEST = 16384  # characters of one text
LONGEST_NAME = 80
MOST_PHOTOS = 5


class Refused(Exception):
    """What a person did wrong, in Russian."""


def written(looked: Visit, verb: str, photos: tuple[bytes, ...]) -> HttpResponse:
    """Do what the form asks for and go to where it is seen. Refused, or what the network's Acts raise."""
    if verb == "write":
        return _write(looked, photos)
    return _own_post(looked) if verb == "post" else _own_comment(looked)


def refusal(reason: str) -> HttpResponse:
    """A network says it to people in Russian; what it says to programmers helps nobody here."""
    message = reason if re.search("[а-яё]", reason) else _("Сеть не приняла этого.")
    return HttpResponse(message, status=400, content_type="text/plain; charset=utf-8")


def decoded(request: HttpRequest) -> tuple[bytes, ...]:
    """The pictures of a form. It takes its time, so it is done before the state is locked."""
    files = request.FILES.getlist("photos")
    if len(files) > MOST_PHOTOS:
        raise Refused(_("Слишком много снимков."))
    try:
        return tuple(pictures.check(file.read(pictures.BIGGEST_FILE + 1)).data for file in files)
    except pictures.NotAPicture as fault:
        raise Refused(_("Подойдут только снимки JPEG, PNG и WebP до 10 МБ.")) from fault


def _back(request: HttpRequest, default: str) -> str:
    """Where the form came from: only a path of this site."""
    where = request.POST.get("next", "")
    inside = where.startswith("/") and not where.startswith(("//", "/\\")) and "\n" not in where and "\r" not in where
    return where if inside else default


def _name(request: HttpRequest) -> str:
    return " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]


def choose_me(request: HttpRequest, setting: Setting, world: World) -> HttpResponse:
    """Take a known person or a new name."""
    name, number = _name(request), request.POST.get("person", "")[:100]
    if name:
        number = setting.people.named(world, name)
    elif not number or not setting.people.name_of(world, number):
        raise Refused(_("Выберите человека или напишите имя."))
    return _remember(HttpResponseRedirect(_back(request, "/")), setting, number)


def _remember(response: HttpResponse, setting: Setting, number: str) -> HttpResponse:
    response.set_cookie(setting.cookie, number, max_age=365 * 86400, httponly=True, samesite="Strict")
    return response


def _writer(looked: Visit) -> str:
    if looked.me is None:
        raise Refused(_("Сначала назовитесь: выберите человека или напишите имя."))
    return looked.me.id


def _speaker(looked: Visit) -> str:
    """Who writes something new: whoever has introduced himself, else the name that the form carries."""
    name = _name(looked.request)
    return looked.setting.people.named(looked.world, name) if name and looked.me is None else _writer(looked)


def _text(request: HttpRequest, photos: tuple[bytes, ...] = ()) -> str:
    text = request.POST.get("text", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise Refused(_("Текст слишком длинный."))
    if not text and not photos:
        raise Refused(_("Напишите что-нибудь."))
    return text


def _write(looked: Visit, photos: tuple[bytes, ...]) -> HttpResponse:
    """A post in a place, a comment under a post (or a change of one's own), a message to a place."""
    sort = "message" if looked.spot.private else "comment" if looked.spot.post else "post"
    if photos and sort not in looked.stage.photos:
        raise Refused(_("Снимки сюда не добавляют."))
    text = _text(looked.request, photos)
    if looked.request.POST.get("edit") and sort == "comment":
        return _change(looked, text)
    words = Words(text, author=_speaker(looked), photos=photos)
    if sort == "message":
        address = looked.setting.acts.write(looked.world, dataclasses.replace(words, to=looked.private))
        where = at(looked.place.dialogue, **{"as": words.author}) + "#last"
    elif sort == "comment":
        address = looked.setting.acts.write(looked.world, dataclasses.replace(words, under=_above(looked)))
        where = _seen_at(looked, address)
    else:
        if not looked.stage.may_post(looked.world, looked.place.id):
            raise Refused(_("Здесь пишет только владелец."))
        address = looked.setting.acts.write(looked.world, dataclasses.replace(words, place=looked.place.id))
        where = f"{looked.place.wall}#post-{looked.stage.mark(address)}"
    return _done(looked, where, words.author)


def _done(looked: Visit, where: str, speaker: str) -> HttpResponse:
    """Back to the page. A name taken with the first text stays the writer's name."""
    response = HttpResponseRedirect(where)
    keep = _name(looked.request) and not looked.request.GET.get("as") and not looked.spot.person
    return _remember(response, looked.setting, speaker) if keep else response


def _above(looked: Visit) -> str:
    """The address that the comment goes under: the post, or the comment that it answers."""
    thread, answered = looked.thread(), looked.request.POST.get("answer", "")
    if thread[0].closed:
        raise Refused(thread[0].closed)
    if not answered:
        return thread[0].address
    comment = _marked(looked, thread, answered)
    if comment.deleted:
        raise Http404
    return comment.address


def _marked(looked: Visit, thread: Sequence[Item], mark: str) -> Item:
    comment = next((item for item in thread[1:] if looked.stage.mark(item.address) == mark), None)
    if comment is None:
        raise Http404
    return comment


def _seen_at(looked: Visit, address: str) -> str:
    """The link to a comment, with the place on the page."""
    thread = looked.setting.acts.thread(looked.world, address)
    link = next((item.link for item in thread if item.address == address), thread[0].link)
    return f"{link.partition('#')[0]}#comment-{looked.stage.mark(address)}"


def _mine(looked: Visit, item: Item, refusal: str) -> Item:
    _writer(looked)
    if not looked.mine(item):
        raise Refused(refusal)
    return item


def _change(looked: Visit, text: str) -> HttpResponse:
    thread = looked.thread()
    if thread[0].closed:
        raise Refused(thread[0].closed)
    comment = _mine(looked, _marked(looked, thread, looked.request.POST["edit"]), _("Менять можно только своё."))
    looked.setting.acts.edit(looked.world, comment.address, text)
    return HttpResponseRedirect(_seen_at(looked, comment.address))


def _own_comment(looked: Visit) -> HttpResponse:
    """Delete or restore one's own comment: the one that the page's address marks."""
    thread = looked.thread()
    comment = next((item for item in thread[1:] if item.address == looked.spot.marked), None)
    if comment is None:
        raise Http404
    _mine(looked, comment, _("Удалять можно только своё."))
    restore = looked.stage.restore
    if looked.request.POST.get("act") == "restore" and restore is not None:
        restore(looked.world, comment.address)
    else:
        looked.setting.acts.delete(looked.world, comment.address)
    return HttpResponseRedirect(_back(looked.request, thread[0].link))


def _own_post(looked: Visit) -> HttpResponse:
    """Change the text of one's own post, or delete it."""
    if not looked.spot.post:
        raise Http404
    post = _mine(looked, looked.thread()[0], _("Менять можно только своё."))
    if looked.request.POST.get("act") == "delete":
        looked.setting.acts.delete(looked.world, post.address)
        return HttpResponseRedirect(looked.place.wall)
    looked.setting.acts.edit(looked.world, post.address, _text(looked.request, (b"",) if post.photos else ()))
    return HttpResponseRedirect(_back(looked.request, post.link))
