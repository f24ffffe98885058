"""How the definition of a metric is shown: the same words for a metric and for a library entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.translation import gettext as _

from contracts import selectors
from contracts.forms import MetricForm
from contracts.models import EvidenceRequired, Metric, MetricDirection, MetricKind, MetricUse
from contracts.rules.metrics import YES_NO, MetricFacts, differences
from sibportal.accounts.roles import PartyRole
from sibportal.web import formats
from sibportal.web.components import Status
from sibportal.web.localised import LocalisedText, localised

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    Definition = Metric | MetricFacts
    Pairs = list[tuple[str, str]]

_WORDS: dict[str, dict[str, Text]] = {
    "kind": dict(MetricKind.choices),
    "direction": dict(MetricDirection.choices),
    "use": dict(MetricUse.choices),
    "evidence_required": dict(EvidenceRequired.choices),
    "measured_by_role": dict(PartyRole.choices),
}


@dataclass(frozen=True)
class Change:
    """One field in which a version differs from the one before it."""

    label: Text
    before: str
    after: str


def said(of: object, name: str) -> str:
    """A text in the reader's language; one in another language says which it is."""
    return in_language(localised(of, name))


def in_language(text: LocalisedText) -> str:
    """A text, marked where it is not in the reader's language."""
    if not text.is_fallback:
        return text.value
    return format_html('<span lang="{}">{}</span>', text.language, text.value)


def groups(of: Definition) -> Iterator[tuple[str, Pairs]]:
    """The whole definition under headings; what is not said is left out."""
    for title, pairs in (
        (_("What counts and what does not"), counted(of)),
        (_("Value"), _value(of)),
        (_("How it is measured"), measured(of)),
        (_("What it is used for"), _used(of)),
        (_("Automatic checks"), _checked(of)),
    ):
        kept = [(label, text) for label, text in pairs if text]
        if kept:
            yield title, kept


def counted(of: Definition) -> Pairs:
    """What counts and what does not."""
    return [
        (_("What is measured and what counts"), said(of, "description")),
        (_("What does not count"), said(of, "excluded")),
    ]


def measured(of: Definition) -> Pairs:
    """Instrument, source, who measures and when, and what evidence is asked for."""
    return [
        (_("Instrument"), said(of, "instrument")),
        (_("Whose instrument it is, and its licence"), said(of, "owner")),
        (_("Source"), said(of, "source")),
        (_("Who measures"), who_measures(of)),
        (_("Usual measurement points"), said(of, "measured_when")),
        (_("Evidence of each measurement"), _word("evidence_required", of.evidence_required)),
    ]


def meaningful(of: Definition) -> Pairs:
    """The smallest change of one person that means something, and who says so."""
    return [
        (_("Smallest change that means something"), _amount(of, of.meaningful_change)),
        (_("Where that change comes from"), said(of, "meaningful_change_source")),
    ]


def who_measures(of: Definition) -> str:
    """The role of whoever measures, and the words beside it."""
    role = _word("measured_by_role", of.measured_by_role)
    words = said(of, "measured_by")
    return format_html("{}: {}", role, words) if role and words else role or words


def value_range(of: Definition) -> str:
    """Which values are possible, with their unit."""
    if of.kind == YES_NO:
        return _word("kind", of.kind)
    least, most = (_amount(of, limit) for limit in (of.minimum, of.maximum))
    if of.minimum is not None and most:
        return _("%(least)s to %(most)s") % {"least": _number(of, of.minimum), "most": most}
    if least:
        return _("from %(least)s") % {"least": least}
    return _("up to %(most)s") % {"most": most} if most else ""


def changes(before: Metric, after: Metric) -> list[Change]:
    """Field by field what a version says otherwise than the one before it."""
    labels = MetricForm().fields
    return [
        Change(labels[name].label or name, _shown(before, name), _shown(after, name))
        for name in differences(selectors.metric_facts(before), selectors.metric_facts(after))
    ]


def use_status(use: str) -> Status:
    """The tag of what a metric may be used for."""
    return Status("success" if use == MetricUse.PAYMENT else "neutral", MetricUse(use).label)


def _value(of: Definition) -> Pairs:
    return [
        (_("Kind"), _word("kind", of.kind)),
        (_("Direction"), _word("direction", of.direction)),
        (_("Possible values"), "" if of.kind == YES_NO else value_range(of)),
        (_("Decimals"), formats.number(of.decimals) if of.decimals else ""),
        (_("What the ends of the scale mean"), said(of, "scale")),
    ]


def _used(of: Definition) -> Pairs:
    return [
        (_("Use"), _word("use", of.use)),
        (_("From a register"), _("Yes: terms may let it count without an item-by-item check"))
        if of.register_source
        else ("", ""),
        *meaningful(of),
    ]


def _checked(of: Definition) -> Pairs:
    return [
        (_("Largest likely change between two points"), _amount(of, of.largest_change)),
        (_("May never fall back"), _("Yes") if of.never_falls else ""),
        (_("Values that differ much from the person's own and others'"),
         _("Are looked for") if of.outlier_check and of.kind != YES_NO else ""),
    ]  # fmt: skip


def _word(name: str, value: str) -> str:
    return str(_WORDS[name].get(value, value)) if value else ""


def _number(of: Definition, value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return formats.number(value, places=0 if whole else of.decimals or None)


def _amount(of: Definition, value: Decimal | None) -> str:
    """A value with the metric's unit, in the way of the reader's language."""
    if value is None:
        return ""
    unit = localised(of, "unit").value
    if unit == "%":
        return formats.percentage(value)
    return f"{_number(of, value)} {unit}".strip()


def _shown(of: Metric, name: str) -> str:
    value = getattr(of, name)
    if name in _WORDS:
        return _word(name, value) or "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return _number(of, value)
    return formats.displayed(value) if value not in (None, "") else "–"
