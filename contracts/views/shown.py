"""How contracts are shown: tags of states, the tabs of a contract, events in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contracts.models import Contract, KeyCustodian
from contracts.rules.frame import FIXED_BY_TERMS
from contracts.states import ContractState, TermsState
from sibportal.accounts.roles import Action, PartyRole
from sibportal.web import formats
from sibportal.web import messages as sentences
from sibportal.web.components import LogEntry, Status, Tone
from sibportal.web.http import page
from sibportal.web.templatetags.sib import optional_url

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sibportal.audit.models import Event

_CONTRACT_TONES: dict[str, Tone] = {
    ContractState.DRAFT: "draft",
    ContractState.ACTIVE: "success",
    ContractState.SUSPENDED: "warning",
    ContractState.CLOSED: "neutral",
}
_TERMS_TONES: dict[str, Tone] = {
    TermsState.DRAFT: "draft",
    TermsState.PROPOSED: "info",
    TermsState.AGREED: "success",
    TermsState.WITHDRAWN: "neutral",
}
_ICONS = {
    "contract": "scroll-text",
    "party": "building-2",
    "terms": "scale",
    "agreement": "handshake",
    "document": "file-text",
    "key_custody": "key-round",
}


def contract_status(state: str) -> Status:
    """The tag of a contract's state."""
    return Status(_CONTRACT_TONES[state], ContractState(state).label)


def terms_status(state: str) -> Status:
    """The tag of the state of a version of the terms."""
    return Status(_TERMS_TONES[state], TermsState(state).label)


def may_amend(contract: Contract, rights: frozenset[str]) -> bool:
    """Whether to offer the draft of an amendment: something is agreed, and nothing has ended."""
    is_open = contract.state in (ContractState.ACTIVE, ContractState.SUSPENDED)
    return Action.EDIT_TERMS in rights and is_open


def contract_address(contract: Contract) -> str:
    """The contract's own page, where the portal has one, else its terms."""
    hub = optional_url("portal:contract-detail", contract.pk)
    return hub or reverse("contracts:terms-detail", args=[contract.pk])


def contract_page(
    request: HttpRequest,
    template: str,
    contract: Contract,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page under the tabs of one contract."""
    return page(request, template, {"contract": contract, **context}, status=status)


def fixed_facts(contract: Contract) -> list[tuple[str, str]]:
    """What the terms rest on, as label and value."""
    named = {field.name: field for field in Contract._meta.get_fields() if field.concrete}
    facts = {
        str(named[name].verbose_name).capitalize(): formats.displayed(getattr(contract, name))
        for name in FIXED_BY_TERMS
        if name != "ends_on"
    }
    return [*facts.items(), (_("Last day"), formats.last_day(contract.ends_on))]


def log_entry(event: Event) -> LogEntry:
    """One event of the history in words."""
    noun = event.action.partition(".")[0]
    icon = _ICONS.get(noun, "circle-dot")
    return LogEntry(event.at, _event_text(event), icon, event.actor_name, event.note)


def _event_text(event: Event) -> str:
    code = f"history.{event.action}"
    if code not in sentences.MESSAGES:
        return event.action.replace(".", " ").replace("_", " ")
    before, after = _readable(event.before), _readable(event.after)
    return sentences.sentence(
        code, **{f"before_{name}": value for name, value in before.items()}, **after
    )


def _readable(stored: Mapping[str, Any] | None) -> dict[str, object]:
    """Codes of roles and dates in the record, as people read them."""
    shown: dict[str, object] = {}
    for name, value in (stored or {}).items():
        if name == "role" and value in PartyRole.values:
            shown[name] = str(PartyRole(value).label)
        elif name == "custodian" and value in KeyCustodian.values:
            shown[name] = str(KeyCustodian(value).label)
        elif (name in {"on", "from_day"} or name.startswith("valid_")) and value:
            shown[name] = date.fromisoformat(value)
        elif name == "digest" and value:
            shown[name] = value[:12]
        else:
            shown[name] = value
    return shown
