"""The shape of plans of verification, of a verifier's decision on a sampled item, of disputes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contracts.models import Metric, MetricKind, ReportingPeriod
from outcomes.forms.fields import AskedField
from outcomes.forms.verification import DecisionForm
from outcomes.models import Beyond, Decision, PlanKind
from outcomes.rules.rounds import PlanTerms
from outcomes.rules.sampling import Beyond as BeyondWord
from outcomes.rules.sampling import PlanKind as KindWord
from outcomes.rules.sampling import StratumField
from sibportal.web.forms import DecimalField, WholeNumberField, choice_field

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Text

CORRECT = "correct"
STRATA: tuple[tuple[str, Text], ...] = (
    (StratumField.COHORT.value, _("Cohort")),
    (StratumField.PROVIDER.value, _("Provider")),
    (StratumField.METRIC.value, _("Metric")),
)
# With Alt and Shift (on a Mac Control and Option), as the words on the page say: without Shift,
# Firefox answers none and other browsers take some for their menus.
KEYS = {Decision.VERIFIED.value: "c", CORRECT: "e", Decision.QUERIED.value: "q", "rejected": "r"}


class PlanForm(forms.Form):
    """How measurements are verified from one period on."""

    from_period = forms.ChoiceField(label=_("From which period on?"))
    kind = forms.ChoiceField(
        label=_("What does the verifier look at?"),
        choices=PlanKind,
        widget=forms.RadioSelect,
        initial=PlanKind.SAMPLE,
    )
    everybody_below = WholeNumberField(
        label=_("Everything is looked at below so many people"), initial=100
    )
    confidence_percent = DecimalField(
        label=_("Confidence, per cent"),
        decimal_places=1,
        initial=95,
        help_text=_("How sure the sample makes us. 95 is usual."),
    )
    margin_percent = DecimalField(
        label=_("Margin, percentage points"),
        decimal_places=1,
        initial=5,
        help_text=_("A smaller margin takes a larger sample."),
    )
    expected_percent = DecimalField(
        label=_("Expected share, per cent"),
        decimal_places=1,
        initial=50,
        help_text=_("50 gives the largest sample and is safe when nothing is known."),
    )
    tolerable_percent = DecimalField(
        label=_("Tolerable errors, per cent"),
        decimal_places=1,
        initial=5,
        help_text=_("The rest is trusted only if the sample shows that fewer than this are wrong."),
    )
    strata = forms.MultipleChoiceField(
        label=_("Spread the sample over"),
        required=False,
        choices=STRATA,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Each part is drawn from by its size, and from each at least one."),
    )
    beyond = forms.ChoiceField(
        label=_("If more is wrong than accepted"),
        choices=Beyond,
        widget=forms.RadioSelect,
        initial=Beyond.FULL_CHECK,
    )
    dispute_days = WholeNumberField(
        label=_("Days to dispute a rejection"),
        initial=14,
    )
    reason = AskedField(label=_("Why?"), help_text=_("All parties read it."), max_length=300)

    def __init__(self, *args: Any, periods: list[ReportingPeriod], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "from_period").choices = [
            (str(one.pk), _("Period %(number)s") % {"number": one.number}) for one in periods
        ]

    def terms(self) -> PlanTerms:
        """The plan that was filled in; the rules say what is out of range."""
        given = self.cleaned_data
        return PlanTerms(
            kind=KindWord(given["kind"]),
            everybody_below=given["everybody_below"],
            confidence_percent=given["confidence_percent"],
            margin_percent=given["margin_percent"],
            expected_percent=given["expected_percent"],
            tolerable_percent=given["tolerable_percent"],
            strata=tuple(StratumField(one) for one in given["strata"]),
            beyond=BeyondWord(given["beyond"]),
            dispute_days=given["dispute_days"],
        )


class KeyedRadioSelect(forms.RadioSelect):
    """Choices that a key of their own picks."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if key := KEYS.get(str(value)):
            option["attrs"]["accesskey"] = key
        return option


class ReviewForm(DecisionForm):
    """The decision on one item of a sample, reported against evidence."""

    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=(
            (Decision.VERIFIED, _("Confirm: the evidence shows it (C)")),
            (CORRECT, _("The evidence shows another value (E)")),
            (Decision.QUERIED, _("Ask the provider (Q)")),
            (Decision.REJECTED, _("Reject: the evidence does not show it (R)")),
        ),
        widget=KeyedRadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    field_order = ("decision", "found_value", "note")

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = _("What the evidence shows")
        help_text = _("Only if it is another value. The provider corrects it or disputes.")
        field: forms.Field
        if metric.kind == MetricKind.YES_NO:
            field = forms.TypedChoiceField(
                label=label, required=False, coerce=int, empty_value=None, help_text=help_text,
                choices=(("", "–"), ("1", _("Yes")), ("0", _("No"))),
            )  # fmt: skip
        else:
            field = DecimalField(
                label=label, required=False, decimal_places=metric.decimals, help_text=help_text
            )
        self.fields["found_value"] = field
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Another value is given where that is the decision, and nowhere else."""
        given = super().clean() or self.cleaned_data
        if given.get("decision") == CORRECT and given.get("found_value") is None:
            self.add_error("found_value", _("Write what the evidence shows."))
        if given.get("decision") != CORRECT:
            given["found_value"] = None
        return given


class ConclusionForm(forms.Form):
    """What follows beyond the acceptance number, where the plan leaves it to the verifier."""

    trust_rest = forms.ChoiceField(
        label=_("What follows?"),
        choices=(
            ("no", _("Everything is looked at")),
            ("yes", _("The rest is verified all the same, with a reason")),
        ),
        widget=forms.RadioSelect,
        initial="no",
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=1000,
        help_text=_("All parties read it in the report. No names."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DisputeForm(forms.Form):
    """Why a rejection is disputed, or a dispute withdrawn."""

    reason = AskedField(
        label=_("Reason"),
        help_text=_("Say where the evidence is. No names."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RulingForm(forms.Form):
    """The decision of a dispute about a rejection."""

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=(
            ("stands", _("The rejection stands")),
            ("overturned", _("The measurement is verified")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = AskedField(
        label=_("Reason"),
        help_text=_("Both parties read it. No names."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
