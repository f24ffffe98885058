"""Before signing: the smallest effect that so many people can tell from chance, in words."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from outcomes.rules.asked import unwanted
from outcomes.rules.evaluation import detectable as rules
from payments.rules.assumed import times_each
from sibportal.web import formats
from sibportal.web.localised import choose

if TYPE_CHECKING:
    from payments.forms.foresight import ForesightForm
    from payments.selectors.foresight import Asked

HUNDRED = Decimal(100)
HALF = Decimal(50)  # per cent


@dataclass(frozen=True)
class Detectable:
    """What can be told of one outcome; `warning` where what is expected is less than that."""

    title: str
    sentence: str
    warning: str


def detectable(form: ForesightForm) -> list[Detectable]:
    """Of every share; where its level without the service is not answered, at one half, where
    chance is greatest."""
    levels, expected = form.without(), form.expected() or {}
    fewer = unwanted(form.start.terms)
    found = []
    for one in form.start.asked:
        key = one.outcome.key
        if not one.is_share or times_each(one.outcome) != 1:
            continue
        baseline = levels.get(key, HALF) / HUNDRED
        wants_less = key in fewer
        step = _smallest_step(form, one, baseline, wants_less=wants_less)
        known = key in expected and key in levels
        hoped = abs(expected[key].level / HUNDRED - baseline) if known else None
        found.append(
            Detectable(
                title=str(choose(one.outcome.title)) or key,
                sentence=_sentence(form, one, baseline, step, wants_less=wants_less),
                warning=_warning(step, hoped),
            )
        )
    return found


def _smallest_step(
    form: ForesightForm, one: Asked, baseline: Decimal, *, wants_less: bool
) -> Decimal | None:
    """How far from the baseline the nearest share lies that is found."""
    people = form.cleaned_data["people"]
    start = 1 - baseline if wants_less else baseline
    if one.has_comparison:
        others = form.cleaned_data.get("comparison_people") or people
        reached = rules.smallest_rise_over_group(people, others, start)
    else:
        reached = rules.smallest_rise(people, start)
    return None if reached is None else reached - start


def _sentence(
    form: ForesightForm, one: Asked, baseline: Decimal, step: Decimal | None, *, wants_less: bool
) -> str:
    people = form.cleaned_data["people"]
    words = {
        "people": formats.number(people),
        "others": formats.number(form.cleaned_data.get("comparison_people") or people),
        "baseline": formats.percent(baseline),
        "points": "" if step is None else formats.number(step * HUNDRED, places=1),
    }
    if step is None:
        text = _(
            "With %(people)s people, and %(baseline)s of them without the service, no effect"
            " can be told from chance."
        )
    elif one.has_comparison:
        text = _beside_a_group(wants_less=wants_less)
    else:
        text = _beside_a_share(wants_less=wants_less)
    return text % words


def _beside_a_group(*, wants_less: bool) -> str:
    if wants_less:
        return _(
            "With %(people)s people and %(others)s in the comparison group, of whom"
            " %(baseline)s succeed, a fall of less than %(points)s percentage points cannot be"
            " told from chance."
        )
    return _(
        "With %(people)s people and %(others)s in the comparison group, of whom"
        " %(baseline)s succeed, a rise of less than %(points)s percentage points cannot be"
        " told from chance."
    )


def _beside_a_share(*, wants_less: bool) -> str:
    if wants_less:
        return _(
            "With %(people)s people, and %(baseline)s of them without the service, a fall of"
            " less than %(points)s percentage points cannot be told from chance."
        )
    return _(
        "With %(people)s people, and %(baseline)s of them without the service, a rise of"
        " less than %(points)s percentage points cannot be told from chance."
    )


def _warning(step: Decimal | None, hoped: Decimal | None) -> str:
    if hoped is None or (step is not None and hoped >= step):
        return ""
    points = formats.number(hoped * HUNDRED, places=1)
    return _(
        "The expected effect of %(points)s percentage points is smaller: even if it comes, it will"
        " often look like chance."
    ) % {"points": points}
