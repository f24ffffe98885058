"""The whole terms form: answers, rows of each kind, and the document they make together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from contracts.rules.terms.templates import COST_PLUS_PREMIUM, RATE_CARD, Document
from payments.forms.drafting import document_of, numbered, path_rows
from payments.forms.refilling import Filled, path_place, place_of
from payments.forms.terms import (
    MOST_ROWS,
    PATH_TOGETHER,
    CardRow,
    CostPlusPremiumForm,
    FrameForm,
    OutcomeRow,
    PathRow,
    PayerRow,
    PointRow,
    RateCardForm,
    RowSet,
    row_set,
)
from sibportal.kernel.errors import Issue, RuleViolation
from sibportal.web.localised import choose
from sibportal.web.messages import issue_sentence

Posted = MultiValueDict[str, str]
ROWS = ("points", "outcomes", "payers", "path")
_FORMS: dict[str, type[FrameForm]] = {
    COST_PLUS_PREMIUM: CostPlusPremiumForm,
    RATE_CARD: RateCardForm,
}


@dataclass(frozen=True)
class Options:
    """What the form can choose from, and what the contract has fixed already."""

    currency: str
    metrics: Sequence[tuple[str, str]]
    payers: Sequence[tuple[str, str]]
    has_agreed: bool
    follow_up: Sequence[Document] = field(default=())


class TermsDraft:
    """One filling of the form, from a post or from what the terms already say."""

    def __init__(
        self,
        mechanism: str,
        options: Options,
        *,
        data: Posted | None = None,
        filled: Filled | None = None,
    ) -> None:
        self.mechanism, self.options, self.data = mechanism, options, data
        shown = filled or Filled()
        self.main = _FORMS[mechanism](
            data, initial=shown.main or None, has_agreed=options.has_agreed
        )
        points = numbered(self._titles("points", shown.points))
        outcomes = numbered(self._titles("outcomes", shown.outcomes))
        if mechanism == COST_PLUS_PREMIUM:
            outcomes.append((PATH_TOGETHER, _("What is paid for")))
        outcome_row = OutcomeRow if mechanism == COST_PLUS_PREMIUM else CardRow
        self.points = self._rows(PointRow, "points", shown.points)
        self.outcomes = self._rows(
            outcome_row, "outcomes", shown.outcomes, metrics=options.metrics, points=points
        )
        self.payers = self._rows(PayerRow, "payers", shown.payers, payers=options.payers)
        self.path = self._rows(PathRow, "path", shown.path, outcomes=outcomes)

    def _rows(
        self, row: type[Any], name: str, initial: list[dict[str, Any]], **choices: Any
    ) -> RowSet:
        return row_set(row)(self.data, prefix=name, initial=initial, form_kwargs=choices)

    def _titles(self, name: str, initial: list[dict[str, Any]]) -> list[str]:
        """How rows are called in the choices of other rows."""
        if self.data is None:
            rows: list[Mapping[str, Any]] = list(initial)
        else:
            rows = [
                {key: self.data.get(f"{name}-{place}-{key}", "") for key in _TITLES}
                for place in range(_row_count(self.data, name))
            ]
        return [str(choose({key[6:]: row.get(key, "") for key in _TITLES})) for row in rows]

    @property
    def row_sets(self) -> tuple[RowSet, ...]:
        """The sets of rows in the order of the page."""
        return self.points, self.outcomes, self.payers, self.path

    def is_valid(self) -> bool:
        """Whether everything written can be read; every part is looked at."""
        parts: list[BaseForm | BaseFormSet[Any]] = [self.main, *self.row_sets]
        return all([part.is_valid() for part in parts])

    def document(self) -> Document:
        """The terms document of a valid form."""
        return document_of(
            self.mechanism,
            self.main.cleaned_data,
            {name: getattr(self, name).kept() for name in ROWS},
            currency=self.options.currency,
            follow_up=self.options.follow_up,
        )

    def attach(self, violation: RuleViolation) -> None:
        """Show what the rules refuse at the place where it is asked."""
        for issue in violation.issues:
            form, name = self._place(issue)
            if form is None or name not in form.fields:
                self.main.add_error(None, issue_sentence(issue))
            else:
                form.add_error(name, issue_sentence(issue))

    def _place(self, issue: Issue) -> tuple[Any, str]:
        if at := path_place(issue.field):
            groups = list(path_rows(self.path.kept()).values())
            return groups[at[0]][at[1]], at[2]
        kept = {name: [row for _number, row in getattr(self, name).kept()] for name in ROWS}
        place = place_of(issue.field, self.mechanism, len(kept["outcomes"]))
        if place is None:
            return None, ""
        if not place.rows:
            return self.main, place.field
        return kept[place.rows][place.number], place.field


_TITLES = ("title_en", "title_fi", "title_sv")


def _row_count(data: Posted, name: str) -> int:
    typed = data.get(f"{name}-TOTAL_FORMS", "")
    return min(int(typed), MOST_ROWS) if typed.isascii() and typed.isdigit() else 0


def with_another_row(data: Posted, name: str) -> Posted:
    """The same post with one more empty row of a kind."""
    if name not in ROWS:
        return data
    longer = data.copy()
    longer[f"{name}-TOTAL_FORMS"] = str(min(_row_count(data, name) + 1, MOST_ROWS))
    return longer
