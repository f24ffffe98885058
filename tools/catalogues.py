"""The Finnish and Swedish catalogues: extract, check, compile; needs Babel only.

python -m tools.catalogues update     write new and changed sentences into the .po files
python -m tools.catalogues check      fail on missing, fuzzy, or wrongly formatted translations
python -m tools.catalogues compile    make the .mo files that Django reads
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).parents[1]
LOCALE = ROOT / "sibportal" / "locale"
LANGUAGES = ("fi", "sv")
SOURCES = ("sibportal", "contracts", "cohorts", "outcomes", "payments")
Keyword = tuple[int | tuple[int, int] | tuple[int, str], ...] | None
PLURAL: Keyword = (1, 2)
CONTEXT: Keyword = ((1, "c"), 2)
PLURAL_IN_CONTEXT: Keyword = ((1, "c"), 2, 3)
KEYWORDS: dict[str, Keyword] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": PLURAL,
    "ngettext_lazy": PLURAL,
    "pgettext": CONTEXT,
    "pgettext_lazy": CONTEXT,
    "npgettext": PLURAL_IN_CONTEXT,
    "npgettext_lazy": PLURAL_IN_CONTEXT,
}


def extracted() -> Catalog:
    """Every sentence of the source and the templates, in the order of the files."""
    catalog = Catalog(project="SIB portal", charset="utf-8")
    for path, source in _sources():
        for _line, message, comments, context in extract(
            "python", io.BytesIO(source.encode()), KEYWORDS, ("Translators:",)
        ):
            catalog.add(
                message,
                locations=[(str(path.relative_to(ROOT)), 0)],
                auto_comments=comments,
                context=context,
            )
    return catalog


def _sources() -> Iterator[tuple[Path, str]]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text()
    for path in sorted((ROOT / "templates").rglob("*.*")):
        if path.suffix in (".html", ".txt"):
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            # What is left of the markup is read as Python, where indentation would matter.
            yield path, "\n".join(line.strip() for line in lines)


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """The catalogue of one language; an empty one where there is no file yet."""
    path = po_file(language)
    if not path.exists():
        name = {"fi": "Finnish", "sv": "Swedish of Finland"}[language]
        return Catalog(
            locale=language,
            project="SIB portal",
            header_comment=f"# {name}; the words follow docs/glossary.",
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update() -> int:
    """Bring the .po files to what the source says; nothing is guessed, what is gone is dropped."""
    source = extracted()
    for language in LANGUAGES:
        catalog = read(language)
        catalog.update(source, no_fuzzy_matching=True, update_creation_date=False)
        path = po_file(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=100, include_lineno=False, ignore_obsolete=True)
        missing = sum(1 for message in catalog if message.id and not _translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalog)} sentences, {missing} to translate")
    return 0


def problems(language: str, source: Catalog) -> Iterator[str]:
    """What keeps a catalogue from being complete, one line each."""
    catalog = read(language)
    for message in source:
        if not message.id:
            continue
        found = catalog.get(message.id, message.context)
        shown = message.id if isinstance(message.id, str) else message.id[0]
        where = message.locations[0][0] if message.locations else "?"
        if found is None or not _translated(found):
            yield f"{language}: not translated ({where}): {shown!r}"
        elif found.fuzzy:
            yield f"{language}: marked fuzzy ({where}): {shown!r}"
        else:
            for error in found.check(catalog):
                yield f"{language}: {error} ({where}): {shown!r}"


def _translated(message: Message) -> bool:
    strings = (message.string,) if isinstance(message.string, str) else message.string
    return bool(strings and all(strings))


def check() -> int:
    source = extracted()
    found = [line for language in LANGUAGES for line in problems(language, source)]
    for line in found:
        print(line)
    if found:
        print(
            f"{len(found)} translations to mend; `make messages` writes the sentences to fill in."
        )
    return 1 if found else 0


def compile_all() -> int:
    """Make each .mo file that is older than its .po file."""
    for language in LANGUAGES:
        source, target = po_file(language), po_file(language).with_suffix(".mo")
        if not source.exists():
            continue
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            unfinished = target.with_suffix(".mo.new")
            with unfinished.open("wb") as file:
                write_mo(file, read(language))
            unfinished.rename(target)
    return 0


def main(argument: str) -> int:
    settings.configure(USE_I18N=True)
    commands = {"update": update, "check": check, "compile": compile_all}
    if argument not in commands:
        print(__doc__)
        return 2
    return commands[argument]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
