"""What happened to a contract: the recorded events, of which each reader sees those about rows
that they may see."""

from __future__ import annotations

from django.apps import apps
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast

from contracts.models import Contract
from sibportal.accounts import access
from sibportal.accounts.roles import Action
from sibportal.audit.models import Event


def contract_history(viewer: access.Viewer, of: Contract, *, search: str = "") -> QuerySet[Event]:
    """The events of a contract, newest first, narrowed by words of the actor's name."""
    access.require(viewer, Action.VIEW_HISTORY, of)
    events = Event.objects.filter(contract_id=of.pk)
    seen = Q(pk__in=())
    for target_type in events.order_by().values_list("target_type", flat=True).distinct():
        seen |= _seen(viewer, of, target_type)
    for word in search.split():
        events = events.filter(actor_name__icontains=word)
    return events.filter(seen).order_by("-at", "-id")


def _seen(viewer: access.Viewer, of: Contract, target_type: str) -> Q:
    """The events about rows of one type that the viewer may see: nothing leaks by its history."""
    try:
        model: type[Model] = apps.get_model(target_type)
    except (LookupError, ValueError):
        return Q(pk__in=())
    path = getattr(model, "access_path", None)
    if path is None:
        return Q(pk__in=())
    rows = model._default_manager.filter(**{path or "pk": of.pk})
    rows = access.visible(rows, viewer, model.view_action)  # type: ignore[attr-defined]
    ids = rows.annotate(as_text=Cast("pk", CharField())).order_by().values("as_text")
    return Q(target_type=target_type, target_id__in=ids)
