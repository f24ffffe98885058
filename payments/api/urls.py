"""REST routes of payments, mounted by sibportal/urls.py."""

from __future__ import annotations

from rest_framework.viewsets import ViewSetMixin

from payments.api.explaining import EarnedViewSet
from payments.api.preview import TermsPreviewViewSet
from payments.api.viewsets import ClaimViewSet, StatementViewSet

ROUTES: list[tuple[str, type[ViewSetMixin], str]] = [
    ("claims", ClaimViewSet, "claim"),
    ("earned", EarnedViewSet, "earned"),
    ("statements", StatementViewSet, "statement"),
    ("terms/preview", TermsPreviewViewSet, "terms-preview"),
]
