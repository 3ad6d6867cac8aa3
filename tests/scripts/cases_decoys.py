# ruff: noqa: E501
"""What looks like it and is not."""

from tests.scripts.cases_clients import Case

CASES: dict[str, Case] = {
    "comments of every language": (
        {
            "a.py": "# smtplib.SMTP('smtp.office365.com').login('a@b.example', 'x')\nprint(1)\n",
            "b.cs": '// new SmtpClient("smtp.office365.com").Send(m);\n/* new SmtpClient("x") */\n',
            "c.js": "/* nodemailer.createTransport({host:'smtp.office365.com'}) */\n",
            "d.sql": "-- sysmail_add_account_sp @mailserver_name='smtp.office365.com'\nSELECT 1;\n",
            "e.yml": "# smtp_host: smtp.office365.com\n# smtp_user: a@b.example\nx: mail\n",
            "f.properties": "#spring.mail.host=smtp.office365.com\n!mail.smtp.host=x.example\n",
            "g.xml": "<a><!-- <smtp host='smtp.office365.com' user='a'/> --></a>",
            "h.sh": ": # curl smtp://smtp.office365.com -u a@b.example\n",
            "i.java": "class A { /** Transport.send, smtp.office365.com */ }\n",
        },
        [],
    ),
    "strings and documentation": (
        {
            "a.py": '"""Example: smtplib.SMTP("smtp.office365.com").login("a@b.example", "x")"""\n',
            "README.md": 'smtplib.SMTP("smtp.office365.com")\n',
            "b.py": 'print("use smtp.office365.com")\nHELP = "mail through smtp.office365.com"\n',
            "c.ps1": 'Write-Host "Send-MailMessage -SmtpServer smtp.office365.com"\n',
        },
        [],
    ),
    "mail that is read": (
        {
            "a.py": """
            import imaplib, poplib
            m = imaplib.IMAP4_SSL("outlook.office365.com")
            m.login("read@fabrikam.example", pw)
            """,
            "A.java": """
            class A { void f() {
                Properties props = new Properties();
                props.put("mail.imap.host", "outlook.office365.com");
                Session s = Session.getInstance(props);
                Store store = s.getStore("imaps");
                store.connect("outlook.office365.com", "read@fabrikam.example", pw);
            } }
            """,
            "b.yml": """
            imap:
              host: outlook.office365.com
              username: read@fabrikam.example
            mail:
              host: outlook.office365.com
              port: 993
              username: read@fabrikam.example
            """,
            "c.cs": """
            using MailKit.Net.Imap;
            class C { void F() {
                var c = new ImapClient();
                c.Connect("outlook.office365.com", 993, true);
                c.Authenticate("read@fabrikam.example", pw);
            } }
            """,
        },
        [],
    ),
    "dead settings": (
        {
            ".env.example": "MAIL_HOST=smtp.office365.com\nMAIL_USERNAME=a@fabrikam.example\n",
            "app/.env": "MAIL_MAILER=log\nMAIL_HOST=smtp.office365.com\nMAIL_USERNAME=a@b.example\n",
            "grafana.ini": "[smtp]\nenabled = false\nhost = smtp.office365.com\nuser = a@b.example\n",
            "tests/fixtures/mail.yml": "smtp:\n  host: smtp.office365.com\n  user: a@b.example\n",
            "a.py": """
            import smtplib
            if False:
                s = smtplib.SMTP("smtp.office365.com")
                s.login("dead@fabrikam.example", "x")
                s.sendmail(1, 2, 3)
            """,
        },
        [],
    ),
    "hosts in monitoring and firewalls": (
        {
            "allow.yml": "egress:\n  - smtp.office365.com\n  - outlook.office365.com\n",
            "check.py": """
            import socket
            socket.create_connection(("smtp.office365.com", 587))
            """,
            "probe.py": """
            import smtplib
            s = smtplib.SMTP("smtp.office365.com", 587)
            s.ehlo()
            s.quit()
            """,
            "fw.sh": "nc -zv smtp.office365.com 587\nopenssl s_client -connect smtp.office365.com:587\n",
            "t.ps1": "Test-NetConnection smtp.office365.com -Port 587\n",
        },
        [],
    ),
    "a wrapper that knows no server": (
        {
            "lib.py": """
            import smtplib
            def send(host, user, pw, m):
                s = smtplib.SMTP(host)
                s.login(user, pw)
                s.send_message(m)
            """
        },
        [],
    ),
    "a unit test with a stand-in": (
        {
            "tests/test_mail.py": """
            import smtplib
            from unittest.mock import patch
            @patch("smtplib.SMTP")
            def test_mail(fake):
                s = smtplib.SMTP("smtp.office365.com")
                s.login("a@fabrikam.example", "x")
            """
        },
        [],
    ),
    "other providers, relays and this host": (
        {
            "a.py": """
            import smtplib
            s = smtplib.SMTP("smtp.sendgrid.net", 587)
            s.login("apikey", key)
            s.sendmail(1, 2, 3)
            """,
            "b.ps1": "Send-MailMessage -SmtpServer fabrikam-example.mail.protection.outlook.com -To x\n",
            "c.php": """
            <?php
            $m = new PHPMailer();
            $m->isSMTP();
            $m->Host = 'localhost';
            $m->SMTPAuth = false;
            $m->send();
            """,
            "d.py": """
            import smtplib
            s = smtplib.SMTP("smtp.azurecomm.net", 587)
            s.login("resource.app.tenant", pw)
            s.sendmail(1, 2, 3)
            """,
        },
        [
            "a.py:2 smtp.sendgrid.net apikey basic literal",
            "b.ps1:1 fabrikam-example.mail.protection.outlook.com - none -",
            "c.php:4 localhost - none -",
            "d.py:2 smtp.azurecomm.net resource.app.tenant basic literal",
        ],
    ),
}
