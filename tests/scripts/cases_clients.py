# ruff: noqa: E501
"""Mail libraries of every language."""

Case = tuple[dict[str, str], list[str]]

CASES: dict[str, Case] = {
    "smtplib in a class, with fields and a constructor": (
        {
            "lib/mailer.py": """
            import smtplib

            class Mailer:
                PORT = 587
                def __init__(self, host="smtp.office365.com", user=None):
                    self.host = host
                    self.user = user or "Jobs@Fabrikam.example"

                def connect(self):
                    server = smtplib.SMTP(self.host, self.PORT)
                    server.starttls()
                    server.login(self.user, read_secret("mail"))
                    return server
            """
        },
        ["lib/mailer.py:5 smtp.office365.com jobs@fabrikam.example basic literal"],
    ),
    "smtplib by Python 2": (
        {
            "old.py": """
            from smtplib import SMTP
            print "sending"
            s = SMTP()
            s.connect('smtp.office365.com', 587)
            s.login('old' + '@' + 'fabrikam.example', pw)
            s.sendmail(a, b, c)
            """
        },
        ["old.py:4 smtp.office365.com old@fabrikam.example basic literal"],
    ),
    "smtplib fed through a function's arguments": (
        {
            "a.py": """
            import smtplib
            def deliver(server, login, message):
                with smtplib.SMTP(host=server, port=587) as smtp:
                    smtp.starttls()
                    smtp.login(login, token())
                    smtp.send_message(message)

            deliver("smtp.office365.com", login="ops@fabrikam.example", message=None)
            """
        },
        ["a.py:8 smtp.office365.com ops@fabrikam.example basic literal"],
    ),
    "smtplib with constants of another module": (
        {
            "app/send.py": """
            import smtplib
            from settings import MAIL_HOST, MAIL_USER
            s = smtplib.SMTP(MAIL_HOST, 587)
            s.login(MAIL_USER, secret())
            s.sendmail(1, 2, 3)
            """,
            "app/settings.py": """
            MAIL_HOST = "smtp.office365.com"
            MAIL_USER = "app@fabrikam.example"
            """,
        },
        ["app/send.py:3 smtp.office365.com app@fabrikam.example basic config:app/settings.py"],
    ),
    "smtplib with an ini file": (
        {
            "job.py": """
            import configparser, smtplib
            cfg = configparser.ConfigParser()
            cfg.read("job.ini")
            server = smtplib.SMTP(cfg["mail"]["server"], cfg.getint("mail", "port"))
            server.login(cfg.get("mail", "user"), cfg.get("mail", "password"))
            server.sendmail("a", "b", "c")
            """,
            "job.ini": """
            ; production
            [mail]
            server = smtp.office365.com
            port = 587
            user = batch@fabrikam.example
            """,
        },
        ["job.py:4 smtp.office365.com batch@fabrikam.example basic config:job.ini"],
    ),
    "smtplib with YAML in a folder above": (
        {
            "jobs/night/run.py": """
            import smtplib, yaml
            conf = yaml.safe_load(open("../../config/mail.yml"))
            smtp = smtplib.SMTP(conf["smtp"]["host"], conf["smtp"]["port"])
            smtp.login(conf["smtp"]["user"], conf["smtp"]["password"])
            smtp.send_message(m)
            """,
            "config/mail.yml": """
            smtp:
              host: smtp.office365.com
              port: 587
              user: night@fabrikam.example
            """,
        },
        [
            "jobs/night/run.py:3 smtp.office365.com night@fabrikam.example basic"
            " config:config/mail.yml"
        ],
    ),
    "smtplib with XOAUTH2": (
        {
            "a.py": """
            import smtplib
            user = "bot@fabrikam.example"
            def auth_string():
                return "user=%s\\x01auth=Bearer %s\\x01\\x01" % (user, token)
            s = smtplib.SMTP("smtp.office365.com", 587)
            s.starttls()
            s.auth("XOAUTH2", auth_string)
            s.sendmail(1, 2, 3)
            """
        },
        ["a.py:5 smtp.office365.com bot@fabrikam.example oauth literal"],
    ),
    "two clients under one name": (
        {
            "a.py": """
            import smtplib
            s = smtplib.SMTP("localhost")
            s.sendmail(1, 2, 3)
            s = smtplib.SMTP("smtp.office365.com", 587)
            s.login("two@fabrikam.example", pw)
            s.sendmail(1, 2, 3)
            """
        },
        [
            "a.py:2 localhost - none -",
            "a.py:4 smtp.office365.com two@fabrikam.example basic literal",
        ],
    ),
    "aiosmtplib": (
        {
            "a.py": """
            import aiosmtplib
            async def go(m):
                await aiosmtplib.send(m, hostname="smtp.office365.com", port=587,
                                      username="aio@fabrikam.example", password=pw)
            """
        },
        ["a.py:3 smtp.office365.com aio@fabrikam.example basic literal"],
    ),
    "yagmail": (
        {
            "a.py": """
            import yagmail
            yag = yagmail.SMTP("me@fabrikam.example", pw, host="smtp.office365.com", port=587)
            yag.send(to="x")
            """
        },
        ["a.py:2 smtp.office365.com me@fabrikam.example basic literal"],
    ),
    "logging handler": (
        {
            "a.py": """
            from logging.handlers import SMTPHandler
            h = SMTPHandler(mailhost=("smtp.office365.com", 587), fromaddr="a@b.example",
                            toaddrs=[], subject="x", credentials=("log@fabrikam.example", pw))
            """
        },
        ["a.py:2 smtp.office365.com log@fabrikam.example basic literal"],
    ),
    "Django settings": (
        {
            "site/settings.py": """
            import os
            EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            EMAIL_HOST = "smtp.office365.com"
            EMAIL_HOST_USER = os.environ.get("MAIL_USER", "web@fabrikam.example")
            EMAIL_HOST_PASSWORD = os.environ["MAIL_PASSWORD"]
            """
        },
        ["site/settings.py:3 smtp.office365.com web@fabrikam.example basic literal"],
    ),
    "Flask settings": (
        {
            "app.py": """
            app.config.update(MAIL_SERVER="smtp.office365.com", MAIL_PORT=587,
                              MAIL_USERNAME="flask@fabrikam.example")
            """
        },
        ["app.py:1 smtp.office365.com flask@fabrikam.example basic literal"],
    ),
    "Send-MailMessage with everything in variables": (
        {
            "a.ps1": """
            param(
                [string]$Server = "smtp.office365.com",
                [string]$User
            )
            $domain = 'fabrikam.example'
            $login = "report@$domain"
            $secure = ConvertTo-SecureString $env:PW -AsPlainText -Force
            $credential = [System.Management.Automation.PSCredential]::new($login, $secure)
            send-mailmessage -smtps $Server -cred $credential -To a@b.example -Subject x
            """
        },
        ["a.ps1:2 smtp.office365.com report@fabrikam.example basic literal"],
    ),
    "Send-MailMessage by $PSEmailServer": (
        {
            "a.ps1": """
            $PSEmailServer = 'smtp.office365.com'
            Send-MailMessage -From a@b.example -To c@d.example -Subject hi `
                -Credential (Get-Credential -UserName 'ps@fabrikam.example' -Message x)
            """
        },
        ["a.ps1:1 smtp.office365.com ps@fabrikam.example basic literal"],
    ),
    "Send-MailMessage splatted in two steps": (
        {
            "a.ps1": """
            <#
            .EXAMPLE
              Send-MailMessage -SmtpServer smtp.office365.com -Credential $c
            #>
            function Send-Report([string]$Body) {
                $p = @{ SmtpServer = $script:Smtp; Port = 587 }
                $p['Credential'] = New-Object PSCredential -ArgumentList 'fn@fabrikam.example', $s
                $p.UseSsl = $true
                Send-MailMessage @p -Body $Body
            }
            $Smtp = 'smtp.office365.com'
            Send-Report 'x'
            """
        },
        ["a.ps1:11 smtp.office365.com fn@fabrikam.example basic literal"],
    ),
    "Send-MailMessage with JSON settings": (
        {
            "m/Report.ps1": """
            $cfg = Get-Content "$PSScriptRoot\\config.json" -Raw | ConvertFrom-Json
            $cred = New-Object System.Management.Automation.PSCredential ($cfg.Mail.User, $pw)
            Send-MailMessage -SmtpServer $cfg.Mail.Server -Credential $cred -To x -From y -Subject z
            """,
            "m/config.json": """
            { // the production one
              "Mail": { "Server": "smtp.office365.com", "User": "json@fabrikam.example", }
            }
            """,
        },
        ["m/Report.ps1:3 smtp.office365.com json@fabrikam.example basic config:m/config.json"],
    ),
    "SmtpClient in PowerShell": (
        {
            "a.ps1": """
            $smtp = New-Object Net.Mail.SmtpClient('smtp.office365.com', 587)
            $smtp.EnableSsl = $true
            $smtp.Credentials = New-Object System.Net.NetworkCredential('net@fabrikam.example', $p)
            $smtp.Send($from, $to, $subject, $body)
            """
        },
        ["a.ps1:1 smtp.office365.com net@fabrikam.example basic literal"],
    ),
    "CDO in PowerShell": (
        {
            "a.ps1": """
            $m = New-Object -ComObject CDO.Message
            $s = 'http://schemas.microsoft.com/cdo/configuration/'
            $m.Configuration.Fields.Item($s + 'smtpserver') = 'smtp.office365.com'
            $m.Configuration.Fields.Item($s + 'sendusername') = 'cdo@fabrikam.example'
            $m.Send()
            """
        },
        ["a.ps1:3 smtp.office365.com cdo@fabrikam.example basic literal"],
    ),
    "MailKit module": (
        {
            "a.ps1": """
            Send-MailKitMessage -SMTPServer smtp.office365.com -Credential $c -From a -RecipientList b
            """
        },
        ["a.ps1:1 smtp.office365.com - basic -"],
    ),
    "PHPMailer as a field": (
        {
            "M.php": """
            <?php
            class M {
                private $user = 'php@fabrikam.example';
                const HOST = 'smtp.office365.com';
                function go() {
                    $this->m = new \\PHPMailer\\PHPMailer\\PHPMailer();
                    $this->m->isSMTP();
                    $this->m->Host = self::HOST;
                    $this->m->SMTPAuth = true;
                    $this->m->Username = $this->user;
                    $this->m->send();
                }
            }
            """
        },
        ["M.php:4 smtp.office365.com php@fabrikam.example basic literal"],
    ),
    "PHPMailer with OAuth": (
        {
            "m.php": """
            <?php
            $mail = new PHPMailer(true);
            $mail->isSMTP();
            $mail->Host = "smtp.office365.com";
            $mail->SMTPAuth = true;
            $mail->AuthType = 'XOAUTH2';
            $mail->setOAuth(new OAuth(['userName' => 'oa@fabrikam.example']));
            $mail->send();
            """
        },
        ["m.php:4 smtp.office365.com oa@fabrikam.example oauth literal"],
    ),
    "Swift Mailer in one chain": (
        {
            "m.php": """
            <?php
            $t = (new Swift_SmtpTransport('smtp.office365.com', 587, 'tls'))
                ->setUsername('swift@fabrikam.example')
                ->setPassword(getenv('P'));
            $mailer = new Swift_Mailer($t);
            """
        },
        ["m.php:2 smtp.office365.com swift@fabrikam.example basic literal"],
    ),
    "Symfony DSN": (
        {
            "m.php": """
            <?php
            $t = Transport::fromDsn("smtp://sym%40fabrikam.example:{$pw}@smtp.office365.com:587");
            """
        },
        ["m.php:2 smtp.office365.com sym@fabrikam.example basic literal"],
    ),
    "SmtpClient with an initialiser": (
        {
            "A.cs": """
            using System.Net.Mail;
            class A {
                const string Domain = "fabrikam.example";
                void F() {
                    using SmtpClient c = new("smtp.office365.com") {
                        Port = 587,
                        Credentials = new NetworkCredential($"cs@{Domain}", pw),
                    };
                    c.Send(m);
                }
            }
            """
        },
        ["A.cs:5 smtp.office365.com cs@fabrikam.example basic literal"],
    ),
    "MailKit with OAuth": (
        {
            "A.cs": """
            using MailKit.Net.Smtp;
            class A {
                async Task F() {
                    using var client = new SmtpClient();
                    await client.ConnectAsync("smtp.office365.com", 587);
                    var oauth2 = new SaslMechanismOAuth2("mk@fabrikam.example", token);
                    await client.AuthenticateAsync(oauth2);
                    await client.SendAsync(m);
                }
            }
            """
        },
        ["A.cs:5 smtp.office365.com mk@fabrikam.example oauth literal"],
    ),
    "JavaMail": (
        {
            "A.java": """
            class A {
                private static final String USER = "java@fabrikam.example";
                void send() {
                    Properties props = new Properties();
                    props.put("mail.smtp.host", "smtp.office365.com");
                    props.put("mail.smtp.auth", "true");
                    Session s = Session.getInstance(props, new Authenticator() {
                        protected PasswordAuthentication getPasswordAuthentication() {
                            return new PasswordAuthentication(USER, System.getenv("P"));
                        }
                    });
                    Transport.send(new MimeMessage(s));
                }
            }
            """
        },
        ["A.java:5 smtp.office365.com java@fabrikam.example basic literal"],
    ),
    "JavaMail through a transport": (
        {
            "A.java": """
            class A {
                void send(Properties p) {
                    Session s = Session.getDefaultInstance(p);
                    Transport t = s.getTransport("smtp");
                    t.connect("smtp.office365.com", 587, "tr@fabrikam.example", pw);
                    t.sendMessage(m, m.getAllRecipients());
                }
            }
            """
        },
        ["A.java:5 smtp.office365.com tr@fabrikam.example basic literal"],
    ),
    "Commons Email": (
        {
            "A.java": """
            class A { void f() {
                HtmlEmail e = new HtmlEmail();
                e.setHostName("smtp.office365.com");
                e.setAuthenticator(new DefaultAuthenticator("ce@fabrikam.example", pw));
                e.send();
            } }
            """
        },
        ["A.java:3 smtp.office365.com ce@fabrikam.example basic literal"],
    ),
    "nodemailer": (
        {
            "a.js": """
            const nodemailer = require('nodemailer');
            const auth = { user: `node@${DOMAIN}`, pass: process.env.PASS };
            const DOMAIN = 'fabrikam.example';
            const t = nodemailer.createTransport({ host: 'smtp.office365.com', port: 587, auth });
            t.sendMail({});
            """
        },
        ["a.js:4 smtp.office365.com node@fabrikam.example basic literal"],
    ),
    "nodemailer with OAuth, in TypeScript": (
        {
            "a.ts": """
            import nodemailer from 'nodemailer';
            export const t = nodemailer.createTransport({
              host: process.env.HOST ?? 'smtp.office365.com',
              auth: { type: 'OAuth2', user: 'ts@fabrikam.example', accessToken: tok as string },
            });
            """
        },
        ["a.ts:3 smtp.office365.com ts@fabrikam.example oauth literal"],
    ),
    "nodemailer service and settings in .env": (
        {
            "api/mail.js": """
            const t = require('nodemailer').createTransport({
              host: process.env.SMTP_HOST,
              auth: { user: process.env.SMTP_USER, pass: process.env.SMTP_PASS },
            });
            module.exports = t;
            """,
            "api/.env": """
            SMTP_HOST=smtp.office365.com
            SMTP_USER="env@fabrikam.example"
            SMTP_PASS=x
            """,
        },
        ["api/mail.js:2 smtp.office365.com env@fabrikam.example basic env:api/.env"],
    ),
    "Graph by every way": (
        {
            "a.py": """
            import requests
            user = "g@fabrikam.example"
            requests.post(f"https://graph.microsoft.com/v1.0/users/{user}/sendMail", json={})
            """,
            "b.cs": """
            class B { async Task F() {
                await graph.Users["cs@fabrikam.example"].SendMail.PostAsync(body);
            } }
            """,
            "c.js": """
            const { Client } = require('@microsoft/microsoft-graph-client');
            await client.api('/users/js@fabrikam.example/sendMail').post({ message });
            """,
            "d.ps1": """
            $uri = "https://graph.microsoft.com/v1.0/users/rest@fabrikam.example/sendMail"
            Invoke-RestMethod -Method Post -Uri $uri -Headers $h -Body $b
            """,
            "e.sh": """
            curl -X POST -H "Authorization: Bearer $T" \\
              https://graph.microsoft.com/v1.0/me/sendMail -d @m.json
            """,
        },
        [
            "a.py:3 graph.microsoft.com g@fabrikam.example graph literal",
            "b.cs:2 graph.microsoft.com cs@fabrikam.example graph literal",
            "c.js:2 graph.microsoft.com js@fabrikam.example graph literal",
            "d.ps1:1 graph.microsoft.com rest@fabrikam.example graph literal",
            "e.sh:2 graph.microsoft.com - graph -",
        ],
    ),
    "SQL Server Database Mail": (
        {
            "a.sql": """
            /* sysmail_add_account_sp @mailserver_name = 'old.example' */
            DECLARE @server sysname = N'smtp.office365.com', @login nvarchar(99);
            SET @login = N'sql@fabrikam.example';
            EXECUTE msdb.dbo.sysmail_add_account_sp
                @account_name = 'x', @mailserver_name = @server, @port = 587,
                @username = @login, @password = '$(PW)';
            """
        },
        ["a.sql:2 smtp.office365.com sql@fabrikam.example basic literal"],
    ),
    "Oracle UTL_SMTP": (
        {
            "a.sql": """
            DECLARE
              c UTL_SMTP.connection;
              v_user VARCHAR2(99) := 'ora@fabrikam.example';
            BEGIN
              c := UTL_SMTP.OPEN_CONNECTION(host => 'smtp.office365.com', port => 587);
              UTL_SMTP.STARTTLS(c);
              UTL_SMTP.AUTH(c, v_user, :pw, schemes => 'LOGIN');
            END;
            """
        },
        ["a.sql:5 smtp.office365.com ora@fabrikam.example basic literal"],
    ),
}
