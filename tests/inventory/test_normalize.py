import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory import normalize


@pytest.mark.parametrize(
    ("name", "domain", "address"),
    [
        ("scan", "contoso.com", "scan@contoso.com"),
        (" Scan@Contoso.COM ", "", "scan@contoso.com"),
        ("<scan@contoso.com>", "other.com", "scan@contoso.com"),
        ("scan@printer.local", "", "scan@printer.local"),
    ],
)
def test_completes_an_account(name: str, domain: str, address: str) -> None:
    assert normalize.account(name, domain) == address


@pytest.mark.parametrize("name", ["", "scan", "a b@contoso.com", "scan@", "@contoso.com", "a@b@c"])
def test_refuses_what_is_no_account(name: str) -> None:
    with pytest.raises(ValueError, match="address"):
        normalize.account(name)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("", ""),
        (" 203.0.113.7 ", "203.0.113.7"),
        ("[203.0.113.7]", "203.0.113.7"),
        ("203.0.113.7:587", "203.0.113.7"),
        ("[2001:db8::1]:587", "2001:db8::1"),
        ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_shortens_an_address(text: str, address: str) -> None:
    assert normalize.ip(text) == address


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("Basic", "basic"),
        ("Basic Authentication", "basic"),
        ("OAuth", "oauth"),
        ("Modern auth", "oauth"),
        ("XYZ", "unknown"),
        ("", ""),
    ],
)
def test_knows_the_words_for_methods(text: str, method: str) -> None:
    assert normalize.auth_method(text) == method


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("TLS1.2", "TLS1.2"),
        ("SP_PROT_TLS1_3_SERVER", "TLS1.3"),
        ("TLSv1", "TLS1.0"),
        ("tls 1.1", "TLS1.1"),
        ("none", "none"),
    ],
)
def test_knows_the_words_for_tls(text: str, version: str) -> None:
    assert normalize.tls_version(text) == version


def test_knows_subdomains() -> None:
    assert normalize.is_within("emea.contoso.com", {"contoso.com"})
    assert not normalize.is_within("evilcontoso.com", {"contoso.com"})


@given(st.text())
def test_addresses_are_shortened_once(text: str) -> None:
    try:
        address = normalize.ip(text)
    except ValueError:
        return
    assert normalize.ip(address) == address


@pytest.mark.parametrize(
    ("recipients", "found"),
    [
        ("", 0),
        ("a@contoso.com; B@EMEA.contoso.com", normalize.INSIDE),
        ("a@example.net", normalize.OUTSIDE),
        ("a@contoso.com;a@example.net", normalize.INSIDE | normalize.OUTSIDE),
    ],
)
def test_tells_whom_mail_goes_to(recipients: str, found: int) -> None:
    assert normalize.reach(recipients, {"contoso.com"}) == found
