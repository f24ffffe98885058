"""What the router of /api/v1/ mounts for contracts: prefix, viewset, base name."""

from __future__ import annotations

from rest_framework.viewsets import ViewSetMixin

from contracts.api.viewsets import ContractViewSet, TermsViewSet

ROUTES: list[tuple[str, type[ViewSetMixin], str]] = [
    ("contracts", ContractViewSet, "contract"),
    ("terms", TermsViewSet, "terms"),
]
