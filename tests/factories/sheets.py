"""Files of measurements as people and programs make them, and as nobody should."""

from __future__ import annotations

import io
import os
import random
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import openpyxl
import psycopg
from django.db import connection

from outcomes.rules.files.writing import write_ods

if TYPE_CHECKING:
    from tests.factories.outcomes import Scene

HEADER = (
    "participant", "metric", "point", "measured_on", "value", "evidence_source",
    "evidence_location",
)  # fmt: skip
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'
BILLION = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ODS_TABLE = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
    "<office:automatic-styles>{styles}</office:automatic-styles>"
    "<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def row(person: int, on: object, value: object = "yes", **changes: object) -> tuple[object, ...]:
    """A good row about permanent work; any cell can be changed by its column."""
    cells = {
        "participant": f"TP-{person:04d}",
        "metric": "permanent-work",
        "point": "after",
        "measured_on": on,
        "value": value,
        "evidence_source": "Contract of employment",
        "evidence_location": "Client folder",
    } | changes
    return tuple(cells.values())


def xlsx(*rows: Sequence[object], dress: Callable[[Any], None] | None = None) -> bytes:
    """A workbook as a spreadsheet program saves it; `dress` changes it before that."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for cells in rows:
        sheet.append(cells)
    if dress is not None:
        dress(book)
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of an openpyxl workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def ods(*rows: Sequence[object]) -> bytes:
    """An OpenDocument spreadsheet of texts."""
    return write_ods("Rows", [[_text(cell) for cell in cells] for cells in rows])


def ods_of(tables: str, styles: str = "") -> bytes:
    """An OpenDocument spreadsheet with this content, whatever it is."""
    return packed({"content.xml": DECLARED + ODS_TABLE.format(tables=tables, styles=styles)})


def csv(*rows: Sequence[object]) -> bytes:
    """The same as CSV."""
    return "\n".join(";".join(map(_text, cells)) for cells in rows).encode()


def packed(parts: dict[str, str | bytes]) -> bytes:
    """A zip of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, str | bytes]:
    """The parts of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A zip with one of its parts changed."""
    parts = parts_of(content)
    before = parts[name]
    assert isinstance(before, bytes)
    return packed(parts | {name: change(before)})


def _text(cell: object) -> str:
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def enrol_many(scene: Scene, people: int) -> dict[str, object]:
    """Thousands of people, made by the owner in two statements; their ids by code. Commits."""
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])
    name = connection.settings_dict["NAME"]
    values = {"cohort": scene.cohort.pk, "on": scene.enrolled_on, "people": people}
    with psycopg.connect(address._replace(path=f"/{name}").geturl()) as owner:
        owner.execute(
            "INSERT INTO cohorts_participant (id, cohort_id, code, counts)"
            " SELECT gen_random_uuid(), %(cohort)s, 'TP-' || lpad(n::text, 6, '0'), true"
            " FROM generate_series(1, %(people)s) n",
            values,
        )
        owner.execute(
            "INSERT INTO cohorts_enrolment"
            " (id, participant_id, enrolled_on, started_on, exit_reason, exit_note, eligibility)"
            " SELECT gen_random_uuid(), id, %(on)s, %(on)s, '', '', '{}'::jsonb"
            " FROM cohorts_participant WHERE cohort_id = %(cohort)s",
            values,
        )
        owner.commit()
        owner.autocommit = True
        owner.execute("ANALYZE")
        found = owner.execute("SELECT code, id FROM cohorts_participant").fetchall()
    return dict(found)


# Mutations ---------------------------------------------------------------------------------------
SHEET = "xl/worksheets/sheet1.xml"
Mutation = Callable[[bytes, random.Random], bytes]


def mutated(seed: int, count: int, bases: Sequence[bytes]) -> Iterable[bytes]:
    """`count` damaged files; the same seed makes the same files."""
    chance = random.Random(seed)
    for _file in range(count):
        content = chance.choice(bases)
        for _time in range(chance.choice((1, 1, 2))):
            content = chance.choice(MUTATIONS)(content, chance)
        yield content


def _flip(content: bytes, chance: random.Random) -> bytes:
    data = bytearray(content)
    for _time in range(chance.choice((1, 4, 40))):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def _splice(content: bytes, chance: random.Random) -> bytes:
    begin, end = sorted(chance.randrange(len(content) + 1) for _end in range(2))
    piece = content[begin:end]
    return content[:begin] + piece * chance.choice((0, 2, 3)) + content[end:]


def _in_a_part(content: bytes, chance: random.Random) -> bytes:
    """Change the text of one part and pack it again, so that the zip itself is sound."""
    try:
        parts = parts_of(content)
    except Exception:
        return _flip(content, chance)
    name = chance.choice(sorted(parts))
    part = parts[name]
    assert isinstance(part, bytes)
    parts[name] = chance.choice((_flip, _cut, _splice, _nonsense))(part, chance)
    return packed(parts)


_NONSENSE = (
    b"<c/>", b'r="ZZZ1"', b'r="A0"', b't="s"', b"<v>99999999</v>", b"<v>1E400</v>", b"<v>nan</v>",
    b'<row r="1"/>', b'<mergeCell ref="A1:XFD1048576"/>', b"<f>1+1</f>", b"\0", b"&a;", b"]]>",
    BILLION.encode(), OUTSIDE.encode(), b'table:number-columns-repeated="1000000000"',
    b'table:number-rows-repeated="1000000000"', b'office:value="x"', b"<table:table>", b"<" * 99,
    b'<numFmt numFmtId="x"/>', b'date1904="1"', b'office:date-value="0000-99-99"', b"a" * 5_000,
)  # fmt: skip


def _nonsense(content: bytes, chance: random.Random) -> bytes:
    place = chance.choice([0, *(at for at, sign in enumerate(content) if sign in b'<>"/ ')])
    return content[:place] + chance.choice(_NONSENSE) + content[place:]


def _bomb(content: bytes, chance: random.Random) -> bytes:
    """One part that is long and packs small: spaces, elements, one endless text."""
    try:
        parts = parts_of(content)
    except Exception:
        return _splice(content, chance)
    name = chance.choice(sorted(parts))
    filler = chance.choice((b" ", b"<c/>", b"<row><c><v>1</v></c></row>", b"a"))
    part = parts[name]
    assert isinstance(part, bytes)
    middle = part.find(b">", len(part) // 2) + 1
    parts[name] = part[:middle] + filler * (600_000 // len(filler)) + part[middle:]
    return packed(parts)


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _cut, _splice, _in_a_part, _in_a_part, _in_a_part, _in_a_part, _nonsense, _bomb,
)  # fmt: skip


def worst() -> Iterable[bytes]:
    """Sound files that take as much as they may: many cells, endless emptiness, one long text."""
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    filled = "".join(cell.format(f"a text of its own {place}") for place in range(40))
    for piece, times in ((f"<row>{filled}</row>", 35_000), ("<row/>" * 1_000, 15_000)):
        yield _repeated(f"{piece}", times)
    yield _repeated("x" * 1_000, 90_000, before="<row><c><is><t>", after="</t></is></c></row>")


def _repeated(piece: str, times: int, before: str = "", after: str = "") -> bytes:
    """A workbook whose sheet repeats a piece, packed without being put together first."""
    parts = parts_of(xlsx(HEADER))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            if name != SHEET:
                book.writestr(name, content)
        with book.open(SHEET, "w") as part:
            part.write(f"{DECLARED}<worksheet><sheetData>{before}".encode())
            for _time in range(times):
                part.write(piece.encode())
            part.write(f"{after}</sheetData></worksheet>".encode())
    return target.getvalue()
