"""From a euro to the evidence, and from a measurement to the euros it earned."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from contracts.rules.terms import parse
from outcomes.models import Closing
from outcomes.selectors import draft
from outcomes.selectors.evidence import behind, standing
from outcomes.services import force_closing, sign_closing
from payments import services
from payments.rules.earned import earned
from payments.rules.pipeline import calculate
from sibportal.audit.models import UseLog
from tests.factories.outcomes import TITLE, Scene, make_scene, terms_document, verified
from tests.factories.payments import make_claim
from tests.payments.conftest import SignIn
from tests.payments.worked_examples import cases, load
from tests.worlds import Town

PRICE = "1000.00"


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content.replace("\N{NO-BREAK SPACE}", " ")


def paid_by_head() -> Scene:
    """Three people of whom two have work, priced at a thousand each, and one signed closing."""
    line = {
        "key": "work", "title": TITLE, "measure": {"kind": "count", "outcome": "work"},
        "price": {"kind": "unit_price", "amount": PRICE}, "timing": "this_period",
    }  # fmt: skip
    return make_scene(document=terms_document(payment_terms=[line]))


def close_first(scene: Scene) -> Closing:
    period = scene.periods[0]
    closing = force_closing(actor=scene.pia, period=period, reason="End of the test.")
    return sign_closing(actor=scene.cleo, closing=closing, digest=draft(period).pinned.digest)


def test_a_claim_is_explained_on_screen_and_on_paper_in_sentences_and_in_steps(
    town: Town, sign_in: SignIn
) -> None:
    claim = make_claim(town)
    pia = sign_in(town.pia)
    for name in ("claim-explanation", "claim-explanation-print"):
        shown = text(pia.get(reverse(f"payments:{name}", args=[claim.pk])))
        assert "6,000,000.00 cost + 8% premium = SEK 6,480,000.00" in shown
        assert "people who reached both ÷ people who count" in shown
        assert "100 ÷ 200 = 50%" in shown
        assert "50% ≥ 50%: yes" in shown
        assert "SEK 6,000,000.00 + 8% = SEK 6,480,000.00" in shown
        assert "Koivula pays 100% = SEK 6,480,000.00" in shown
        assert reverse("outcomes:closing-detail", args=[claim.closing_id]) in shown
    result = claim.closing.results.get()
    assert reverse("outcomes:result-measurements", args=[result.pk]) in shown
    step = "claim/sum[1]/line[1]/price[3]"
    marked = pia.get(reverse("payments:claim-explanation", args=[claim.pk]), {"step": step})
    assert f'id="{step}" class="marked"' in text(marked)


def test_rest_tells_the_same_with_sources_that_answer_only_whoever_may_see_them(
    town: Town, sign_in: SignIn
) -> None:
    claim = make_claim(town)
    address = reverse("api:claim-explanation", args=[claim.pk])
    told = sign_in(town.pia).get(address).json()
    step = told["tree"]
    for _below in range(3):
        step = step["children"][0]
    assert step["path"] == "claim/sum[1]/line[1]/measure[1]"
    assert (step["formula"], step["inputs"]["reached"]) == ("payments.formula.rate_both", 100)
    assert step["in_figures"].replace("\N{NO-BREAK SPACE}", " ") == "100 ÷ 200 = 50%"
    (source,) = step["sources"]
    assert sign_in(town.pia).get(source["url"]).json()["id"] == source["id"]
    for person in (town.eve, town.ben):
        assert sign_in(person).get(address).status_code == 404
    assert sign_in(town.eve).get(source["url"]).status_code == 404
    assert sign_in(town.ada).get(source["measurements"]).status_code == 403


def test_a_unit_price_leads_from_the_euro_to_each_measurement_and_back(
    db: None, sign_in: SignIn
) -> None:
    scene = paid_by_head()
    first, second, third = scene.participants
    rows = verified(
        scene,
        [{"participant": first, "value": 1}, {"participant": second, "value": 1},
         {"participant": third, "value": 0}],
    )  # fmt: skip
    late = verified(
        scene,
        [
            {
                "participant": third,
                "value": 1,
                "counted_in": scene.periods[1],
                "measured_on": scene.after_on + timedelta(days=1),
            }
        ],
    )
    closing = close_first(scene)
    assert standing(closing).count() == closing.row_count == len(rows)
    claim = services.calculate_claim(actor=scene.system, closing=closing)
    assert claim.amount == Decimal("2000.00")
    pia = sign_in(scene.pia)
    result = closing.results.get(outcome_key="work")
    page = text(pia.get(reverse("outcomes:result-measurements", args=[result.pk])))
    assert page.count("Reached it") == 2
    assert page.count("Did not reach it") == 1
    read = UseLog.objects.filter(actor_id=scene.pia.pk).values_list("participant_id", flat=True)
    assert set(read) == {person.pk for person in scene.participants}
    assert behind(scene.pia, result.pk).rows.count() == 3

    def told(row: Any) -> str:
        return text(pia.get(reverse("outcomes:measurement-detail", args=[row.uuid])))

    assert "One of the 2 that are paid for; the price of one is SEK 1,000.00." in told(rows[0])
    assert "it did not make anybody reach" in told(rows[2])
    assert "What it earned" not in told(late[0])
    over_rest = pia.get(reverse("api:earned-detail", args=[rows[0].uuid])).json()
    assert [(one["claim"], one["line_amount"]) for one in over_rest] == [(str(claim.pk), "2000.00")]
    # Whoever measures and may not see claims reads nothing about money.
    ben = text(sign_in(scene.ben).get(reverse("outcomes:measurement-detail", args=[rows[0].uuid])))
    assert "What it earned" not in ben
    assert (
        sign_in(scene.dag)
        .get(reverse("outcomes:result-measurements", args=[result.pk]))
        .status_code
        == 403
    )


@pytest.mark.parametrize(
    ("example", "place", "reached", "codes"),
    [
        ("youth_employment_and_health", 1, True, ["together"]),
        ("youth_employment_and_health", 0, True, ["nothing"]),
        ("youth_employment_and_health", 1, False, ["not_reached"]),
        ("family_partner_milestones", 0, True, ["unit_price"]),
    ],
)
def test_what_a_measurement_earned_is_never_made_up(
    example: str, place: int, *, reached: bool, codes: list[str]
) -> None:
    case = cases(example)[place]
    lines = calculate(case.terms, case.inputs).lines
    line = next(one for one in lines if one.amount or example.startswith("youth"))
    said = earned(line.explanation, parse(load(example)["terms"]), reached=reached)
    assert [phrase.code.rpartition(".")[2] for phrase in said] == codes
