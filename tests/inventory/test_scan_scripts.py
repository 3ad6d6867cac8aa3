"""`manage.py scan_scripts`: items from source trees, once, and noted when they go."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Event, Script, Submission
from inventory.senders.discovery import prove_accounts
from tests.factories import AccountFactory, TenantFactory

pytestmark = pytest.mark.django_db

MAILER = (
    "import smtplib\ns = smtplib.SMTP('smtp.office365.com', 587)\n"
    "s.login('jobs@fabrikam.example', 'Tr0ub4dor&3')\ns.sendmail(1, 2, 3)\n"
)
LOCAL = "import smtplib\nsmtplib.SMTP('localhost').sendmail(1, 2, 3)\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs/mail.py").write_text(MAILER)
    (tmp_path / "local.py").write_text(LOCAL)
    return tmp_path


def scan(tree: Path, tenant: str, *options: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("scan_scripts", str(tree), "--tenant", tenant, *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def kinds() -> list[str]:
    return list(Event.objects.values_list("kind", flat=True))


def test_makes_an_item_linked_to_its_account(tree: Path) -> None:
    account = AccountFactory.create(name="jobs@fabrikam.example")
    scan(tree, account.tenant.name, "--host", "app01")
    script = Script.objects.get()
    assert (script.tenant, script.name, script.host_name, script.path, script.library) == (
        account.tenant,
        "app01:jobs/mail.py",
        "app01",
        "jobs/mail.py",
        "smtplib",
    )
    place = script.submissions.get()
    assert (place.account, place.line, place.auth) == (account, 2, "basic")
    assert kinds() == ["item.discovered"]


def test_a_second_scan_changes_nothing(tree: Path) -> None:
    tenant = TenantFactory.create()
    scan(tree, tenant.name)
    before = list(Submission.objects.values())
    scan(tree, tenant.name)
    assert list(Submission.objects.values()) == before
    assert kinds() == ["item.discovered"]


def test_notes_a_file_that_is_gone_and_one_that_is_back(tree: Path) -> None:
    tenant = TenantFactory.create()
    scan(tree, tenant.name)
    (tree / "jobs/mail.py").rename(tree / "kept")
    scan(tree, tenant.name)
    assert Submission.objects.get().gone_at is not None
    assert Script.objects.count() == 1
    assert kinds() == ["item.discovered", "script.gone"]
    scan(tree, tenant.name)
    (tree / "kept").rename(tree / "jobs/mail.py")
    scan(tree, tenant.name)
    assert Submission.objects.get().gone_at is None
    assert kinds() == ["item.discovered", "script.gone"]


def test_a_scan_of_another_folder_takes_nothing_away(tree: Path, tmp_path: Path) -> None:
    tenant = TenantFactory.create()
    scan(tree, tenant.name)
    other = tmp_path / "other"
    (other / "jobs").mkdir(parents=True)
    (other / "jobs/mail.py").write_text(MAILER)
    scan(other, tenant.name)
    assert list(Script.objects.values_list("name", flat=True)) == [
        "jobs/mail.py",
        "jobs/mail.py (other)",
    ]
    assert not Submission.objects.exclude(gone_at=None).exists()


def test_keeps_what_a_person_wrote_on_the_item(tree: Path) -> None:
    tenant = TenantFactory.create()
    scan(tree, tenant.name)
    Script.objects.update(name="Night mailer", owner="ops@fabrikam.example")
    (tree / "jobs/mail.py").write_text("\n" + MAILER)
    scan(tree, tenant.name)
    script = Script.objects.get()
    assert (script.name, script.owner) == ("Night mailer", "ops@fabrikam.example")
    assert [place.line for place in script.submissions.filter(gone_at=None)] == [3]


def test_keeps_tenants_apart(tree: Path) -> None:
    first, second = TenantFactory.create_batch(2)
    AccountFactory.create(tenant=first, name="jobs@fabrikam.example")
    scan(tree, second.name)
    place = Submission.objects.get()
    assert (place.tenant, place.account) == (second, None)


def test_links_an_account_that_a_report_proves_later(tree: Path) -> None:
    tenant = TenantFactory.create()
    scan(tree, tenant.name)
    prove_accounts(tenant, ["jobs@fabrikam.example"])
    assert str(Submission.objects.get().account) == "jobs@fabrikam.example"


def test_prints_one_object_for_each_finding_and_no_secret(tree: Path) -> None:
    out, err = scan(tree, TenantFactory.create().name, "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert rows == [
        {
            "path": "jobs/mail.py",
            "line": 2,
            "technique": "smtplib",
            "host": "smtp.office365.com",
            "account": "jobs@fabrikam.example",
            "auth": "basic",
            "account_source": "literal",
        },
        {
            "path": "local.py",
            "line": 2,
            "technique": "smtplib",
            "host": "localhost",
            "account": "",
            "auth": "none",
            "account_source": "",
        },
    ]
    assert "jobs/mail.py:3: password in clear text" in err
    assert "Tr0ub4dor" not in out + err + scan(tree, TenantFactory.create().name)[0]


def test_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file or folder"):
        scan(tmp_path / "absent", TenantFactory.create().name)
