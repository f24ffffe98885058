"""From an idea to a contract in force: parties, terms that everybody agrees to, capital, paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from contracts import selectors, services
from contracts.models import Contract, Terms
from contracts.rules.terms.words import AmendmentScope
from contracts.services import ContractFacts
from payments.services import record_capital_payment, record_commitment
from sibportal.accounts.models import User
from sibportal.accounts.roles import PartyRole
from sibportal.portal.demo.people import Town
from sibportal.portal.demo.wording import Wording

# Every way of leaving is a failure unless a contract says otherwise.
FAILURES = dict.fromkeys(
    (
        "death", "moved_away", "taken_into_care", "guardian_withdrew",
        "turned_18", "transferred", "dropped_out",
    ),
    "failure",
)  # fmt: skip


@dataclass(frozen=True)
class Capital:
    """What one investor committed, and the parts of it that were paid in on which days."""

    investor: str
    amount: Decimal
    committed_on: date
    paid_in: Mapping[date, Decimal] = field(default_factory=dict)


def found(
    town: Town,
    payer: str,
    facts: ContractFacts,
    parties: Sequence[tuple[str, PartyRole]],
    custodian: str,
    words: Wording,
) -> Contract:
    """Create a contract with its parties, its paper, and where the key to the codes lies."""
    town.clock.at(_decided(facts) + timedelta(days=7))
    preparer = town.person(payer, "preparer")
    contract = services.create_contract(actor=preparer, organisation=town[payer], facts=facts)
    for key, role in parties:
        services.add_party(
            actor=preparer,
            contract=contract,
            organisation=town[key],
            role=role,
            valid_from=facts.starts_on,
        )
    services.record_key_custody(
        actor=preparer, contract=contract, custodian=custodian, valid_from=facts.starts_on
    )
    services.add_document(
        actor=preparer,
        contract=contract,
        title=words.signed_contract,
        file_name=f"{facts.code}.pdf",
        content=one_page(f"{facts.code}: {words.example_data}"),
    )
    return contract


def agree(
    town: Town,
    preparer: User,
    contract: Contract,
    document: dict[str, Any],
    mechanism: str,
) -> Terms:
    """Draft and propose terms, and let an approver of every party that must agree to them."""
    on = _decided(contract) + timedelta(days=14)
    town.clock.at(on)
    terms = propose(preparer, contract, document, mechanism)
    for days, party in enumerate(selectors.missing_agreements(terms), start=5):
        town.clock.at(on + timedelta(days=days))
        say_yes(town, terms, town.key_of(party.organisation))
    contract.refresh_from_db()
    return terms


def _decided(contract: Contract | ContractFacts) -> date:
    assert contract.decided_on is not None  # noqa: S101 - every contract of the town was decided on
    return contract.decided_on


def propose(
    preparer: User,
    contract: Contract,
    document: dict[str, Any],
    mechanism: str,
    *,
    scope: AmendmentScope | None = None,
    reason: str | None = None,
) -> Terms:
    """Draft terms and lay them before the parties; an amendment says whom it concerns and why."""
    terms = services.save_terms(
        actor=preparer,
        contract=contract,
        document=document,
        mechanism=mechanism,
        scope=scope,
        reason=reason,
    )
    return services.propose_terms(actor=preparer, terms=terms)


def say_yes(town: Town, terms: Terms, key: str) -> None:
    """The approver of one organisation agrees in the name of its party."""
    party = next(
        one for one in selectors.missing_agreements(terms) if one.organisation_id == town[key].pk
    )
    services.agree_terms(
        actor=town.person(key, "approver"), terms=terms, party=party, digest=terms.digest
    )


def raise_capital(town: Town, actor: User, contract: Contract, capital: Sequence[Capital]) -> None:
    """Record the investors' commitments and what they paid in."""
    for one in capital:
        town.clock.at(one.committed_on)
        commitment = record_commitment(
            actor=actor,
            contract=contract,
            investor=town[one.investor],
            amount=one.amount,
            committed_on=one.committed_on,
        )
        for day, amount in one.paid_in.items():
            town.clock.at(day + timedelta(days=2))
            record_capital_payment(actor=actor, commitment=commitment, amount=amount, paid_on=day)


def one_page(text: str) -> bytes:
    """A PDF of one page with one line of text."""
    stream = f"BT /F1 14 Tf 60 760 Td ({text}) Tj ET".encode("latin-1", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    page, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(page))
        page += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(parts) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n" % size
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(page))
    return page + head + table + tail
