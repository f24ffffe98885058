"""The forms in which an official drafts terms: what is agreed as a whole, and rows.

Nothing is required: what is left empty stays an open question of the draft. What the answers mean
together is for the rules of contracts to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext_lazy as _

from contracts.rules.terms.words import (
    Anchor,
    BelowMinimum,
    CompositeRule,
    CompositeScope,
    ConditionKind,
    CountKind,
    Denominator,
    LateFacts,
    LeavingReason,
    LeavingTreatment,
    Operator,
    PayeeRole,
    Timing,
)
from payments.forms.words import UNDECIDED, choices, label
from sibportal.kernel.money import Rounding
from sibportal.web.forms import DateField, DecimalField, MoneyField, WholeNumberField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

    Choices = Sequence[tuple[str, Text]]
    _RowSet = BaseFormSet["Row"]
else:
    _RowSet = BaseFormSet

MOST_ROWS = 60
PATH_TOGETHER = "together"


class QuestionForm(forms.Form):
    """A form of questions that may stay open; `question` marks them as such for the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False
            field.is_question = not isinstance(field, forms.BooleanField)  # type: ignore[attr-defined]


def _word(label: Text, words: Choices, hint: Text = "", initial: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=words, help_text=hint, initial=initial)


def _title(label: Text) -> forms.CharField:
    return forms.CharField(label=label, max_length=200)


def _exit(reason: LeavingReason) -> forms.ChoiceField:
    return _word(label(reason), choices(LeavingTreatment))


