"""Views and addresses that the tests of this folder call through the real middleware."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from sibportal.kernel.errors import InvalidTransition, Issue, NotAllowed, NotVisible, RuleViolation
from sibportal.web import uploads
from sibportal.web.http import page

ERRORS: dict[str, Exception] = {
    "rule": RuleViolation([Issue("example.late", "measured_on", "3.11.2026", {"days": 14})]),
    "transition": InvalidTransition("settled", "draft"),
    "refused": NotAllowed(),
    "hidden": NotVisible(),
    "broken": RuntimeError("the secret inside"),
}


def fail(request: HttpRequest, kind: str) -> HttpResponse:
    """Write a row, then raise."""
    mark("before-" + kind)
    raise ERRORS[kind]


def answer(request: HttpRequest, status: int) -> HttpResponse:
    """Write a row, then answer with a status."""
    mark(f"status-{status}")
    return HttpResponse(status=status)


def mark(key: str) -> None:
    """Leave a row that a rollback takes away again."""
    Session.objects.create(session_key=key, session_data="", expire_date="2030-01-01T00:00:00Z")


def parts(request: HttpRequest) -> HttpResponse:
    """Answer with a page or its fragment."""
    return page(
        request, "problem.html", {"title": "Whole"}, fragment="components/_problem.html", status=422
    )


def upload(request: HttpRequest) -> HttpResponse:
    """Tell what arrived of an uploaded file and what was kept of it."""
    file = request.FILES["file"]
    assert isinstance(file, UploadedFile)
    file.seek(0, 2)
    return HttpResponse(f"{file.size} {file.tell()} {uploads.LIMIT}")


class LineSerializer(serializers.Serializer[Any]):
    """One line of a nested body."""

    amount = serializers.DecimalField(max_digits=5, decimal_places=2)


class BodySerializer(serializers.Serializer[Any]):
    """A nested body."""

    name = serializers.CharField()
    lines = LineSerializer(many=True)


@api_view(["POST"])
def api_fail(request: Request, kind: str) -> Response:
    """Raise like `fail`, or refuse the body."""
    if kind == "body":
        BodySerializer(data=request.data).is_valid(raise_exception=True)
    raise ERRORS[kind]


handler404 = "sibportal.web.problems.not_found"
handler500 = "sibportal.web.problems.server_error"
urlpatterns = [
    path("fail/<str:kind>/", login_not_required(fail)),
    path("answer/<int:status>/", login_not_required(answer)),
    path("parts/", login_not_required(parts)),
    path("upload/", login_not_required(upload)),
    path("api/fail/<str:kind>/", api_fail),
    path("", include("sibportal.urls")),
]
