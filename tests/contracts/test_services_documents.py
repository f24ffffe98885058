"""Documents of a contract, custody of the key, and metrics."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta

import pytest

from contracts import selectors, services
from contracts.models import Contract, ContractDocument
from contracts.rules import files
from contracts.services import MetricFacts
from sibportal.audit.models import Event
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.factories.contracts import PDF, make_document, make_key_custody
from tests.worlds import Town


def archive(*names: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as written:
        if mimetype:
            written.writestr("mimetype", mimetype)
        for name in names:
            written.writestr(name, "text")
    return buffer.getvalue()


ODT = "application/vnd.oasis.opendocument.text"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, files.PDF),
        (b"\x89PNG\r\n\x1a\n....", files.PNG),
        (b"\xff\xd8\xff\xe0....", files.JPEG),
        (archive("content.xml", mimetype=ODT), files.ODT),
        (archive("[Content_Types].xml", "word/document.xml"), files.DOCX),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_bytes(content: bytes, kind: files.FileKind) -> None:
    assert files.kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "contracts.file_empty"),
        (b"%PDF-" + b"0" * files.LARGEST_FILE, "contracts.file_too_large"),
        (b"<html><script>alert(1)</script>", "contracts.file_kind"),
        (b"MZ\x90\x00", "contracts.file_kind"),
        (b"PK\x03\x04 not an archive", "contracts.file_kind"),
        (archive("xl/workbook.xml"), "contracts.file_kind"),
        (archive("word/document.xml", "word/vbaProject.bin"), "contracts.file_kind"),
    ],
)
def test_other_files_are_refused_and_nothing_is_kept(
    town: Town, draft: Contract, content: bytes, code: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        make_document(draft, town, content=content)
    assert [issue.code for issue in refused.value.issues] == [code]
    assert not ContractDocument.objects.exists()


def test_a_document_is_kept_with_its_digest_and_a_safe_name(town: Town, draft: Contract) -> None:
    document = make_document(draft, town, file_name="..\\..\\etc/sopimus\n.exe", title="")
    assert document.file_name == "sopimus.pdf"
    assert document.title == "sopimus.pdf"
    assert document.content_type == "application/pdf"
    with document.file.open() as kept:
        assert kept.read() == PDF
    assert ".." not in str(document.file.name)
    assert Event.objects.filter(action="document.added", contract_id=draft.pk).count() == 1


def test_only_the_payers_preparer_adds_documents_and_every_party_reads_them(
    town: Town, draft: Contract
) -> None:
    for actor in (town.ada, town.bea, town.cleo):
        with pytest.raises(NotAllowed):
            services.add_document(
                actor=actor, contract=draft, title="", file_name="a.pdf", content=PDF
            )
    document = make_document(draft, town)
    assert selectors.document(town.dag, document.pk) == document
    with pytest.raises(NotVisible):
        selectors.document(town.eve, document.pk)


def test_custody_is_handed_over_and_never_rewritten(town: Town, draft: Contract) -> None:
    first = make_key_custody(draft, town, "controller")
    later = draft.starts_on + timedelta(days=365)
    second = services.record_key_custody(
        actor=town.pia, contract=draft, custodian="provider", valid_from=later
    )
    assert selectors.key_custody(draft, draft.starts_on - timedelta(days=1)) is None
    assert selectors.key_custody(draft, later - timedelta(days=1)) == first
    assert selectors.key_custody(draft, later) == second
    assert Event.objects.filter(action="key_custody.recorded").count() == 2


@pytest.mark.parametrize(
    ("custodian", "day", "code"),
    [
        ("provider", date(2024, 1, 1), "contracts.custody_order"),
        ("controller", date(2026, 1, 1), "contracts.custody_same"),
    ],
)
def test_custody_that_cannot_be_is_refused(
    town: Town, draft: Contract, custodian: str, day: date, code: str
) -> None:
    make_key_custody(draft, town)
    with pytest.raises(RuleViolation) as refused:
        services.record_key_custody(
            actor=town.pia, contract=draft, custodian=custodian, valid_from=day
        )
    assert refused.value.code == code


def facts(**values: object) -> MetricFacts:
    titles = {f"title_{language}": "Wellbeing" for language in ("en", "fi", "sv")}
    defaults: dict[str, object] = {"code": "wellbeing", "kind": "number", **titles}
    return MetricFacts(**(defaults | values))  # type: ignore[arg-type]


def test_a_changed_metric_is_a_new_version(town: Town) -> None:
    first = services.define_metric(actor=town.pia, facts=facts())
    second = services.define_metric(actor=town.pia, facts=facts(decimals=1))
    assert (first.version, second.version) == (1, 2)
    with pytest.raises(NotAllowed):
        services.define_metric(actor=town.ben, facts=facts())


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "Two words"}, "code"),
        ({"title_sv": " "}, "title_sv"),
        ({"minimum": 5, "maximum": 5}, "maximum"),
        ({"kind": "yes_no", "minimum": 0}, "minimum"),
        ({"decimals": 9}, "decimals"),
        ({"kind": "count", "decimals": 1}, "decimals"),
    ],
)
def test_a_metric_that_cannot_be_is_refused_at_its_field(
    town: Town, values: dict[str, object], field: str
) -> None:
    with pytest.raises(RuleViolation) as refused:
        services.define_metric(actor=town.pia, facts=facts(**values))
    assert [issue.field for issue in refused.value.issues] == [field]
