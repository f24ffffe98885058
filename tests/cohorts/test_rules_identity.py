"""Cipher, personal ids and participant codes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules import cipher, personal_id, pseudonym
from cohorts.rules.cipher import KeyRing, Place
from sibportal.kernel.errors import RuleViolation

OLD, NEW = b"o" * 32, b"n" * 32
TODAY = date(2026, 6, 1)
NAME = Place("cohorts_identity", "name", "8a5c")
KEY = Place("cohorts_identity", "wrapped_key", "8a5c")


def ring(current: str = "2026", **keys: bytes) -> KeyRing:
    return KeyRing(current, keys or {"2026": NEW})


@given(st.text(min_size=1, max_size=200).filter(lambda text: text.isprintable()))
def test_what_is_encrypted_reads_back(text: str) -> None:
    key = cipher.new_person_key()
    sealed = cipher.encrypt(text, key, NAME)
    assert cipher.decrypt(sealed, key, NAME) == text
    assert sealed.startswith("v1|person|")


def test_the_same_name_never_gives_the_same_ciphertext() -> None:
    key = cipher.new_person_key()
    assert cipher.encrypt("Aino", key, NAME) != cipher.encrypt("Aino", key, NAME)


def test_an_empty_field_stays_empty() -> None:
    key = cipher.new_person_key()
    assert cipher.encrypt("", key, NAME) == ""
    assert cipher.decrypt("", key, NAME) == ""


@pytest.mark.parametrize(
    "elsewhere",
    [
        Place("cohorts_identity", "name", "another"),
        Place("cohorts_identity", "contact", "8a5c"),
        Place("other_table", "name", "8a5c"),
    ],
)
def test_a_ciphertext_moved_to_another_place_cannot_be_read(elsewhere: Place) -> None:
    key = cipher.new_person_key()
    sealed = cipher.encrypt("Aino", key, NAME)
    with pytest.raises(RuleViolation, match=r"cohorts\.identity_unreadable"):
        cipher.decrypt(sealed, key, elsewhere)


@pytest.mark.parametrize("damage", ["", "v2|person|AAAA|AAAA", "v1|person|AAAA", "plain text"])
def test_a_damaged_ciphertext_is_refused_without_a_crash(damage: str) -> None:
    if damage:
        with pytest.raises(RuleViolation, match=r"cohorts\.identity_unreadable"):
            cipher.decrypt(damage, cipher.new_person_key(), NAME)
    with pytest.raises(RuleViolation, match=r"cohorts\.identity_unreadable"):
        cipher.unwrap(damage, ring(), KEY)


def test_another_persons_key_reads_nothing() -> None:
    sealed = cipher.encrypt("Aino", cipher.new_person_key(), NAME)
    with pytest.raises(RuleViolation, match=r"cohorts\.identity_unreadable"):
        cipher.decrypt(sealed, cipher.new_person_key(), NAME)


def test_rotation_rewraps_the_key_and_leaves_the_fields() -> None:
    person_key = cipher.new_person_key()
    before = cipher.wrap(person_key, ring("2025", **{"2025": OLD}), KEY)
    both = ring("2026", **{"2025": OLD, "2026": NEW})
    after = cipher.rewrap(before, both, KEY)
    assert after.startswith("v1|2026|")
    assert cipher.rewrap(after, both, KEY) == after
    assert cipher.unwrap(after, ring(), KEY) == person_key


def test_a_retired_key_is_named_not_guessed() -> None:
    wrapped = cipher.wrap(cipher.new_person_key(), ring("2025", **{"2025": OLD}), KEY)
    with pytest.raises(RuleViolation) as refused:
        cipher.unwrap(wrapped, ring(), KEY)
    assert refused.value.code == "cohorts.identity_key_missing"
    assert refused.value.params == {"key_id": "2025"}


def test_a_key_ring_does_not_print_its_keys() -> None:
    assert "nnn" not in repr(ring())


@pytest.mark.parametrize("text", ["", "short", "a" * 43, "ä" * 44])
def test_a_malformed_key_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(RuleViolation, match=r"cohorts\.identity_key_malformed"):
        cipher.key_from_text(text)


def test_a_blind_index_is_hmac_sha256_and_differs_by_key() -> None:
    # HMAC-SHA256 of "Hi There" under 32 bytes of 0x0b, computed with openssl dgst -mac HMAC.
    index = cipher.blind_index(b"\x0b" * 32, "Hi There")
    assert index == "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"
    assert cipher.blind_index(OLD, "fi:010190-999W") != cipher.blind_index(NEW, "fi:010190-999W")
    assert cipher.blind_index(OLD, "") == ""


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("131052-308T", "fi:131052-308T"),
        (" 131052-308t ", "fi:131052-308T"),
        ("010190Y999W", "fi:010190Y999W"),
        ("150317A901J", "fi:150317A901J"),
        ("880320-0016", "se:198803200016"),
        ("8803200016", "se:198803200016"),
        ("19880320-0016", "se:198803200016"),
        ("811228-9841", "se:198112289841"),
        ("811228+9841", "se:188112289841"),
    ],
)
def test_every_spelling_of_a_personal_id_has_one_normal_form(written: str, normal: str) -> None:
    assert personal_id.normalise(written, as_of=TODAY).normalised == normal


def test_the_separator_is_part_of_a_finnish_identity() -> None:
    one = personal_id.normalise("010190-999W", as_of=TODAY)
    other = personal_id.normalise("010190Y999W", as_of=TODAY)
    assert one != other


def test_a_coordination_number_is_accepted_and_kept_apart_from_a_birth_date() -> None:
    # The Swedish Tax Agency's own example: born on 3 October 1970, the day plus sixty.
    assert personal_id.normalise("701063-2391", as_of=TODAY).number == "197010632391"


@pytest.mark.parametrize(
    "written", ["", "010190-999K", "310290-999W", "880320-0017", "881320-0016", "hello"]
)
def test_an_invalid_personal_id_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        personal_id.normalise(written, as_of=TODAY)
    assert refused.value.issues[0].value == ""
    assert refused.value.params == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("talked with 010190-999W today", True),
        ("(880320-0016)", True),
        ("198803200016", True),
        ("case 8803200016", False),
        ("call 040 1234567", False),
        ("010190-999K", False),
        ("TP-0147", False),
    ],
)
def test_a_personal_id_inside_a_text_is_noticed(text: str, found: bool) -> None:
    assert personal_id.contains_personal_id(text, as_of=TODAY) is found


def test_codes_run_on_from_the_last_number() -> None:
    assert pseudonym.next_code("TP", 146) == ("TP-0147", 147)
    assert pseudonym.next_code("TP", 9999) == ("TP-10000", 10000)


@given(
    st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=4), st.integers(0, 10**6)
)
def test_every_code_is_valid_and_says_only_prefix_and_number(prefix: str, last: int) -> None:
    code, number = pseudonym.next_code(prefix, last)
    assert pseudonym.is_code(code)
    assert code == f"{prefix}-{number:04d}"
    assert number == last + 1


@pytest.mark.parametrize("prefix", ["", "A", "ABCDE", "ab", "ÄÖ", "A1"])
def test_a_prefix_is_two_to_four_plain_letters(prefix: str) -> None:
    assert [issue.field for issue in pseudonym.check_prefix(prefix)] == ["code_prefix"]


def test_a_code_is_recognised_as_people_type_it() -> None:
    assert pseudonym.normalise_code(" tp \N{EN DASH} 0147 ") == "TP-0147"
