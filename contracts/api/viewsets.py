"""REST: the contracts that the caller takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from contracts import selectors
from contracts.api.serializers import ContractDetailSerializer, ContractSerializer
from contracts.models import Contract
from contracts.states import ContractState

if TYPE_CHECKING:
    from rest_framework.request import Request

    from sibportal.accounts.models import User

    _Base = GenericViewSet[Contract]
else:
    _Base = GenericViewSet

_FILTERS = [
    OpenApiParameter("search", str, description="Words of code, title, place or case number."),
    OpenApiParameter("state", str, enum=ContractState.values),
]


@extend_schema_view(list=extend_schema(parameters=_FILTERS))
class ContractViewSet(ListModelMixin, _Base):
    """Contracts, each with its parties and terms documents."""

    serializer_class = ContractSerializer
    queryset = Contract.objects.none()
    lookup_value_regex = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

    def get_queryset(self) -> QuerySet[Contract]:
        """The caller's contracts, narrowed by ?search= and ?state=."""
        wanted = {name: self.request.query_params.get(name, "") for name in ("search", "state")}
        return selectors.contract_list(_caller(self.request), **wanted)

    @extend_schema(responses=ContractDetailSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One contract with parties, terms and reporting periods."""
        viewer = _caller(request)
        contract = selectors.contract(viewer, UUID(pk))
        found = {
            **ContractSerializer(contract).data,
            "parties": selectors.all_parties(viewer, contract),
            "terms": selectors.versions(viewer, contract),
            "periods": selectors.periods(contract),
        }
        return Response(ContractDetailSerializer(found).data)


def _caller(request: Request) -> User:
    return cast("User", request.user)
