"""Late and corrected measurements: whom they touch, and what closings would have counted with them.

A signed closing stays what it is; this is for reading, by an authorised calculation.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from cohorts.models import Cohort, Participant
from cohorts.rules.counting import Base, base_from_leavers, size_of
from contracts.models import ReportingPeriod
from contracts.rules.terms.document import TermsDocument
from contracts.rules.terms.words import Denominator
from outcomes.models import Closing, Decision, Measurement, Verification
from outcomes.rules import corrected, counting
from outcomes.rules.closing import CutOff
from outcomes.rules.corrected import Closed, Entry, Recount
from outcomes.rules.counting import Profiles, Row
from outcomes.rules.points import PersonDates
from outcomes.selectors import aggregated, counted, pinned
from outcomes.selectors.aggregated import Deliveries
from outcomes.selectors.closings import cut_off_of, previous_cut_off
from outcomes.selectors.pinned import Scene


@dataclass(frozen=True)
class Again:
    """What the people touched add to a closing: with late facts where the parties agreed to count
    them, and with all facts of its time; and who reached what together, then and now."""

    agreed: Recount
    happened: Recount
    profiles_then: Profiles
    profiles_now: Profiles


@dataclass(frozen=True)
class Corrections:
    """Signed closings of one contract, oldest first, and what is known at a later cut-off."""

    closings: Sequence[Closing]
    period: ReportingPeriod
    cut_off: CutOff

    @cached_property
    def people(self) -> frozenset[UUID]:
        """Whose measurements came or changed after the closing of the time that they are about."""
        found: set[UUID] = set()
        rows = Measurement.objects.filter(
            contract=self.period.contract_id, pk__lte=self.cut_off.measurement
        )
        for closing in self.closings:
            pinned_at = cut_off_of(closing)
            verified_since = Verification.objects.filter(
                decision=Decision.VERIFIED,
                pk__gt=pinned_at.verification,
                pk__lte=self.cut_off.verification,
            )
            is_new = Q(pk__gt=pinned_at.measurement)
            came = is_new | Q(pk__in=verified_since.values("measurement"))
            of_its_time = Q(measured_on__lt=closing.period.ends_on)
            replaces = is_new & Q(supersedes__lte=pinned_at.measurement)
            touched = rows.filter((came & of_its_time) | replaces)
            found.update(touched.values_list("participant", flat=True).distinct())
        return frozenset(found)

    def of_registers(self, closing: Closing, terms: TermsDocument) -> Deliveries:
        """The register figures of one of the closings, each as it was corrected since."""
        if not closing.aggregate_count:
            return Deliveries(())
        scene = Scene(closing.period, terms, cut_off_of(closing), previous_cut_off(closing.period))
        return aggregated.deliveries(scene, known=self.cut_off)

    def recount(self, closing: Closing, terms: TermsDocument) -> Again:
        """What those people add to one of the closings, or to the one at whose cut-off this is."""
        scene = Scene(closing.period, terms, cut_off_of(closing), previous_cut_off(closing.period))
        latest = Scene(self.period, terms, self.cut_off)
        names, number = [str(one) for one in self.people], closing.period.number
        count = _Count(scene, base_of(scene, self.people), names)
        known, today = pinned.rows(scene, names), pinned.rows(latest, names)
        agreed = corrected.known_then(today, self._places[0])
        happened = corrected.known_then(today, self._places[1])
        then = count.figures(known)
        before = count.figures(corrected.stood_before(known, number))
        return Again(
            Recount(then, before, count.figures(agreed)),
            Recount(then, before, count.figures(happened)),
            count.profiles(known),
            count.profiles(agreed),
        )

    @cached_property
    def _places(self) -> tuple[Callable[[Row], int], Callable[[Row], int]]:
        closed = [
            Closed(one.period.number, one.period.ends_on, cut_off_of(one)) for one in self.closings
        ]
        entries = _entries(self.people, self.cut_off)
        return corrected.counted_at(entries, closed), corrected.measured_at(closed)


@dataclass(frozen=True)
class _Count:
    """The definition of counting over some people at one closing."""

    scene: Scene
    whole: Base
    people: Sequence[str]

    def figures(self, rows: list[Row]) -> corrected.ByOutcome:
        return counting.count(
            rows, self.scene.terms, self.whole, period=self.scene.period.number,
            stand_ins=self._missed, dates=self._dates,
        )  # fmt: skip

    def profiles(self, rows: list[Row]) -> Profiles:
        return counting.profiles(
            rows, self.scene.terms, self.whole, period=self.scene.period.number,
            stand_ins=self._missed, dates=self._dates,
        )  # fmt: skip

    @cached_property
    def _missed(self) -> list[counting.StandIn]:
        wanted = frozenset(self.people)
        found = counted.stand_ins(self.scene, self.whole)
        return [one for one in found if one.participant in wanted]

    @cached_property
    def _dates(self) -> dict[str, PersonDates]:
        return counted.dates_of(self.people)


def base_of(scene: Scene, people: Collection[UUID]) -> Base:
    """The denominator at a closing with the standings of some people and of all who left: which
    exits are neutral depends on the others'."""
    until, kind = scene.period.ends_on, scene.terms.counting.denominator
    everybody = Participant.objects.filter(cohort__contract=scene.period.contract_id, counts=True)
    inside = Q(enrolment__enrolled_on__lt=until)
    known = everybody.filter(inside | Q(referral__referred_on__lt=until)).count()
    if kind is Denominator.STARTED:
        inside &= Q(enrolment__started_on__lt=until)
    there = everybody.filter(inside)
    wanted = there.filter(Q(pk__in=people) | Q(enrolment__exited_on__lt=until))
    places = Cohort.objects.filter(contract=scene.period.contract_id).values_list(
        "places", flat=True
    )
    number = there.count()
    return base_from_leavers(
        counted.participant_statuses(wanted),
        scene.terms.counting,
        size=size_of(kind or Denominator.ENROLLED, people=known, inside=number, places=sum(places)),
        inside=number,
        until=until,
    )


def _entries(people: Collection[UUID], cut_off: CutOff) -> list[Entry]:
    rows = Measurement.objects.filter(participant__in=people, pk__lte=cut_off.measurement)
    verified = dict(
        Verification.objects.filter(
            measurement__participant__in=people,
            decision=Decision.VERIFIED,
            pk__lte=cut_off.verification,
        ).values_list("measurement", "pk")
    )
    found = list(rows.values_list("pk", "supersedes", "measured_on", "counted_in__number"))
    replaced_by = {old: pk for pk, old, _day, _number in found if old is not None}
    return [
        Entry(pk, verified.get(pk), old, replaced_by.get(pk), measured_on, number)
        for pk, old, measured_on, number in found
    ]
