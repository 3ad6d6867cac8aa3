# ruff: noqa: E101, E501
"""Shapes met in the field, of every kind."""

from tests.scripts.cases_clients import Case

CASES: dict[str, Case] = {
    "Laminas options": (
        {
            "m.php": """
            <?php
            $options = new SmtpOptions([
             'name' => 'x', 'host' => 'smtp.office365.com', 'port' => 587, 'connection_class' => 'login',
             'connection_config' => ['username' => 'lam@fabrikam.example', 'password' => $p, 'ssl' => 'tls'],
            ]);
            $transport->setOptions($options); $transport->send($m);
            """,
        },
        ["m.php:3 smtp.office365.com lam@fabrikam.example basic literal"],
    ),
    "CodeIgniter in a controller": (
        {
            "Email.php": """
            <?php
            class Reports extends CI_Controller { function x() {
             $config = Array('protocol' => 'smtp', 'smtp_host' => 'smtp.office365.com', 'smtp_port' => 587, 'smtp_user' => 'ci@fabrikam.example', 'smtp_pass' => 'x');
             $this->load->library('email', $config); $this->email->send();
            }}
            """,
        },
        ["Email.php:3 smtp.office365.com ci@fabrikam.example basic literal"],
    ),
    "PHPMailer from a function": (
        {
            "f.php": """
            <?php
            function mailer() {
                $m = new PHPMailer();
                $m->IsSMTP();
                $m->Host = "smtp.office365.com";
                $m->SMTPAuth = true;
                $m->Username = getenv('MAIL_USER') ?: 'fallback@fabrikam.example';
                return $m;
            }
            $x = mailer(); $x->Subject='s'; $x->Send();
            """,
        },
        ["f.php:5 smtp.office365.com fallback@fabrikam.example basic literal"],
    ),
    "credentials under one name, one after the other": (
        {
            "two.ps1": """
            $c = New-Object PSCredential("a1@fabrikam.example", (ConvertTo-SecureString "secret" -AsPlainText -Force))
            Send-MailMessage -SmtpServer smtp.office365.com -Credential $c -To x -From y -Subject a
            $c = New-Object PSCredential("a2@fabrikam.example", $s)
            Send-MailMessage -SmtpServer smtp.office365.com -Credential $c -To x -From y -Subject b
            # last: internal
            Send-MailMessage -SmtpServer relay.internal.example -To x -From y -Subject b
            """,
        },
        [
            "two.ps1:2 smtp.office365.com a1@fabrikam.example basic literal",
            "two.ps1:4 smtp.office365.com a2@fabrikam.example basic literal",
            "two.ps1:6 relay.internal.example - none -",
        ],
    ),
    "a class of PowerShell": (
        {
            "c.ps1": """
            class Mailer {
              [string]$Server = 'smtp.office365.com'
              [string]$User = 'cls@fabrikam.example'
              [void] Send([string]$body) {
                $client = [System.Net.Mail.SmtpClient]::new($this.Server, 587)
                $client.Credentials = [System.Net.NetworkCredential]::new($this.User, $env:PW)
                $client.Send('a','b','c',$body)
              }
            }
            """,
        },
        ["c.ps1:2 smtp.office365.com cls@fabrikam.example basic literal"],
    ),
    "a server by branch": (
        {
            "i.ps1": """
            if ($env:COMPUTERNAME -like 'PROD*') { $smtp = 'smtp.office365.com' } else { $smtp = 'localhost' }
            if ($cred) { Send-MailMessage -SmtpServer $smtp -Credential $cred -To a -From b -Subject c }
            """,
        },
        ["i.ps1:1 smtp.office365.com - basic -"],
    ),
    "a credential by default": (
        {
            "t.ps1": """
            [CmdletBinding()]
            param(
                [Parameter(Mandatory = $true)][string]$Path,
                [ValidateNotNullOrEmpty()][string] $SmtpServer = 'smtp.office365.com',
                [int] $Port = 587,
                [System.Management.Automation.PSCredential] [System.Management.Automation.Credential()] $Credential = (Get-Credential 'tc@fabrikam.example')
            )
            try {
                Send-MailMessage -To 'x@y.example' -From 'z@y.example' -Subject "Report $(Get-Date -Format d)" -Body ($rows | ConvertTo-Html | Out-String) -BodyAsHtml -SmtpServer $SmtpServer -Port $Port -UseSsl -Credential $Credential -ErrorAction Stop
            } catch { Write-Error $_ }
            """,
        },
        ["t.ps1:4 smtp.office365.com tc@fabrikam.example basic literal"],
    ),
    "statements at the top of C#": (
        {
            "P.cs": """
            using System; using System.Net; using System.Net.Mail;
            var host = args.Length > 0 ? args[0] : "smtp.office365.com";
            var user = Environment.GetEnvironmentVariable("MAIL_USER") ?? "top@fabrikam.example";
            using var client = new SmtpClient(host) { Port = 587, EnableSsl = true, Credentials = new NetworkCredential(user, Environment.GetEnvironmentVariable("MAIL_PW")) };
            await client.SendMailAsync(new MailMessage("a@b.example", "c@d.example", "s", "b"));
            """,
        },
        ["P.cs:2 smtp.office365.com top@fabrikam.example basic literal"],
    ),
    "a sender made in a lambda": (
        {
            "P.cs": """
            class P { void F() {
             Email.DefaultSender = new SmtpSender(() => new SmtpClient("smtp.office365.com", 587) { Credentials = new NetworkCredential("fl@fabrikam.example", pw) });
            } }
            """,
        },
        ["P.cs:2 smtp.office365.com fl@fabrikam.example basic literal"],
    ),
    "a client that is injected": (
        {
            "S.cs": """
            using MailKit.Net.Smtp;
            public class S { private readonly ISmtpClient _client; private readonly IConfiguration _cfg;
             public S(ISmtpClient client, IConfiguration cfg) { _client = client; _cfg = cfg; }
             public async Task Send(MimeMessage m) {
              await _client.ConnectAsync(_cfg["Mail:Host"], int.Parse(_cfg["Mail:Port"]), SecureSocketOptions.StartTls);
              await _client.AuthenticateAsync(_cfg["Mail:User"], _cfg["Mail:Password"]);
              await _client.SendAsync(m);
             } }
            """,
            "appsettings.Production.json": """
            {"Mail":{"Host":"smtp.office365.com","Port":"587","User":"di@fabrikam.example"}}
            """,
        },
        ["S.cs:5 smtp.office365.com di@fabrikam.example basic config:appsettings.Production.json"],
    ),
    "an authenticator of its own class": (
        {
            "J.java": """
            public class J {
              public static void main(String[] a) throws Exception {
                Properties prop = new Properties();
                prop.setProperty("mail.transport.protocol", "smtp");
                prop.setProperty("mail.smtp.host", Config.HOST);
                prop.setProperty("mail.smtp.auth", "true");
                Session session = Session.getInstance(prop, new SmtpAuth());
                Transport.send(new MimeMessage(session));
              }
              static class SmtpAuth extends Authenticator {
                @Override protected PasswordAuthentication getPasswordAuthentication() { return new PasswordAuthentication(Config.USER, Config.pw()); }
              }
            }
            """,
            "Config.java": """
            final class Config { static final String HOST = "smtp.office365.com"; static final String USER = "en@fabrikam.example"; static String pw() { return null; } }
            """,
        },
        ["J.java:5 smtp.office365.com en@fabrikam.example basic config:Config.java"],
    ),
    "OAuth in JavaMail": (
        {
            "J.java": """
            class J { void f() {
             Properties props = new Properties();
             props.put("mail.smtp.host", "smtp.office365.com");
             props.put("mail.smtp.auth.mechanisms", "XOAUTH2");
             Session s = Session.getInstance(props);
             Transport t = s.getTransport("smtp");
             t.connect("smtp.office365.com", "jo@fabrikam.example", accessToken);
             t.sendMessage(m, r);
            }}
            """,
        },
        ["J.java:7 smtp.office365.com jo@fabrikam.example oauth literal"],
    ),
    "mutt with settings written before": (
        {
            "i.sh": """
            cat >~/.muttrc <<EOF
            set smtp_url="smtp://mh@fabrikam.example@smtp.office365.com:587/"
            EOF
            mutt -s x -- a@b.example < body
            """,
        },
        [
            "i.sh:2 smtp.office365.com mh@fabrikam.example basic literal",
            "i.sh:4 localhost - none -",
        ],
    ),
    "settings of mailx": (
        {
            "mail.rc": """
            set smtp=smtp://smtp.office365.com:587
            set smtp-auth=login
            set smtp-auth-user=rc@fabrikam.example
            set smtp-auth-password=zz
            """,
        },
        ["mail.rc:1 smtp.office365.com rc@fabrikam.example basic literal"],
    ),
    "curl as another user": (
        {
            "a.sh": """
            sudo -u www curl -s --url smtp://smtp.office365.com:587 --user u@fabrikam.example:pw -T x | tee log
            """,
        },
        ["a.sh:1 smtp.office365.com u@fabrikam.example basic literal"],
    ),
    "commands in texts": (
        {
            "a.sh": """
            #curl --url smtp://smtp.office365.com -u a@b.example
            echo 'curl --url smtp://smtp.office365.com -u a@b.example' > help.txt
            mailq
            mail_count=3
            """,
        },
        [],
    ),
    "a function called mail": (
        {
            "a.sh": """
            mail() { curl smtp://smtp.office365.com -u fn@fabrikam.example:x -T $1; }
            mail x.txt
            """,
        },
        ["a.sh:1 smtp.office365.com fn@fabrikam.example basic literal"],
    ),
    "AUTH LOGIN spelt out": (
        {
            "p.sql": """
            DECLARE l_conn UTL_SMTP.connection;
            l_host CONSTANT VARCHAR2(50) := 'smtp.office365.com';
            BEGIN
             l_conn := UTL_SMTP.open_connection(l_host, 587);
             UTL_SMTP.command(l_conn,'AUTH LOGIN');
             UTL_SMTP.command(l_conn, UTL_RAW.cast_to_varchar2(UTL_ENCODE.base64_encode(UTL_RAW.cast_to_raw('raw@fabrikam.example'))));
            END;
            /
            """,
        },
        ["p.sql:2 smtp.office365.com raw@fabrikam.example basic literal"],
    ),
    "an anchor used twice": (
        {
            "c.yml": """
            x-mail: &mail
              SMTP_HOST: smtp.office365.com
              SMTP_USER: an@fabrikam.example
            services:
              a:
                environment:
                  <<: *mail
              b:
                environment: *mail
            """,
        },
        ["c.yml:2 smtp.office365.com an@fabrikam.example basic literal"],
    ),
    "notifiers in a list": (
        {
            "v.yml": """
            notifiers:
              - name: mail
                type: email
                settings:
                  smarthost: smtp.office365.com:587
                  auth_username: no@fabrikam.example
              - name: slack
                settings: {url: https://x}
            """,
        },
        ["v.yml:5 smtp.office365.com no@fabrikam.example basic literal"],
    ),
    "two providers in one file": (
        {
            ".env": """
            SENDGRID_HOST=smtp.sendgrid.net
            SMTP_RELAY_HOST=smtp.office365.com
            SMTP_RELAY_USERNAME=rel@fabrikam.example
            DB_HOST=db
            DB_USERNAME=root
            """,
        },
        [".env:2 smtp.office365.com rel@fabrikam.example basic literal"],
    ),
    "a mailbox that is read": (
        {
            ".env": """
            IMAP_HOST=outlook.office365.com
            IMAP_USER=i@fabrikam.example
            MAIL_FROM=x@y.example
            """,
        },
        [],
    ),
    "other protocols in JSON": (
        {
            "c.json": """
            {"ews":{"server":"outlook.office365.com","username":"e@fabrikam.example"}, "mailboxReader":{"imapHost":"outlook.office365.com","user":"e@fabrikam.example"}}
            """,
        },
        [],
    ),
    "a user above its comment": (
        {
            "a.properties": """
            mail.host=smtp.office365.com
            mail.port=587
            # mail.user=x@y.example
            mail.user=real@fabrikam.example
            mail.password=ENC(abc)
            """,
        },
        ["a.properties:1 smtp.office365.com real@fabrikam.example basic literal"],
    ),
    "a module by another name": (
        {
            "a.py": """
            import smtplib as sl
            from email.message import EmailMessage
            CONFIG = dict(host="smtp.office365.com", port=587, user="al@fabrikam.example")
            def send():
                with sl.SMTP(CONFIG["host"], CONFIG["port"]) as s:
                    s.starttls(); s.login(CONFIG["user"], pw); s.send_message(EmailMessage())
            """,
        },
        ["a.py:3 smtp.office365.com al@fabrikam.example basic literal"],
    ),
    "a class by another name": (
        {
            "a.py": """
            from smtplib import SMTP as Client
            settings = {"host": "smtp.office365.com", "port": 587}
            c = Client(**settings)
            c.login(user="kw@fabrikam.example", password=pw)
            c.sendmail(1,2,3)
            """,
        },
        ["a.py:2 smtp.office365.com kw@fabrikam.example basic literal"],
    ),
    "defaults of options": (
        {
            "a.py": """
            import argparse, smtplib
            p = argparse.ArgumentParser()
            p.add_argument("--host", default="smtp.office365.com")
            p.add_argument("--user", default="ap@fabrikam.example")
            args = p.parse_args()
            s = smtplib.SMTP(args.host, 587); s.login(args.user, pw); s.sendmail(1,2,3)
            """,
        },
        ["a.py:3 smtp.office365.com ap@fabrikam.example basic literal"],
    ),
    "a Graph address put together": (
        {
            "a.py": """
            import msal, httpx
            GRAPH = "https://graph.microsoft.com/v1.0"
            SENDER = "hx@fabrikam.example"
            async def go(c):
                url = "{}/users/{}/sendMail".format(GRAPH, SENDER)
                await c.post(url, json=b)
            """,
        },
        ["a.py:5 graph.microsoft.com hx@fabrikam.example graph literal"],
    ),
    "Graph that reads": (
        {
            "a.py": """
            import requests
            requests.get("https://graph.microsoft.com/v1.0/users/a@b.example/messages")
            """,
        },
        [],
    ),
    "Django with its environment": (
        {
            "s/settings.py": """
            import environ
            env = environ.Env()
            EMAIL_HOST = env("EMAIL_HOST")
            EMAIL_HOST_USER = env("EMAIL_HOST_USER", default="")
            """,
            ".env": """
            EMAIL_HOST=smtp.office365.com
            EMAIL_HOST_USER=dj@fabrikam.example
            """,
        },
        ["s/settings.py:3 smtp.office365.com dj@fabrikam.example basic env:.env"],
    ),
    "a settings class of Flask": (
        {
            "config.py": """
            import os
            class Config:
                MAIL_SERVER = os.environ.get("MAIL_SERVER") or "smtp.office365.com"
                MAIL_USERNAME = "fc@fabrikam.example"
            """,
        },
        ["config.py:3 smtp.office365.com fc@fabrikam.example basic literal"],
    ),
    "a real script in a folder of tests": (
        {
            "tests/smoke/test-mail.ps1": """
            Send-MailMessage -SmtpServer smtp.office365.com -Credential (Get-Credential sm@fabrikam.example) -To a -From b -Subject c
            """,
        },
        ["tests/smoke/test-mail.ps1:1 smtp.office365.com sm@fabrikam.example basic literal"],
    ),
    "Terraform": (
        {
            "main.tf": """
            resource "x" "y" {
             smtp_host = "smtp.office365.com"
             smtp_user = "tf@fabrikam.example"
            }
            """,
        },
        ["main.tf:2 smtp.office365.com tf@fabrikam.example basic literal"],
    ),
    "a Dockerfile": (
        {
            "Dockerfile": """
            FROM x
            ENV SMTP_HOST=smtp.office365.com
            ENV SMTP_USER=df@fabrikam.example
            """,
        },
        ["Dockerfile:2 smtp.office365.com df@fabrikam.example basic literal"],
    ),
    "an env file with odd spacing": (
        {
            "prod.env": """
            	SMTP_HOST = 'smtp.office365.com' # main
            export SMTP_USERNAME="pr@fabrikam.example"
            """,
        },
        ["prod.env:1 smtp.office365.com pr@fabrikam.example basic literal"],
    ),
    "Nextcloud": (
        {
            "config.php": """
            <?php
            $CONFIG = array (
             'dbhost' => 'localhost', 'dbuser' => 'x',
             'mail_smtphost' => 'smtp.office365.com',
             'mail_smtpname' => 'nc@fabrikam.example',
            );
            """,
        },
        ["config.php:4 smtp.office365.com nc@fabrikam.example basic literal"],
    ),
    "a login by keywords of a table": (
        {
            "battery.py": """
            import smtplib
            SMTP = {"host": "smtp.office365.com", "port": 587}
            LOGIN = {"user": "kw@fabrikam.example", "password": get()}
            with smtplib.SMTP(**SMTP) as smtp:
                smtp.starttls()
                smtp.login(**LOGIN)
                smtp.send_message(msg)
            """,
        },
        ["battery.py:2 smtp.office365.com kw@fabrikam.example basic literal"],
    ),
    "a server by its position": (
        {
            "log.ps1": """
            $c = New-Object PSCredential 'ps@fabrikam.example', (gc s.txt | ConvertTo-SecureString)
            Send-MailMessage 'to@x.example' "Log" ($a -join ";") smtp.office365.com -Credential $c
            Send-MailMessage 'to@x.example' "Log" smtp.office365.com -Body $b -Credential $c
            """,
        },
        [
            "log.ps1:2 smtp.office365.com ps@fabrikam.example basic literal",
            "log.ps1:3 smtp.office365.com ps@fabrikam.example basic literal",
        ],
    ),
}
