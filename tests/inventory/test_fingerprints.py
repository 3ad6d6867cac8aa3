import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.senders.fingerprints import SERVER, Fingerprint, mask_subject, message_id_marks

OWN = frozenset({"contoso.com"})


@pytest.mark.parametrize(
    ("message_id", "marks"),
    [
        ("", ("", "")),
        ("AM9PR05MB7679.ABC@AM9PR05MB7679.eurprd05.prod.outlook.com", (SERVER, "")),
        ("20260827.105337.924.3366@mfp-lys-03.contoso.com", ("x.x.x.x", "mfp-lys-03")),
        ("1787735934497.5257.xrx@MFP-OSL-01", ("x.x.xrx", "mfp-osl-01")),
        ("38ebe2b7-2cd9.1787654335@[10.11.20.232]", ("x-x.x", "10.11.20.232")),
        ("155ef02c-a35e-4bde-a1be-c3d79ee23f0a@contoso.com", ("uuid", "")),
        ("4575F1A4-4C1A-4412-A71E-9B2F68297784@contoso.com", ("UUID", "")),
        ("JIRA.528555.1787@Atlassian.JIRA", ("JIRA.x.x", "atlassian.jira")),
        ("20260902141202.711804@localhost", ("x.x@localhost", "")),
        ("no-at-sign-17", ("no-at-sign-x", "")),
    ],
)
def test_takes_the_marks_of_a_message_id(message_id: str, marks: tuple[str, str]) -> None:
    assert message_id_marks(message_id, OWN) == marks


def test_random_parts_leave_one_shape() -> None:
    choose = random.Random(7)
    letters = string.ascii_letters + string.digits
    ids = ["".join(choose.choices(letters, k=43)) + "@web01" for _ in range(500)]
    assert {message_id_marks(each, OWN) for each in ids} == {("w", "web01")}


@pytest.mark.parametrize(
    ("subject", "mask"),
    [
        ("Scan from MFP-07 (12 pages)", "scan from A-# (# pages)"),
        ("Invoice 4711 for Jane Doe", "invoice # for A A"),
        ("Sikkerhetskopi fullført 22.11.2026", "sikkerhetskopi fullført #.#.#"),
        ("バックアップ 完了 123", "バックアップ 完了 #"),
    ],
)
def test_masks_numbers_and_names(subject: str, mask: str) -> None:
    assert mask_subject(subject) == mask


@given(st.text(max_size=2000))
def test_never_keeps_a_digit(text: str) -> None:
    assert not any(letter.isdigit() for letter in mask_subject(text))


@given(st.text(), st.text())
def test_digests_fit_a_database_integer(account: str, address: str) -> None:
    assert 0 <= Fingerprint(account, address).digest < 2**63


def test_digests_tell_fields_apart() -> None:
    assert Fingerprint("a", "b").digest != Fingerprint("ab", "").digest
