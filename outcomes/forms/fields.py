"""Fields of the outcomes' forms: asked for here, judged by the rules."""

from __future__ import annotations

from django import forms


class AskedField(forms.CharField):
    """A text that is asked for; whether it may be left empty here is for the rules to say."""

    def validate(self, value: str) -> None:
        """Accept anything: the rules name everything that is missing at once."""


class AskedChoice(forms.ChoiceField):
    """The same for a choice; what is chosen must be one that was offered."""

    def validate(self, value: str) -> None:
        """Accept no choice, for those who were not reached."""
        if value:
            super().validate(value)
