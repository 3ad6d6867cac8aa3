"""Unit tests: what they send goes to a stand-in for the server."""

from __future__ import annotations

import re

from inventory.scripts.findings import Finding
from inventory.scripts.forms import Unit
from inventory.scripts.hosts import is_exchange_online

NAME = re.compile(r"^test_|(_test|\.test|\.spec|tests?)\.\w+$")

FAKES = ("monkeypatch.setattr", "mocker.patch", "@patch", "mock.patch", "patch(", "jest.mock",
         "vi.mock", "sinon.", "new Mock<", "Mockito", "createMock(", "Mock Send-", "Mock 'Send-",
         'Mock "Send-', "-CommandName Send-", "-CommandName 'Send-",
         "GreenMail", "SimpleSmtpServer", "Wiser(", "nodemailer-mock",
         "netDumbster")  # fmt: skip

MARKS = ("TestCase", "def test_", "@Test", "[Fact]", "[TestMethod]", "describe(", "Describe ")


def is_faked(unit: Unit) -> bool:
    """A unit test with a stand-in for the server."""
    is_test = NAME.search(unit.path.rpartition("/")[2].lower()) is not None
    return is_test and any(fake in unit.text for fake in FAKES)


def is_under_test(unit: Unit, finding: Finding) -> bool:
    """A unit test with a stand-in for the server, or with none that is known."""
    if NAME.search(unit.path.rpartition("/")[2].lower()) is None:
        return False
    is_known = is_exchange_online(finding.host) and bool(finding.account)
    is_unit_test = any(mark in unit.text for mark in MARKS)
    return is_faked(unit) or (is_unit_test and not is_known)
