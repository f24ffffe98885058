"""The checks of `make check` find what they are there to find."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import catalogues, templates


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    return tmp_path / "page.html"


@pytest.mark.parametrize(
    "markup",
    [
        '<p style="color: red">',
        '<p class="a"\n   style="color: red">',
        "<style>p {}</style>",
        "<script>alert(1)</script>",
        '<button onclick="go()">',
        '<a hx-on:click="go()">',
        "<a hx-vals='js:{now: Date.now()}'>",
        '<a href="javascript:go()">',
        "<i hx-trigger=\"keyup[key=='a']\">",
        '<img src="data:image/png;base64,AA">',
        '<img src="https://elsewhere.example/a.png">',
        '<script src="//elsewhere.example/a.js"></script>',
    ],
)
def test_markup_that_the_policy_blocks_is_found_with_its_line(template: Path, markup: str) -> None:
    template.write_text(f"<h1>Title</h1>\n{markup}\n")
    found = list(templates.problems(template))
    assert len(found) == 1, found
    assert found[0].startswith(("page.html:2:", "page.html:3:"))


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="{% static "sib.js" %}" defer></script>',
        '<a href="https://www.example.org/">Elsewhere</a>',
        "<p>Choose a style = yours</p>",
        '{# style="kept as a note" #}',
        '<input name="conditions" data-on="x">',
        '<svg width="40"><rect width="12"/></svg>',
    ],
)
def test_markup_that_the_policy_allows_is_left_alone(template: Path, markup: str) -> None:
    template.write_text(markup)
    assert list(templates.problems(template)) == []


@pytest.fixture
def translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project with one Python and one template sentence; returns its Finnish .po file."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "models.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext\n"
        "def f(n):\n    return _('contract'), ngettext('%(n)s day', '%(n)s days', n)\n"
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}\n  <p>{% trans "Don\'t wait" %}\n{% if a %}\n'
        "    {% blocktrans trimmed with who=name %}\n   Hello\n   {{ who }}{% endblocktrans %}\n"
    )
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path / "locale")
    catalogues.update()
    return tmp_path / "locale" / "fi" / "LC_MESSAGES" / "django.po"


def fill(path: Path, **replaced: str) -> list[str]:
    """Translate everything, then say what is wrong with it."""
    text = path.read_text()
    for old, new in {
        'msgid "contract"\nmsgstr ""': 'msgid "contract"\nmsgstr "sopimus"',
        'msgstr[0] ""\nmsgstr[1] ""': 'msgstr[0] "%(n)s päivä"\nmsgstr[1] "%(n)s päivää"',
        'msgid "Hello %(who)s"\nmsgstr ""': 'msgid "Hello %(who)s"\nmsgstr "Hei %(who)s"',
        'wait"\nmsgstr ""': 'wait"\nmsgstr "Älä odota"',
    }.items():
        assert old in text, text
        text = text.replace(old, new)
    for old, new in replaced.items():
        text = text.replace(old, new)
    path.write_text(text)
    return list(catalogues.problems("fi", catalogues.extracted()))


def test_sentences_of_python_and_templates_are_extracted(translated: Path) -> None:
    ids = {message.id for message in catalogues.extracted() if message.id}
    assert ids == {"contract", ("%(n)s day", "%(n)s days"), "Don't wait", "Hello %(who)s"}


def test_complete_catalogue_has_no_problems_and_compiles(translated: Path) -> None:
    assert fill(translated) == []
    catalogues.compile_all()
    assert translated.with_suffix(".mo").stat().st_size > 100


def test_missing_translations_are_found(translated: Path) -> None:
    found = list(catalogues.problems("fi", catalogues.extracted()))
    assert len(found) == 4
    assert all("not translated" in line for line in found)


def test_placeholder_that_the_sentence_does_not_have_is_found(translated: Path) -> None:
    assert "who" in " ".join(fill(translated, Hei="Hei %(whom)s"))


def test_fuzzy_translation_is_found(translated: Path) -> None:
    found = fill(translated, **{'msgid "contract"': '#, fuzzy\nmsgid "contract"'})
    assert ["marked fuzzy" in line for line in found] == [True]


def test_catalogue_of_the_portal_can_be_read() -> None:
    assert isinstance(catalogues.extracted(), Catalog)
    assert len(catalogues.extracted()) > 100
