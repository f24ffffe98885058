"""Shape of what officials enter about claims, payments and capital."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from sibportal.accounts.models import Organisation
from sibportal.web.forms import DateField, MoneyField, model_choice_field


class ReturnForm(forms.Form):
    """Why a claim goes back to its maker."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The maker of the claim reads this. No names or codes of participants."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ApprovalForm(forms.Form):
    """The digest of the calculation that was on the page; nothing to fill in."""

    digest = forms.CharField(widget=forms.HiddenInput)


class PaymentForm(forms.Form):
    """A payment that has been made; of a claim below zero, what was repaid, typed without minus."""

    amount = MoneyField(label=_("Amount paid"))
    paid_on = DateField(label=_("Paid on"))
    reference = forms.CharField(label=_("Payment reference"), max_length=60, required=False)

    def __init__(self, *args: Any, repaid: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repaid = repaid
        if repaid:
            self.fields["amount"].label = _("Amount repaid")
            self.fields["paid_on"].label = _("Repaid on")

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        return -amount if self.repaid else amount


class CommitmentForm(forms.Form):
    """What an investor has bound itself to put in."""

    investor = forms.ModelChoiceField(
        label=_("Investor"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    amount = MoneyField(label=_("Amount committed"))
    committed_on = DateField(label=_("Committed on"))

    def __init__(self, *args: Any, investors: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        model_choice_field(self, "investor").queryset = investors


class CapitalPaymentForm(forms.Form):
    """Capital that an investor has paid in."""

    amount = MoneyField(label=_("Amount paid in"))
    paid_on = DateField(label=_("Paid on"))


class StatementForm(forms.Form):
    """The day of a statement."""

    as_of = DateField(label=_("As of"))
