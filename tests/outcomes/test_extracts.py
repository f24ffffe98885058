"""Coded rows of a register from the file to the closing, on pages and over REST, and who may read
them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from outcomes import selectors, services
from outcomes.models import Aggregate, AggregateRow, Closing, ExtractFile
from outcomes.rules.aggregates.words import Group
from sibportal.accounts.roles import MemberRole
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.accounts import make_membership, make_service_account, make_token
from tests.factories.registers import Register, make_register, register_terms

pytestmark = pytest.mark.django_db

COMPARED = {"kind": "comparison_group", "effect": "reduction"}
# Mean 5, deviation 3.605551 (13 under the root); and mean 8, deviation 2.828427 (8 under it).
OWN = {"A1": "2", "A2": "4", "A3": "9"}
OTHERS = {"K1": "6", "K2": "10"}


def compared_register() -> Register:
    return make_register(document=register_terms("mean", COMPARED))


def figures_of(closing: Closing) -> dict[str, Any]:
    result = closing.results.get(outcome_key="days")
    names = (
        "numerator", "denominator", "estimate", "interval_low", "interval_high",
        "cumulative_total", "references",
    )  # fmt: skip
    return {name: getattr(result, name) for name in names}


def test_rows_and_typed_figures_of_the_same_facts_give_the_same_result() -> None:
    by_rows, typed = compared_register(), compared_register()
    by_rows.accept(
        by_rows.give(by_rows.counted({Group.PARTICIPANTS: OWN, Group.COMPARISON: OTHERS}))
    )
    typed.accept(typed.deliver(
        typed.group(people=3, total=Decimal(15), deviation=Decimal("3.605551")),
        typed.group(
            Group.COMPARISON, people=2, total=Decimal(16), deviation=Decimal("2.828427")
        ),
    ))  # fmt: skip
    one, other = by_rows.close(), typed.close()
    assert figures_of(one) == figures_of(other)
    assert figures_of(one)["estimate"] == Decimal(5)
    assert selectors.recompute_closing(one).digest == one.digest


def test_rows_of_one_group_and_typed_figures_of_another_go_together() -> None:
    register = compared_register()
    comparison = register.group(Group.COMPARISON, people=900, total=Decimal(9000))
    row = register.give(replace(register.counted({Group.PARTICIPANTS: OWN}), groups=(comparison,)))
    kept = {one.group: (one.people, bool(one.rows_digest)) for one in row.groups.all()}
    assert kept == {"participants": (3, True), "comparison": (900, False)}
    with pytest.raises(RuleViolation, match="group_twice"):
        register.give(replace(
            register.counted({Group.PARTICIPANTS: OWN}, correction_reason="Late."),
            groups=(register.group(), comparison),
        ))  # fmt: skip


def test_the_signature_covers_every_row_and_an_added_one_is_found() -> None:
    register = make_register()
    row = register.give(register.counted({Group.PARTICIPANTS: OWN}))
    with pytest.raises(DatabaseError), transaction.atomic():
        AggregateRow.objects.filter(aggregate=row, code="A1").update(value=3)
    with pytest.raises(DatabaseError), transaction.atomic():
        AggregateRow.objects.filter(aggregate=row, code="A1").delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        AggregateRow.objects.create(aggregate=row, group="comparison", code="A1", value=3)
    AggregateRow.objects.create(aggregate=row, group="participants", code="A4", value=5)
    with pytest.raises(RuleViolation, match="aggregate_changed"):
        register.sign(row)


def test_the_holder_and_the_verifier_read_rows_and_each_reading_is_written_down() -> None:
    register = make_register()
    row = register.give(register.counted({Group.PARTICIPANTS: OWN}))
    typed = make_register()
    bare = typed.deliver(typed.group())
    for reader in (register.rita, register.saga, register.scene.cleo):
        codes = [one.code for one in services.read_coded_rows(actor=reader, aggregate=row)]
        assert codes == ["A1", "A2", "A3"]
    read = Event.objects.filter(action="aggregate.rows_read", target_id=str(row.pk))
    assert [(one.actor_id, one.after) for one in read.order_by("pk")] == [
        (reader.pk, {"rows": 3}) for reader in (register.rita, register.saga, register.scene.cleo)
    ]
    with pytest.raises(NotAllowed):
        services.read_coded_rows(actor=register.scene.pia, aggregate=row)
    for stranger in (register.scene.dag, typed.rita):
        with pytest.raises(NotVisible):
            services.read_coded_rows(actor=stranger, aggregate=row)
    with pytest.raises(NotVisible):
        services.read_coded_rows(actor=typed.rita, aggregate=bare)


def test_rows_on_the_pages_from_the_file_to_the_verifier() -> None:
    register = compared_register()
    browsers = {}
    for name, person in (
        ("rita", register.rita), ("cleo", register.scene.cleo), ("pia", register.scene.pia),
    ):  # fmt: skip
        browsers[name] = Client()
        browsers[name].force_login(person)
    rita = browsers["rita"]
    place = [register.delivery.pk, 1, "days"]
    address = reverse("outcomes:extract-upload", args=place)
    assert address in rita.get(reverse("outcomes:aggregate-deliver", args=place)).content.decode()
    template = rita.get(reverse("outcomes:extract-template", args=place))
    assert template.content.startswith(b"PK")

    def upload(*lines: str) -> Any:
        text = "\n".join(("group;code;value", *lines))
        return rita.post(address, {"file": SimpleUploadedFile("rows.csv", text.encode())})

    refused = upload("participants;131052-308T;2", "participants;A2;many")
    told = refused.content.decode()
    assert refused.status_code == 422
    assert "This looks like a personal identity code" in told
    assert "“many” is not a number" in told
    assert "131052" not in told
    assert not ExtractFile.objects.exists()

    own = [f"participants;{code};{value}" for code, value in OWN.items()]
    found = upload(*own)
    (file,) = ExtractFile.objects.all()
    assert found.url == reverse("outcomes:extract-deliver", args=[file.pk])
    assert not Aggregate.objects.exists()
    shown = rita.get(found.url)
    assert "All 3 rows are fine" in shown.content.decode()
    form = shown.context["form"]
    assert "participants.people" not in form.fields
    typed = {name: form[name].value() or "" for name in form.fields}
    assert rita.post(found.url, typed).status_code == 422  # the comparison group is missing
    typed |= {"comparison.people": "900", "comparison.total": "9000"}
    delivered = rita.post(found.url, typed, follow=True)
    assert "Counted from 3 coded rows" in delivered.content.decode()
    row = Aggregate.objects.get()
    assert (row.door, row.file_digest, row.rows.count()) == ("file", file.digest, 3)
    assert not ExtractFile.objects.exists()

    register.accept(row)
    register.close()
    rows_address = reverse("outcomes:aggregate-rows", args=[row.uuid])
    told = browsers["cleo"].get(rows_address).content.decode("utf-8-sig")
    assert told.split() == ["group;code;value", "participants;A1;2", "participants;A2;4",
                            "participants;A3;9"]  # fmt: skip
    assert browsers["pia"].get(rows_address).status_code == 403
    browsers["dag"] = Client()
    browsers["dag"].force_login(register.scene.dag)
    evaluation = reverse("outcomes:evaluation-detail", args=[register.contract.pk])
    seen = {name: browsers[name].get(evaluation).content.decode() for name in ("pia", "dag")}
    assert "Counted from 3 coded rows" in seen["pia"]
    assert "Counted from coded rows of a register" in seen["dag"]  # how many could tell somebody
    assert "3 coded rows" not in seen["dag"]


def test_a_file_that_nobody_delivers_goes_after_a_week_or_with_the_next_one() -> None:
    register = make_register()
    place = {"delivery": register.delivery, "period": register.first, "outcome": "days"}

    def upload(value: str) -> ExtractFile:
        content = f"group;code;value\nparticipants;A1;{value}".encode()
        kept = services.read_extract(actor=register.rita, content=content, **place).kept  # type: ignore[arg-type]
        assert kept is not None
        return kept

    first, second = upload("1"), upload("2")
    assert [one.pk for one in ExtractFile.objects.all()] == [second.pk] != [first.pk]
    services.forget_old_extracts()
    assert ExtractFile.objects.exists()
    ExtractFile.objects.update(uploaded_at=timezone.now() - timedelta(days=8))
    services.forget_old_extracts()
    assert not ExtractFile.objects.exists()


def test_a_service_account_delivers_rows_by_rest_and_each_fault_names_its_path(
    client: Client,
) -> None:
    register = make_register()
    account = make_service_account()
    make_membership(
        user=account, organisation=register.holder.organisation, role=MemberRole.INTEGRATION
    )
    make_token("sib_rows", user=account)
    starts, ends = register.span(register.first)
    group: dict[str, Any] = {
        "group": "participants", "from_day": starts.isoformat(), "until": ends.isoformat(),
    }  # fmt: skip

    def send(rows: list[dict[str, Any]], **more: Any) -> Any:
        body = {
            "delivery": str(register.delivery.pk), "period": 1, "outcome": "days",
            "groups": [group | {"rows": rows} | more],
        }  # fmt: skip
        return client.post(
            reverse("api:aggregate-list"), body, content_type="application/json",
            headers={"Authorization": "Bearer sib_rows"},
        )  # fmt: skip

    rows: list[dict[str, Any]] = [{"code": code, "value": value} for code, value in OWN.items()]
    both = send(rows, people=3)
    assert [one["field"] for one in both.json()["errors"]] == ["groups[0].people"]
    refused = send([*rows, {"code": "A3", "value": 1}, {"code": "19640823-3234", "reached": True}])
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == [
        "groups[0].rows[3].code", "groups[0].rows[4].code", "groups[0].rows[4].value",
    ]  # fmt: skip
    assert "3234" not in refused.content.decode()
    made = send(rows)
    assert made.status_code == 201, made.content
    (told,) = made.json()["groups"]
    assert (told["people"], told["total"], told["deviation"]) == (3, "15.000000", "3.605551")
    assert len(told["rows_digest"]) == 64
    assert "rows" not in told
