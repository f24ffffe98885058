"""REST: the contracts that the caller takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from contracts import selectors, services
from contracts.api.measuring import MeasuringSerializer
from contracts.api.serializers import (
    AmendmentSerializer,
    ComparisonSerializer,
    ContractDetailSerializer,
    ContractSerializer,
    TermsSerializer,
)
from contracts.models import Contract, Terms
from contracts.rules.terms.comparing import Difference, compare
from contracts.states import ContractState
from sibportal.accounts.roles import Action
from sibportal.kernel.errors import NotVisible

if TYPE_CHECKING:
    from rest_framework.request import Request

    from sibportal.accounts.models import User

    _Base = GenericViewSet[Contract]
    _TermsBase = GenericViewSet[Terms]
else:
    _Base = _TermsBase = GenericViewSet

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

    @extend_schema(request=AmendmentSerializer, responses={201: TermsSerializer})
    @action(detail=True, methods=["post"])
    def amendments(self, request: Request, pk: str) -> Response:
        """Draft an amendment of the agreed terms; the parties agree to it in the portal."""
        caller = _caller(request)
        contract = selectors.contract(caller, UUID(pk), Action.EDIT_TERMS)
        given = AmendmentSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        terms = services.draft_amendment(actor=caller, contract=contract, **given.validated_data)
        return Response(TermsSerializer(terms).data, status=201)

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

    @extend_schema(responses=MeasuringSerializer)
    @action(detail=True)
    def measuring(self, request: Request, pk: str) -> Response:
        """How success is measured by the terms in force, and where the data accumulates."""
        viewer = _caller(request)
        contract = selectors.contract(viewer, UUID(pk))
        found = selectors.measuring(viewer, contract)
        shown = {
            "terms_version": found.terms.version if found else None,
            "outcomes": found.rows if found else (),
            "data_map": selectors.data_map(viewer, contract),
        }
        return Response(MeasuringSerializer(shown).data)


class TermsViewSet(_TermsBase):
    """Versions of the terms: one beside the version that it amends."""

    serializer_class = TermsSerializer
    queryset = Terms.objects.none()
    lookup_value_regex = ContractViewSet.lookup_value_regex

    @extend_schema(responses=ComparisonSerializer)
    @action(detail=True)
    def comparison(self, request: Request, pk: str) -> Response:
        """The fields in which a version differs from the one it amends."""
        terms = selectors.terms_version(_caller(request), UUID(pk))
        if terms.base is None:
            raise NotVisible
        found = compare(selectors.terms_document(terms.base), selectors.drafted_document(terms))
        changed = [one for one in found if one.difference is not Difference.SAME]
        shown = {"id": terms.pk, "base_id": terms.base_id, "fields_changed": changed}
        return Response(ComparisonSerializer(shown).data)


def _caller(request: Request) -> User:
    return cast("User", request.user)
