"""A kept file as the answer to a request."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404


def jpeg(file: FieldFile) -> FileResponse:
    """A picture that we have washed ourselves. Raises Http404 when the file is gone."""
    return _response(file, content_type="image/jpeg")


def foreign_file(file: FieldFile, name: str, content_type: str) -> FileResponse:
    """Somebody else's bytes: a browser shows them where they are a picture, all else is saved under `name` and never
    opened here. Raises Http404 when the file is gone."""
    picture = content_type.startswith("image/")
    response = _response(file, content_type=content_type, as_attachment=not picture, filename=name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _response(file: FieldFile, *, content_type: str, as_attachment: bool = False, filename: str = "") -> FileResponse:
    try:
        content = file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, as_attachment=as_attachment, filename=filename, content_type=content_type)
    response["Cache-Control"] = "private, max-age=3600"
    return response
