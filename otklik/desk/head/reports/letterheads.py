"""The region's own template of a document: taken to be changed, put in place, taken away."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.desk.gate import permitted, user_of
from otklik.desk.head.reports.page import READERS, keeps_letterhead, shown
from otklik.lib import clock
from otklik.people.models import User
from otklik.reports import blank, letterhead
from otklik.reports.docx_file import MOST_BYTES, TOO_BIG, BadTemplate
from otklik.reports.to_docx import MIME, tried
from otklik.work.translated import translated


@require_http_methods(["GET", "HEAD", "POST"])
@permitted(*READERS)
def page(request: HttpRequest) -> HttpResponse:
    """GET gives the template that is in use as a file; POST puts another in its place, once it has been tried."""
    user = _keeper(request)
    if request.method != "POST":
        response = HttpResponse(letterhead.current() or blank.made(), content_type=MIME)
        response["Content-Disposition"] = 'attachment; filename="otklik-template.docx"'
        return response
    try:
        letterhead.put(*_uploaded(request.FILES.get("file")), tried, user, clock.now())
    except BadTemplate as refusal:
        return shown(request, translated(str(refusal)), 409)
    messages.success(request, _("Шаблон принят: документы Word теперь выходят по нему."))
    return redirect("reports")


@require_POST
@permitted(*READERS)
def removal(request: HttpRequest) -> HttpResponse:
    user = _keeper(request)
    if letterhead.remove(user, clock.now()):
        messages.success(request, _("Шаблон убран: документы Word снова выходят по обычному."))
    else:
        messages.error(request, _("Его уже убрали."))
    return redirect("reports")


def _uploaded(upload: "UploadedFile[bytes] | None") -> tuple[str, bytes]:
    """Its name and content; what is too big is not even read. Raises BadTemplate."""
    if upload is None or not upload.size:
        raise BadTemplate(_("Выберите файл шаблона."))
    if upload.size > MOST_BYTES:
        raise BadTemplate(TOO_BIG)
    return upload.name or "", upload.read()


def _keeper(request: HttpRequest) -> User:
    user = user_of(request)
    if not keeps_letterhead(user):
        raise PermissionDenied
    return user