class FrameForm(QuestionForm):
    """What both mechanisms ask alike: who counts, caps, payee, days."""

    denominator = _word(_("Success is counted out of"), choices(Denominator), initial="enrolled")
    minimum_cohort = WholeNumberField(
        label=_("Smallest cohort"), help_text=_("Write 0 if there is none.")
    )
    below_minimum = _word(_("Below the smallest cohort"), choices(BelowMinimum))
    neutral_exit_cap_percent = DecimalField(
        label=_("Most who may be left out, in per cent"), decimal_places=4
    )
    late_facts = _word(
        _("A fact that arrives after its period was closed"),
        choices(LateFacts),
        initial="next_open_period",
    )
    rounding = _word(_("Rounding of each line"), choices(Rounding), initial="half_up")
    cap = MoneyField(label=_("The most that the contract can ever pay"))
    floor = MoneyField(label=_("The least that it pays by its end (optional)"))
    payee = _word(_("Who receives the money"), choices(PayeeRole))
    payment_days = WholeNumberField(label=_("Days to pay a claim"))
    valid_from = DateField(
        label=_("In force from"), help_text=_("Left empty, from the day it is proposed.")
    )

    exit_death = _exit(LeavingReason.DEATH)
    exit_moved_away = _exit(LeavingReason.MOVED_AWAY)
    exit_taken_into_care = _exit(LeavingReason.TAKEN_INTO_CARE)
    exit_guardian_withdrew = _exit(LeavingReason.GUARDIAN_WITHDREW)
    exit_turned_18 = _exit(LeavingReason.TURNED_18)
    exit_transferred = _exit(LeavingReason.TRANSFERRED)
    exit_dropped_out = _exit(LeavingReason.DROPPED_OUT)

    def __init__(self, *args: Any, has_agreed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_agreed:
            del self.fields["valid_from"]


class CostPlusPremiumForm(FrameForm):
    """Cost plus premium: what is paid once if enough people reach the outcomes."""

    title_en = _title(_("Payment term in English"))
    title_fi = _title(_("Payment term in Finnish"))
    title_sv = _title(_("Payment term in Swedish"))
    together_en = _title(_("The outcomes together, in English"))
    together_fi = _title(_("The outcomes together, in Finnish"))
    together_sv = _title(_("The outcomes together, in Swedish"))
    rule = forms.ChoiceField(
        label=_("What must be reached"), choices=choices(CompositeRule)[1:], initial="all_of"
    )
    needed = WholeNumberField(label=_("How many of the outcomes"))
    scope = forms.ChoiceField(
        label=_("By whom"), choices=choices(CompositeScope)[1:], initial="per_person"
    )
    operator = _word(_("The threshold is"), choices(Operator), initial="at_least")
    threshold_percent = DecimalField(label=_("Threshold, in per cent"), decimal_places=4)
    cost = MoneyField(label=_("Agreed cost"))
    premium_percent = DecimalField(label=_("Premium, in per cent of the cost"), decimal_places=4)
    assessment_on = DateField(
        label=_("Assessed on"), help_text=_("Paid once, with the period that contains this day.")
    )


class RateCardForm(FrameForm):
    """Rate card: a price for each outcome reached."""

    timing = _word(_("When it is paid"), choices(Timing, Timing.FINAL), initial="this_period")


# --- Rows -----------------------------------------------------------------------------------------


class Row(QuestionForm):
    """One row; it is blank while none of its `telling` fields says anything."""

    telling: ClassVar[tuple[str, ...]] = ()

    @property
    def is_kept(self) -> bool:
        """Whether the row was filled in and not removed."""
        given = getattr(self, "cleaned_data", {})
        return not given.get("DELETE") and any(
            given.get(name) not in (None, "", []) for name in self.telling
        )


class TitledRow(Row):
    """A row with a title per language, and the key it already has in the terms."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    title_en = _title(_("Title in English"))
    title_fi = _title(_("Title in Finnish"))
    title_sv = _title(_("Title in Swedish"))


class PointRow(TitledRow):
    """A measurement point: an anchor, an offset and a window."""

    telling: ClassVar = ("title_en", "title_fi", "title_sv", "anchor")
    anchor = _word(_("Reckoned from"), choices(Anchor))
    offset_months = WholeNumberField(label=_("Months after it"))
    offset_days = WholeNumberField(label=_("Days after it"))
    day = DateField(label=_("Day"), help_text=_("Only for a date."))
    grade = WholeNumberField(label=_("Grade"), help_text=_("Only for a school grade."))
    tolerance_before_days = WholeNumberField(label=_("Days it may be early"))
    tolerance_after_days = WholeNumberField(label=_("Days it may be late"))


class OutcomeRow(TitledRow):
    """An outcome: metric, points, condition and how often one person counts."""

    telling: ClassVar = ("title_en", "title_fi", "title_sv", "metric")
    metric = _word(_("Metric"), [UNDECIDED])
    points = forms.MultipleChoiceField(
        label=_("Measured at"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    condition = _word(_("Reached when"), choices(ConditionKind))
    value = DecimalField(label=_("Value"), decimal_places=4)
    baseline = _word(_("Changed since"), [UNDECIDED], hint=_("Only for a change."))
    count = forms.ChoiceField(
        label=_("One person counts"), choices=choices(CountKind)[1:], initial="once_per_person"
    )
    most_per_person = WholeNumberField(
        label=_("Most times per person"), help_text=_("Only if it counts each time.")
    )
    verified_automatically = forms.BooleanField(
        label=_("Comes from a register and needs no check of each item")
    )

    def __init__(
        self, *args: Any, metrics: Choices = (), points: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"].choices = [UNDECIDED, *metrics]  # type: ignore[attr-defined]
        self.fields["points"].choices = points  # type: ignore[attr-defined]
        self.fields["baseline"].choices = [UNDECIDED, *points]  # type: ignore[attr-defined]


class CardRow(OutcomeRow):
    """An outcome with its price."""

    price = DecimalField(
        label=_("Price for each"), decimal_places=6, max_digits=18, min_value=Decimal(0)
    )
    cap = MoneyField(label=_("The most this line ever pays (optional)"))


class PayerRow(Row):
    """One payer's share."""

    telling: ClassVar = ("party", "share_percent")
    party = _word(_("Payer"), [UNDECIDED])
    share_percent = DecimalField(label=_("Share, in per cent"), decimal_places=6)

    def __init__(self, *args: Any, payers: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [UNDECIDED, *payers]  # type: ignore[attr-defined]


class PathRow(Row):
    """What the parties expect of an outcome on a day."""

    telling: ClassVar = ("outcome", "day", "value")
    outcome = _word(_("Outcome"), [UNDECIDED])
    day = DateField(label=_("Day"))
    value = DecimalField(
        label=_("Expected"), decimal_places=4, help_text=_("Per cent of people, or a number.")
    )

    def __init__(self, *args: Any, outcomes: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [UNDECIDED, *outcomes]  # type: ignore[attr-defined]


class RowSet(_RowSet):
    """Rows that can be added and removed without scripts."""

    def add_fields(self, form: Row, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Remove this row")

    def kept(self) -> list[tuple[int, Row]]:
        """The rows that were filled in, with their numbers on the page, from 1."""
        return [(place, row) for place, row in enumerate(self.forms, start=1) if row.is_kept]


def row_set(row: type[Row]) -> type[RowSet]:
    """A set of rows of one kind; more than the page can hold are refused."""
    made = formset_factory(
        row, formset=RowSet, extra=0, can_delete=True,
        max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True,
    )  # fmt: skip
    return cast("type[RowSet]", made)
