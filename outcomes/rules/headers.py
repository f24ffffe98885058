"""The column names that an import understands, in English, Finnish and Swedish.

One table: what the template offers and what the reader accepts cannot drift apart.
"""

from __future__ import annotations

import re

HEADERS: dict[str, tuple[str, ...]] = {
    "participant": (
        "participant code", "participant", "code",
        "osallistujatunnus", "osallistuja", "tunnus",
        "deltagarkod", "deltagare", "kod",
    ),
    "metric": (
        "metric", "outcome metric", "mittari", "tulosmittari",
        "mått", "resultatmått", "utfallsmått",
    ),
    "point": ("measurement point", "point", "mittauspiste", "mätpunkt"),
    "measured_on": (
        "measured on", "measurement date", "date",
        "mittauspäivä", "mittausajankohta", "päivämäärä",
        "mätdatum", "mättidpunkt", "datum",
    ),
    "value": ("value", "arvo", "tulos", "värde", "resultat"),
    "not_reached_reason": (
        "reason not reached", "not reached", "not reached reason",
        "miksi ei tavoitettu", "ei tavoitettu", "syy",
        "varför inte nådd", "inte nådd", "orsak",
    ),
    "contact_attempts": ("contact attempts", "yhteydenottoyritykset", "kontaktförsök"),
    "evidence_source": (
        "source of evidence", "evidence source", "evidence",
        "näytön lähde", "näyttö", "underlagets källa", "underlag",
    ),
    "evidence_location": (
        "where the evidence is held", "evidence location",
        "missä näyttö on", "näytön sijainti", "var underlaget finns", "underlagets plats",
    ),
    "note": ("note", "comment", "huomautus", "kommentti", "anteckning", "kommentar"),
    "correction_reason": (
        "reason for the correction", "correction reason",
        "korjauksen syy", "korjauksen perustelu",
        "orsak till rättelsen", "skäl till rättelsen",
    ),
}  # fmt: skip
_GAPS = re.compile(r"[\s_\-.:*?]+")


def _normal(name: str) -> str:
    return _GAPS.sub(" ", name).strip().casefold()


_COLUMN_BY_NAME = {
    _normal(name): column for column, names in HEADERS.items() for name in (column, *names)
}


def column_of(name: str) -> str | None:
    """The field that a column name means, or None; case, spaces and underscores do not matter."""
    return _COLUMN_BY_NAME.get(_normal(name))
