"""The column names that an import understands, in English, Finnish and Swedish.

One table: what the template offers and what the reader accepts cannot drift apart.
"""

from __future__ import annotations

import re

# Per field and language; the first name is the template's.
HEADERS: dict[str, dict[str, tuple[str, ...]]] = {
    "participant": {
        "en": ("participant code", "participant", "code"),
        "fi": ("osallistujatunnus", "osallistuja", "tunnus"),
        "sv": ("deltagarkod", "deltagare", "kod"),
    },
    "metric": {
        "en": ("metric", "outcome metric"),
        "fi": ("mittari", "tulosmittari"),
        "sv": ("mått", "resultatmått", "utfallsmått"),
    },
    "point": {
        "en": ("measurement point", "point"),
        "fi": ("mittauspiste",),
        "sv": ("mätpunkt",),
    },
    "measured_on": {
        "en": ("measured on", "measurement date", "date"),
        "fi": ("mittauspäivä", "mittausajankohta", "päivämäärä"),
        "sv": ("mätdatum", "mättidpunkt", "datum"),
    },
    "value": {
        "en": ("value", "result"),
        "fi": ("arvo", "tulos"),
        "sv": ("värde", "resultat"),
    },
    "first_day": {
        "en": ("first day", "from"),
        "fi": ("ensimmäinen päivä", "alkaen"),
        "sv": ("första dagen", "från och med"),
    },
    # Both days count. "Until" could mean the day after, so it is not guessed.
    "last_day": {
        "en": ("last day",),
        "fi": ("viimeinen päivä",),
        "sv": ("sista dagen", "till och med"),
    },
    "not_reached_reason": {
        "en": ("reason not reached", "not reached", "not reached reason"),
        "fi": ("miksi ei tavoitettu", "ei tavoitettu"),
        "sv": ("varför inte nådd", "inte nådd"),
    },
    "contact_attempts": {
        "en": ("contact attempts",),
        "fi": ("yhteydenottoyritykset",),
        "sv": ("kontaktförsök",),
    },
    "evidence_source": {
        "en": ("source of evidence", "evidence source", "evidence"),
        "fi": ("näytön lähde", "näyttö"),
        "sv": ("underlagets källa", "underlag"),
    },
    "evidence_location": {
        "en": ("where the evidence is held", "evidence location"),
        "fi": ("missä näyttö on", "näytön sijainti"),
        "sv": ("var underlaget finns", "underlagets plats"),
    },
    "note": {
        "en": ("note", "comment"),
        "fi": ("huomautus", "kommentti"),
        "sv": ("anteckning", "kommentar"),
    },
    "correction_reason": {
        "en": ("reason for the correction", "correction reason"),
        "fi": ("korjauksen syy", "korjauksen perustelu"),
        "sv": ("orsak till rättelsen", "skäl till rättelsen"),
    },
}
# Columns that tell the person something and are not read; the same shape.
INFORMATION: dict[str, dict[str, tuple[str, ...]]] = {
    "asked": {
        "en": ("what is asked",),
        "fi": ("mitä kysytään",),
        "sv": ("vad som frågas",),
    },
    "days": {
        "en": ("allowed days",),
        "fi": ("sallitut päivät",),
        "sv": ("tillåtna dagar",),
    },
    "line": {
        "en": ("row in the file",),
        "fi": ("rivi tiedostossa",),
        "sv": ("rad i filen",),
    },
    "wrong": {
        "en": ("what is wrong",),
        "fi": ("mikä on vialla",),
        "sv": ("vad som är fel",),
    },
}
# The columns of a data holder's file of coded rows (rules/aggregates/extract.py).
EXTRACT: dict[str, dict[str, tuple[str, ...]]] = {
    "group": {"en": ("group",), "fi": ("ryhmä",), "sv": ("grupp",)},
    "code": {"en": ("code",), "fi": ("tunnus",), "sv": ("kod",)},
    "reached": {
        "en": ("reached it", "reached"),
        "fi": ("saavutti", "saavutettu"),
        "sv": ("nådde det", "uppnådde"),
    },
    "events": {"en": ("times",), "fi": ("kertoja", "kerrat"), "sv": ("gånger",)},
    "value": {"en": ("value",), "fi": ("arvo",), "sv": ("värde",)},
}
LEFT_OUT = "-"  # a column that is not read
_GAPS = re.compile(r"[\s_\-.:*?]+")


def column_of(name: str) -> str | None:
    """The field that a column name means, or None; case, spaces and underscores do not matter."""
    return _COLUMN_BY_NAME.get(_normal(name))


def guess(name: str) -> str:
    """The field that a column name means, LEFT_OUT for what is only information, else nothing."""
    normal = _normal(name)
    return LEFT_OUT if normal in _INFORMATION else _COLUMN_BY_NAME.get(normal, "")


def is_report(name: str) -> bool:
    """Whether a column was added to a file by a list of what to mend."""
    return _normal(name) in _REPORT


def extract_column(name: str) -> str:
    """The field that a column of coded rows means, or nothing."""
    return _EXTRACT_BY_NAME.get(_normal(name), "")


def extract_names(language: str) -> dict[str, str]:
    """Field -> column name of the template for coded rows in a language."""
    return {field: _first(names, language) for field, names in EXTRACT.items()}


def is_known(name: str) -> bool:
    """Whether a text is the name of a column."""
    return bool(guess(name) or extract_column(name))


def template(language: str) -> dict[str, str]:
    """Field -> column name of the template in a language (English where it has none)."""
    return {field: _first(names, language) for field, names in (HEADERS | INFORMATION).items()}


def _first(names: dict[str, tuple[str, ...]], language: str) -> str:
    return names.get(language, names["en"])[0]


def _normal(name: str) -> str:
    return _GAPS.sub(" ", name).strip().casefold()


def _by_name(table: dict[str, dict[str, tuple[str, ...]]]) -> dict[str, str]:
    return {
        _normal(name): field
        for field, languages in table.items()
        for name in (field, *(one for names in languages.values() for one in names))
    }


_COLUMN_BY_NAME = _by_name(HEADERS)
_INFORMATION = frozenset(_by_name(INFORMATION))
_EXTRACT_BY_NAME = _by_name(EXTRACT)
_REPORT = frozenset(_by_name({name: INFORMATION[name] for name in ("line", "wrong")}))
