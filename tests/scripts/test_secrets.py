# ruff: noqa: E501
"""Secrets are told by place and never by content."""

from __future__ import annotations

import pytest

from inventory.scripts import scan_files
from tests.scripts.test_scan import scanned

SECRET = "Tr0ub4dor&3"

PLACES = {
    "a.py": (
        f'import smtplib\ns = smtplib.SMTP("smtp.office365.com")\ns.login("a@b.example", "{SECRET}")\n',
        3,
    ),
    "a.ps1": (
        f"$p = ConvertTo-SecureString '{SECRET}' -AsPlainText -Force\n"
        "$c = New-Object PSCredential('a@b.example', $p)\n"
        "Send-MailMessage -SmtpServer smtp.office365.com -Credential $c\n",
        1,
    ),
    "a.sh": (f"curl smtp://smtp.office365.com:587 -T m -u 'a@b.example:{SECRET}'\n", 1),
    "b.sh": (f"curl 'smtp://a%40b.example:{SECRET}@smtp.office365.com:587' -T m\n", 1),
    "a.php": (
        "<?php\n$m = new PHPMailer();\n$m->isSMTP();\n$m->Host = 'smtp.office365.com';\n"
        f"$m->Username = 'a@b.example';\n$m->Password = '{SECRET}';\n$m->send();\n",
        6,
    ),
    "a.cs": (
        'class A { void F() {\n var c = new SmtpClient("smtp.office365.com");\n'
        f' c.Credentials = new NetworkCredential("a@b.example", "{SECRET}");\n c.Send(m); }} }}\n',
        3,
    ),
    "a.js": (
        "const t = require('nodemailer').createTransport({\n host: 'smtp.office365.com',\n"
        f" auth: {{ user: 'a@b.example', pass: '{SECRET}' }} }});\n",
        3,
    ),
    "a.sql": (
        "EXEC sysmail_add_account_sp @mailserver_name = 'smtp.office365.com',\n"
        f" @username = 'a@b.example', @password = '{SECRET}';\n",
        2,
    ),
    "a.properties": (
        "spring.mail.host=smtp.office365.com\nspring.mail.username=a@b.example\n"
        f"spring.mail.password={SECRET}\n",
        3,
    ),
    ".env": (f"MAILER_DSN=smtp://a%40b.example:{SECRET}@smtp.office365.com:587\n", 1),
    "sasl_passwd": (f"[smtp.office365.com]:587 a@b.example:{SECRET}\n", 1),
    "a.vbs": (
        'Set m = CreateObject("CDO.Message")\nSet f = m.Configuration.Fields\n'
        'f("http://schemas.microsoft.com/cdo/configuration/smtpserver") = "smtp.office365.com"\n'
        'f("http://schemas.microsoft.com/cdo/configuration/sendusername") = "a@b.example"\n'
        f'f("http://schemas.microsoft.com/cdo/configuration/sendpassword") = "{SECRET}"\nm.Send\n',
        5,
    ),
    "a.go": (
        'package a\nimport "gopkg.in/gomail.v2"\nfunc f() {\n'
        f'd := gomail.NewDialer("smtp.office365.com", 587, "a@b.example", "{SECRET}")\n}}\n',
        4,
    ),
    "a.pl": (
        "use Net::SMTP;\nmy $s = Net::SMTP->new('smtp.office365.com');\n"
        f"$s->auth('a@b.example', '{SECRET}');\n$s->quit;\n",
        3,
    ),
    "a.ipynb": (
        '{"cells": [{"cell_type": "code", "source": ["import smtplib\\n",\n'
        "\"s = smtplib.SMTP('smtp.office365.com')\\n\",\n"
        f"\"s.login('a@b.example', '{SECRET}')\"]}}]}}\n",
        3,
    ),
    "run.cmd": (
        '@echo off\npowershell -Command "Send-MailMessage -SmtpServer smtp.office365.com -Credential '
        f"(New-Object PSCredential('a@b.example', (ConvertTo-SecureString '{SECRET}' -AsPlainText)))\"\n",
        2,
    ),
    "a.dtsx": (
        '<DTS:Executable><ProjectItem Name="ScriptMain.cs"><![CDATA[\n'
        'class A { void F() { var c = new SmtpClient("smtp.office365.com");\n'
        f'c.Credentials = new NetworkCredential("a@b.example", "{SECRET}"); c.Send(m); }} }}\n'
        "]]></ProjectItem></DTS:Executable>\n",
        3,
    ),
    ".msmtprc": (f"host smtp.office365.com\nuser a@b.example\npassword {SECRET}\n", 3),
}


@pytest.mark.parametrize("path", PLACES)
def test_tells_where_a_password_stands_and_not_what_it_is(path: str) -> None:
    text, line = PLACES[path]
    found = scan_files([(path, text)])
    assert [(one.path, one.line) for one in found.secrets] == [(path, line)]
    assert [one.account for one in found.findings] == ["a@b.example"]
    assert SECRET not in f"{found.findings} {found.secrets}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.properties", "mail.smtp.host=smtp.office365.com\nmail.smtp.password=${PW}\n"),
        (
            "a.py",
            "import smtplib, os\ns = smtplib.SMTP('x.example')\ns.login('a', os.environ['P'])\n",
        ),
        ("a.yml", "smtp:\n  host: smtp.office365.com\n  user: a\n  password: '{{ vault.pw }}'\n"),
    ],
)
def test_a_reference_to_a_secret_is_none(path: str, text: str) -> None:
    assert scan_files([(path, text)]).secrets == []


def test_tells_of_a_password_that_a_task_hands_to_a_script() -> None:
    line = f"@powershell -File send.ps1 -SmtpServer smtp.office365.com -MailPassword {SECRET}\n"
    found = scan_files([("run.cmd", line)])
    assert [(one.path, one.line) for one in found.secrets] == [("run.cmd", 1)]
    assert SECRET not in str(found)


def test_takes_no_encoded_secret_for_the_account() -> None:
    scan = scanned(
        {
            "a.ps1": """
            function B64($s) { [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($s)) }
            $tcp = New-Object Net.Sockets.TcpClient('smtp.office365.com', 587)
            $w.WriteLine('AUTH LOGIN')
            $w.WriteLine((B64 $env:MAIL_USER))
            $w.WriteLine((B64 'p@ss.word'))
            $w.WriteLine('MAIL FROM:<a@fabrikam.example>'); $w.WriteLine('DATA')
            """,
            "b.py": """
            import base64, socket
            s = socket.create_connection(("smtp.office365.com", 587))
            s.sendall(b"AUTH LOGIN")
            s.sendall(base64.b64encode("b@fabrikam.example".encode()))
            s.sendall(base64.b64encode("hidden".encode()))
            s.sendall(b"MAIL FROM:<b@fabrikam.example>")
            s.sendall(b"DATA")
            """,
        }
    )
    assert [one.account for one in scan.findings] == ["", "b@fabrikam.example"]
    assert [(one.path, one.line) for one in scan.secrets] == [("a.ps1", 5), ("b.py", 5)]
