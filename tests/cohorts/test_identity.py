"""Names live in one encrypted table, open for those who hold the key, and leave no other trace."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from cohorts import selectors, services
from cohorts.models import Erasure, Identity, Participant
from cohorts.rules import cipher
from cohorts.services import IdentityFacts
from cohorts.states import UseKind
from contracts.models import KeyCustodian
from sibportal.accounts.models import User
from sibportal.audit.models import Event, UseLog
from sibportal.embedded.environment import make_keys
from sibportal.kernel.errors import NotAllowed, NotVisible, RuleViolation
from tests.cohorts.conftest import Scene

NAME, HETU, CONTACT = "Kanarialintu Testaaja", "131052-308T", "kanarialintu-tie 1"
CANARIES = ("Kanarialintu", "131052-308T", "131052308T", "kanarialintu-tie")
FACTS = IdentityFacts(name=NAME, personal_id=HETU, contact=CONTACT)
REASON = "Decision 12/2026"


def keep(scene: Scene, participant: Participant, actor: User, facts: IdentityFacts = FACTS) -> None:
    services.save_identity(actor=actor, participant=participant, facts=facts)


@pytest.fixture
def held(scene: Scene) -> Participant:
    """A participant whose identity the controller keeps in the portal."""
    scene.custody(KeyCustodian.CONTROLLER)
    participant = scene.enrolled()
    keep(scene, participant, scene.town.casper)
    return participant


def columns_of_text() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb', 'json', 'bytea')"
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]


def places_of(text: str) -> list[tuple[str, str]]:
    found = []
    with connection.cursor() as cursor:
        for table, column in columns_of_text():
            # The names come from the catalogue of the database itself.
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1', [f"%{text}%"]
            )
            if cursor.fetchone():
                found.append((table, column))
    return found


def test_who_holds_the_key_reads_what_was_kept_and_the_log_says_so(
    scene: Scene, held: Participant
) -> None:
    shown = services.show_identity(actor=scene.town.casper, participant=held, purpose="contact")
    assert (shown.name, shown.personal_id, shown.contact) == (NAME, HETU, CONTACT)
    assert NAME not in repr(shown)
    assert HETU not in repr(FACTS)
    log = UseLog.objects.filter(what=UseKind.IDENTITY_SHOWN).get()
    assert (log.actor_name, log.purpose, log.participant_id) == (
        "Casper Example",
        "contact",
        held.pk,
    )
    assert log.organisation_names == "Koivula"


def test_without_a_purpose_nothing_is_opened(scene: Scene, held: Participant) -> None:
    with pytest.raises(RuleViolation) as caught:
        services.show_identity(actor=scene.town.casper, participant=held, purpose="curiosity")
    assert caught.value.code == "cohorts.purpose_needed"
    assert not UseLog.objects.filter(what=UseKind.IDENTITY_SHOWN).exists()


def test_the_key_lies_with_one_side_only(scene: Scene, held: Participant) -> None:
    with pytest.raises(NotAllowed) as caught:
        services.show_identity(actor=scene.town.ben, participant=held, purpose="contact")
    assert caught.value.code == "cohorts.identity_held_by_controller"
    with pytest.raises(NotAllowed):
        keep(scene, held, scene.town.ben)


def test_a_provider_that_holds_the_key_shuts_the_controller_out(scene: Scene) -> None:
    scene.custody(KeyCustodian.PROVIDER)
    participant = scene.enrolled(served_by=scene.partner)
    keep(scene, participant, scene.sam)
    with pytest.raises(NotAllowed):
        services.show_identity(actor=scene.town.casper, participant=participant, purpose="check")
    assert services.show_identity(
        actor=scene.town.ben, participant=participant, purpose="check"
    ).name


def test_where_the_key_lies_elsewhere_or_nobody_said_there_are_codes_only(scene: Scene) -> None:
    participant = scene.enrolled()
    for _ in range(2):
        with pytest.raises(RuleViolation) as caught:
            keep(scene, participant, scene.town.casper)
        assert caught.value.code == "cohorts.identity_kept_elsewhere"
        scene.custody(KeyCustodian.ELSEWHERE)
    assert not Identity.objects.exists()


@pytest.mark.parametrize("who", ["pia", "cleo", "dag", "ada"])
def test_nobody_else_in_the_contract_opens_an_identity(
    scene: Scene, held: Participant, who: str
) -> None:
    with pytest.raises((NotAllowed, NotVisible)):
        services.show_identity(actor=getattr(scene.town, who), participant=held, purpose="contact")


def test_an_invalid_personal_id_is_refused_without_being_repeated(scene: Scene) -> None:
    scene.custody(KeyCustodian.CONTROLLER)
    with pytest.raises(RuleViolation) as caught:
        keep(scene, scene.enrolled(), scene.town.casper, IdentityFacts(personal_id="131052-308X"))
    assert caught.value.issues[0].field == "personal_id"
    assert "131052" not in f"{caught.value.issues} {caught.value.params}"
    assert not Identity.objects.exists()


def test_an_empty_field_keeps_what_is_stored(scene: Scene, held: Participant) -> None:
    keep(scene, held, scene.town.casper, IdentityFacts(contact="kanarialintu-tie 2"))
    shown = services.show_identity(actor=scene.town.casper, participant=held, purpose="contact")
    assert (shown.name, shown.personal_id, shown.contact) == (NAME, HETU, "kanarialintu-tie 2")


def test_ciphertext_moved_to_another_row_cannot_be_read(scene: Scene, held: Participant) -> None:
    other = scene.enrolled()
    keep(scene, other, scene.town.casper, IdentityFacts(name="Somebody Else"))
    stored = Identity.objects.get(participant=held)
    Identity.objects.filter(participant=other).update(
        wrapped_key=stored.wrapped_key, name=stored.name
    )
    with pytest.raises(RuleViolation) as caught:
        services.show_identity(actor=scene.town.casper, participant=other, purpose="contact")
    assert caught.value.code == "cohorts.identity_unreadable"


def test_a_wrong_key_is_told_apart_from_altered_data(
    scene: Scene, held: Participant, settings: Settings
) -> None:
    settings.IDENTITY_KEY = settings.IDENTITY_INDEX_KEY
    with pytest.raises(RuleViolation) as caught:
        services.show_identity(actor=scene.town.casper, participant=held, purpose="contact")
    assert caught.value.code == "cohorts.identity_key_missing"


def test_a_security_ban_deletes_contact_details_and_hides_the_referring_unit(
    scene: Scene, held: Participant, client: Client
) -> None:
    keep(scene, held, scene.town.casper, IdentityFacts(security_ban=True))
    shown = services.show_identity(actor=scene.town.casper, participant=held, purpose="check")
    assert (shown.name, shown.contact, shown.security_ban) == (NAME, "", True)
    assert Identity.objects.get().contact == ""
    with pytest.raises(RuleViolation) as caught:
        keep(scene, held, scene.town.casper, IdentityFacts(contact="x", security_ban=True))
    assert caught.value.code == "cohorts.contact_under_ban"
    client.force_login(scene.town.casper)
    for address in (f"/participants/{held.pk}/", f"/cohorts/{scene.cohort.pk}/?search={held.code}"):
        text = client.get(address).content.decode()
        assert "Hidden: security ban" in text
    page = client.get(f"/participants/{held.pk}/").content.decode()
    assert "Koivula school" not in page
    assert not selectors.participants(scene.town.casper, unit="Koivula school").exists()


def test_duplicates_are_told_without_saying_where(scene: Scene, held: Participant) -> None:
    nobody = scene.enrolled()
    assert not selectors.blind_index_matches(nobody).available
    assert selectors.blind_index_matches(held) == selectors.Duplicates(available=True)
    keep(scene, nobody, scene.town.casper, IdentityFacts(personal_id=" 131052-308t "))
    assert selectors.blind_index_matches(held).in_this_contract
    assert not selectors.blind_index_matches(held).in_another_contract


def test_an_erased_identity_cannot_be_read_or_kept_again_and_the_codes_stay(
    scene: Scene, held: Participant
) -> None:
    stored = Identity.objects.get()
    counted = selectors.counting_participants(scene.contract)
    services.erase_identity(actor=scene.town.casper, participant=held, reason=REASON)
    assert not Identity.objects.exists()
    assert places_of(stored.wrapped_key) == places_of(stored.name) == []
    assert selectors.counting_participants(scene.contract) == counted
    with pytest.raises(RuleViolation) as caught:
        services.show_identity(actor=scene.town.casper, participant=held, purpose="contact")
    assert caught.value.code == "cohorts.no_identity"
    with pytest.raises(RuleViolation) as caught:
        keep(scene, held, scene.town.casper)
    assert caught.value.code == "cohorts.identity_erased"


def test_ciphertext_without_its_wrapped_key_is_noise(scene: Scene, held: Participant) -> None:
    stored = Identity.objects.get()
    place = cipher.Place("cohorts_identity", "name", str(held.pk))
    with pytest.raises(RuleViolation) as caught:
        cipher.decrypt(stored.name, cipher.new_person_key(), place)
    assert caught.value.code == "cohorts.identity_unreadable"


def test_what_remains_after_the_key_moved_elsewhere_can_still_be_erased(
    scene: Scene, held: Participant
) -> None:
    scene.custody(KeyCustodian.ELSEWHERE)
    services.erase_identity(actor=scene.town.ben, participant=held, reason=REASON)
    assert not Identity.objects.exists()


def test_the_command_erases_for_whoever_decided_and_refuses_others(
    scene: Scene, held: Participant
) -> None:
    arguments = ["erase_identity", held.code.lower(), "--contract", scene.contract.code]
    with pytest.raises(CommandError):
        call_command(*arguments, "--reason", REASON, "--by", "eve@example.org")
    assert Identity.objects.count() == 1
    out = io.StringIO()
    call_command(*arguments, "--reason", REASON, "--by", "casper@example.org", stdout=out)
    assert held.code in out.getvalue()
    assert not Identity.objects.exists()
    assert Erasure.objects.get().erased_by == scene.town.casper


def test_replaying_the_list_erases_whom_a_restored_backup_brought_back(
    scene: Scene, held: Participant, tmp_path: Path
) -> None:
    backup = Identity.objects.get()
    services.erase_identity(actor=scene.town.casper, participant=held, reason=REASON)
    call_command("replay_erasures", "--save", str(tmp_path / "list"), stdout=io.StringIO())
    saved = json.loads((tmp_path / "list").read_text())
    assert UUID(saved["participant_id"]) == held.pk
    backup.save(force_insert=True)
    out = io.StringIO()
    call_command("replay_erasures", str(tmp_path / "list"), stdout=out)
    assert not Identity.objects.exists()
    assert "1 identities" in out.getvalue()
    call_command("replay_erasures", str(tmp_path / "list"), stdout=out)
    assert "0 identities" in out.getvalue()


def test_names_leave_no_trace_outside_the_cipher(
    scene: Scene, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    scene.custody(KeyCustodian.CONTROLLER)
    participant = scene.enrolled()
    client.force_login(scene.town.casper)
    base = f"/participants/{participant.pk}/identity"
    facts = {"name": NAME, "personal_id": HETU, "contact": CONTACT}
    with caplog.at_level(logging.DEBUG):
        saved = client.post(f"{base}/edit/", facts)
        refused = client.post(f"{base}/edit/", facts | {"security_ban": "on"})
        shown = client.post(f"{base}/show/", {"purpose": "contact"})
        pages = [
            client.get(f"/participants/{participant.pk}/"),
            client.get(f"{base}/edit/"),
            client.get(f"{base}/show/"),
            client.get(f"/participants/{participant.pk}/use-log/"),
            client.get(f"/participants/{participant.pk}/use-log/export.csv"),
            client.get(f"/contracts/{scene.contract.pk}/history/"),
            client.get(f"/api/v1/participants/{participant.pk}/"),
        ]
    assert saved.status_code == 302
    assert refused.status_code == 422
    assert NAME in shown.content.decode()
    assert shown.headers["Cache-Control"] == "no-store"
    everywhere = [
        *(page.content.decode() for page in pages),
        saved.headers["Location"],
        caplog.text,
        *(f"{message.subject} {message.body}" for message in mail.outbox),
    ]
    for canary in CANARIES:
        assert places_of(canary) == []
        assert not [text for text in everywhere if canary.lower() in text.lower()]


def test_the_search_of_the_whole_database_would_find_a_name(scene: Scene) -> None:
    scene.enrolled(unit_name="Kanarialintu school")
    assert places_of("kanarialintu") == [("cohorts_referral", "unit_name")]
    assert len(columns_of_text()) > 100
    assert settings.IDENTITY_KEY != settings.IDENTITY_INDEX_KEY


# --- Changing the key -----------------------------------------------------------------------------


def a_key() -> str:
    return make_keys()["IDENTITY_KEY"]


def shown(scene: Scene, participant: Participant) -> tuple[str, str, str]:
    found = services.show_identity(
        actor=scene.town.casper, participant=participant, purpose="contact"
    )
    return found.name, found.personal_id, found.contact


def reencrypt(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reencrypt_identities", *arguments, stdout=out)
    return out.getvalue()


def rotate(settings: Settings) -> str:
    """Put a new key in front; returns the former one."""
    former = settings.IDENTITY_KEY
    settings.IDENTITY_KEY, settings.IDENTITY_OLD_KEYS = a_key(), [former]
    return str(former)


def test_a_new_key_writes_and_the_former_one_still_reads(
    scene: Scene, held: Participant, settings: Settings
) -> None:
    rotate(settings)
    assert shown(scene, held) == (NAME, HETU, CONTACT)
    other = scene.enrolled()
    keep(scene, other, scene.town.casper, IdentityFacts(name="Somebody Else"))
    settings.IDENTITY_OLD_KEYS = []
    assert shown(scene, other)[0] == "Somebody Else"
    with pytest.raises(RuleViolation) as caught:
        shown(scene, held)
    assert caught.value.code == "cohorts.identity_key_missing"


def test_after_all_was_encrypted_anew_the_former_key_can_go(
    scene: Scene, held: Participant, settings: Settings
) -> None:
    others = [scene.enrolled() for _ in range(4)]
    for number, other in enumerate(others):
        keep(scene, other, scene.town.casper, IdentityFacts(name=f"Somebody {number}"))
    before = dict(Identity.objects.values_list("pk", "name"))
    rotate(settings)
    said = reencrypt("--batch", "2")
    assert said.splitlines() == [
        "2 …", "4 …", "5 …", "5 identities encrypted anew.",
        "All identities are under the current key.",
    ]  # fmt: skip
    settings.IDENTITY_OLD_KEYS = []
    assert shown(scene, held) == (NAME, HETU, CONTACT)
    assert [shown(scene, other)[0] for other in others] == [f"Somebody {n}" for n in range(4)]
    assert dict(Identity.objects.values_list("pk", "name")) == before, "only the keys were opened"
    events = Event.objects.filter(action="identity.reencrypted")
    assert [event.after["identities"] for event in events if event.after] == [1, 2, 2]
    assert reencrypt().startswith("0 identities")
    assert events.count() == 3


def test_an_interrupted_run_goes_on_where_it_stopped(
    scene: Scene, held: Participant, settings: Settings
) -> None:
    other = scene.enrolled()
    keep(scene, other, scene.town.casper, IdentityFacts(name="Somebody Else"))
    rotate(settings)
    batch = services.reencrypt_identities(size=1)
    assert batch is not None
    assert batch.done == 1
    assert (shown(scene, held)[0], shown(scene, other)[0]) == (NAME, "Somebody Else")
    assert "1 identities encrypted anew." in reencrypt()


def test_an_identity_under_an_unknown_key_is_named_by_its_key_and_the_rest_goes_on(
    scene: Scene, held: Participant, settings: Settings
) -> None:
    former = rotate(settings)
    lost, settings.IDENTITY_KEY = settings.IDENTITY_KEY, a_key()
    settings.IDENTITY_OLD_KEYS = [former]
    other = scene.enrolled()
    current, settings.IDENTITY_KEY = settings.IDENTITY_KEY, lost
    keep(scene, other, scene.town.casper, IdentityFacts(name="Somebody Else"))
    settings.IDENTITY_KEY = current
    key_id = Identity.objects.get(participant=other).wrapped_key.split("|")[1]
    with pytest.raises(CommandError) as caught:
        reencrypt()
    assert f"1 identities are under the key “{key_id}”" in str(caught.value)
    settings.IDENTITY_OLD_KEYS = []
    assert shown(scene, held)[0] == NAME
    settings.IDENTITY_OLD_KEYS = [lost]
    assert "1 identities encrypted anew." in reencrypt()
    settings.IDENTITY_OLD_KEYS = []
    assert shown(scene, other)[0] == "Somebody Else"


def test_without_the_key_the_page_says_so_and_shows_nothing(
    scene: Scene,
    held: Participant,
    client: Client,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:
    rotate(settings)
    settings.IDENTITY_OLD_KEYS = []
    client.force_login(scene.town.casper)
    address = f"/participants/{held.pk}/identity/show/"
    with caplog.at_level(logging.DEBUG):
        page = client.post(address, {"purpose": "contact"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "for names and personal ids is not available. Ask the administrator." in text
    stored = Identity.objects.get()
    for secret in (*CANARIES, settings.IDENTITY_KEY, stored.wrapped_key, stored.name):
        assert secret not in text
        assert secret not in caplog.text
    assert not UseLog.objects.filter(what=UseKind.IDENTITY_SHOWN).exists()


@pytest.mark.parametrize("typed", ["", "tooshort", "not base64 at all!"])
def test_a_malformed_former_key_is_refused_and_not_repeated(
    scene: Scene, held: Participant, settings: Settings, typed: str
) -> None:
    settings.IDENTITY_OLD_KEYS = [typed]
    with pytest.raises(CommandError) as caught:
        reencrypt()
    assert "not 32 bytes in base64" in str(caught.value)
    assert not typed or typed not in str(caught.value)
