# ruff: noqa: E101, E501
"""What is said in one place and used in another."""

from tests.scripts.cases_clients import Case

CASES: dict[str, Case] = {
    "lookups of the environment in constants": (
        {
            "a.py": """
            import os, smtplib, ssl
            SMTP_HOST = os.getenv("SMTP_HOST")
            SMTP_USER = os.getenv("SMTP_USER")
            def main():
                ctx = ssl.create_default_context()
                try:
                    server = smtplib.SMTP(SMTP_HOST, int(os.getenv("SMTP_PORT", "587")))
                    server.starttls(context=ctx)
                    server.login(SMTP_USER, os.getenv("SMTP_PASS"))
                    server.sendmail("a", "b", "c")
                except Exception as e:
                    print(e)
                finally:
                    server.quit()
            """,
            ".env": """
            SMTP_HOST=smtp.office365.com
            SMTP_USER=x@fabrikam.example
            SMTP_PASS=hi
            """,
        },
        ["a.py:2 smtp.office365.com x@fabrikam.example basic env:.env"],
    ),
    "options bound to a section": (
        {
            "Mail/Sender.cs": """
            public class Sender {
              private readonly SmtpSettings _s;
              public Sender(IOptions<SmtpSettings> o) { _s = o.Value; }
              public async Task SendAsync(MailMessage m) {
                using var client = new SmtpClient(_s.Host, _s.Port);
                client.Credentials = new NetworkCredential(_s.UserName, _s.Password);
                client.EnableSsl = true;
                await client.SendMailAsync(m);
              }
            }
            """,
            "appsettings.json": """
            {"Logging":{"Host":"x"},"SmtpSettings":{"Host":"smtp.office365.com","Port":587,"UserName":"opt@fabrikam.example","Password":"p"}}
            """,
        },
        ["Mail/Sender.cs:5 smtp.office365.com opt@fabrikam.example basic config:appsettings.json"],
    ),
    "ConfigurationManager": (
        {
            "A.cs": """
            using System.Configuration;
            class A { void F() {
              var host = ConfigurationManager.AppSettings["SmtpHost"];
              SmtpClient smtp = new SmtpClient();
              smtp.Host = host;
              smtp.Credentials = new NetworkCredential(ConfigurationManager.AppSettings["SmtpUser"], ConfigurationManager.AppSettings["SmtpPwd"]);
              smtp.Send(new MailMessage());
            }}
            """,
            "App.config": """
            <configuration><appSettings><add key="SmtpHost" value="smtp.office365.com"/><add key="SmtpUser" value="cm@fabrikam.example"/></appSettings></configuration>
            """,
        },
        ["A.cs:3 smtp.office365.com cm@fabrikam.example basic config:App.config"],
    ),
    "a client that takes mailSettings": (
        {
            "A.cs": """
            class A { void F() { var c = new SmtpClient(); c.Send(new MailMessage()); } }
            """,
            "web.config": """
            <configuration><system.net><mailSettings><smtp><network host="smtp.office365.com" userName="w@fabrikam.example" password="x"/></smtp></mailSettings></system.net></configuration>
            """,
        },
        ["A.cs:1 smtp.office365.com w@fabrikam.example basic config:web.config"],
    ),
    "a credential handed to a function": (
        {
            "a.ps1": """
            function Send-Alert {
                param([string]$Subject, [string]$SmtpServer = "smtp.office365.com", [pscredential]$Cred)
                $msg = @{
                    To = 'x@y.example'
                    From = 'alerts@fabrikam.example'
                    Subject = $Subject
                    SmtpServer = $SmtpServer
                    Credential = $Cred
                    UseSsl = $true
                }
                Send-MailMessage @msg -ErrorAction Stop
            }
            $pw = ConvertTo-SecureString (Get-Content .\\pw.txt)
            $cred = [pscredential]::new("alerts@fabrikam.example",$pw)
            Send-Alert -Subject "hi" -Cred $cred
            """,
        },
        ["a.ps1:2 smtp.office365.com alerts@fabrikam.example basic literal"],
    ),
    "a stored credential of no name": (
        {
            "a.ps1": """
            $credential = Import-CliXml -Path "C:\\cred\\svc.xml"
            $params = @{
             SmtpServer='smtp.office365.com'; Port=587; UseSsl=$true; Credential=$credential
             From="a@fabrikam.example"; To="b"; Subject="s"
            }
            Send-MailMessage @params
            """,
        },
        ["a.ps1:3 smtp.office365.com - basic -"],
    ),
    "an internal relay": (
        {
            "a.ps1": """
            Send-MailMessage -To a@b -From c@d -SmtpServer mail.internal.example -Subject x
            """,
        },
        ["a.ps1:1 mail.internal.example - none -"],
    ),
    "a PowerShell data file": (
        {
            "a.ps1": """
            $cfg = Import-PowerShellDataFile .\\settings.psd1
            $c = Get-Credential $cfg.User
            Send-MailMessage -SmtpServer $cfg.SmtpServer -Credential $c -To a -From b -Subject c
            """,
            "settings.psd1": """
            @{
             SmtpServer = 'smtp.office365.com'
             User = 'psd@fabrikam.example'
            }
            """,
        },
        ["a.ps1:3 smtp.office365.com psd@fabrikam.example basic config:settings.psd1"],
    ),
    "an array that a file returns": (
        {
            "lib/mail.php": """
            <?php
            $config = require __DIR__ . '/../config.php';
            $mail = new PHPMailer;
            $mail->isSMTP();
            $mail->Host = $config['smtp']['host'];
            $mail->SMTPAuth = true;
            $mail->Username = $config['smtp']['user'];
            $mail->Password = $config['smtp']['pass'];
            if (!$mail->send()) { echo 'x'; }
            """,
            "config.php": """
            <?php
            return [
             'smtp' => ['host' => 'smtp.office365.com', 'user' => 'cfg@fabrikam.example', 'pass' => 'x'],
            ];
            """,
        },
        ["lib/mail.php:5 smtp.office365.com cfg@fabrikam.example basic config:config.php"],
    ),
    "constants of an included file": (
        {
            "m.php": """
            <?php
            require_once 'inc/constants.php';
            function send_it() {
              $m = new PHPMailer\\PHPMailer\\PHPMailer(true);
              $m->isSMTP(); $m->Host = SMTP_SERVER; $m->SMTPAuth = TRUE; $m->Username = SMTP_LOGIN; $m->Password = SMTP_PW;
              $m->Send();
            }
            """,
            "inc/constants.php": """
            <?php
            define('SMTP_SERVER','smtp.office365.com');
            define('SMTP_LOGIN','def@fabrikam.example');
            """,
        },
        ["m.php:5 smtp.office365.com def@fabrikam.example basic config:inc/constants.php"],
    ),
    "a DSN put together": (
        {
            "m.php": """
            <?php
            $dsn = sprintf('smtp://%s:%s@%s:587', urlencode('u@fabrikam.example'), urlencode($pw), 'smtp.office365.com');
            $mailer = new Mailer(Transport::fromDsn($dsn));
            $mailer->send($email);
            """,
        },
        ["m.php:2 smtp.office365.com u@fabrikam.example basic literal"],
    ),
    "fields set in a constructor": (
        {
            "M.java": """
            public class M {
              private final String host; private final String user;
              public M() { this.host = "smtp.office365.com"; this.user = "ctor@fabrikam.example"; }
              public void send() throws Exception {
                var p = System.getProperties();
                p.setProperty("mail.smtp.host", host);
                p.setProperty("mail.smtp.port", "587");
                var session = Session.getInstance(p, null);
                var msg = new MimeMessage(session);
                Transport.send(msg, user, System.getenv("PW"));
              }
            }
            """,
        },
        ["M.java:3 smtp.office365.com ctor@fabrikam.example basic literal"],
    ),
    "properties loaded from a file": (
        {
            "src/main/java/x/M.java": """
            class M { void f() throws Exception {
              Properties props = new Properties();
              props.load(new FileInputStream("mail.properties"));
              Session s = Session.getInstance(props, new Authenticator() {
                protected PasswordAuthentication getPasswordAuthentication() {
                  return new PasswordAuthentication(props.getProperty("mail.smtp.user"), props.getProperty("mail.smtp.password"));
              }});
              Transport.send(new MimeMessage(s));
            } }
            """,
            "src/main/resources/mail.properties": """
            mail.smtp.host=smtp.office365.com
            mail.smtp.user=pf@fabrikam.example
            mail.smtp.auth=true
            """,
        },
        [
            "src/main/java/x/M.java:4 smtp.office365.com pf@fabrikam.example basic config:src/main/resources/mail.properties"
        ],
    ),
    "values injected with a default": (
        {
            "M.java": """
            class M {
              @Value("${app.smtp.host:smtp.office365.com}") private String host;
              @Value("${app.smtp.user}") private String user;
              JavaMailSender sender() {
                JavaMailSenderImpl s = new JavaMailSenderImpl();
                s.setHost(host); s.setPort(587); s.setUsername(user); s.setPassword(pw);
                return s;
              }
            }
            """,
            "application.yml": """
            app:
              smtp:
                user: val@fabrikam.example
            """,
        },
        ["M.java:2 smtp.office365.com val@fabrikam.example basic config:application.yml"],
    ),
    "a default export": (
        {
            "src/mailer.js": """
            import nodemailer from 'nodemailer';
            import config from './config.js';
            class Mailer {
              constructor() { this.transport = nodemailer.createTransport({ host: config.mail.host, port: 587, secure: false,
                  auth: { user: config.mail.user, pass: config.mail.pass } }); }
              async send(m) { await this.transport.sendMail(m); }
            }
            """,
            "src/config.js": """
            export default {
             mail: { host: 'smtp.office365.com', user: 'imp@fabrikam.example', pass: process.env.P }
            };
            """,
        },
        ["src/mailer.js:4 smtp.office365.com imp@fabrikam.example basic config:src/config.js"],
    ),
    "a service by name": (
        {
            "m.js": """
            const nodemailer = require("nodemailer");
            let transporter = nodemailer.createTransport({ service: "Outlook365", auth: { user: "svc@fabrikam.example", pass: pw } });
            transporter.sendMail(o, cb);
            """,
        },
        ["m.js:2 smtp.office365.com svc@fabrikam.example basic literal"],
    ),
    "a URL as a template": (
        {
            "m.js": """
            const t = require('nodemailer').createTransport(`smtp://${user}:${pass}@smtp.office365.com:587`);
            const user = encodeURIComponent('url@fabrikam.example');
            """,
        },
        ["m.js:1 smtp.office365.com url@fabrikam.example basic literal"],
    ),
    "a sourced env file": (
        {
            "n.sh": """
            #!/bin/bash
            source "$(dirname "$0")/mail.env"
            {
             echo "From: $MAIL_FROM"
            } | curl --silent --ssl-reqd --url "smtp://${SMTP_SERVER}:${SMTP_PORT}" --mail-from "$MAIL_FROM" --mail-rcpt x@y.example --user "${SMTP_USER}:${SMTP_PASS}" --upload-file -
            """,
            "mail.env": """
            SMTP_SERVER=smtp.office365.com
            SMTP_PORT=587
            SMTP_USER=env@fabrikam.example
            SMTP_PASS=zzz
            MAIL_FROM=a@b.example
            """,
        },
        ["n.sh:5 smtp.office365.com env@fabrikam.example basic env:mail.env"],
    ),
    "arguments of a shell function": (
        {
            "n.sh": """
            send() { curl -sS --url "smtps://smtp.office365.com:465" -u "$1:$2" -T "$3"; }
            case "$ENVIRONMENT" in
             prod) U=prod@fabrikam.example ;;
             *) U=test@fabrikam.example ;;
            esac
            send "$U" "$PW" mail.txt
            """,
        },
        ["n.sh:1 smtp.office365.com test@fabrikam.example basic literal"],
    ),
    "msmtp without its file": (
        {
            "n.sh": """
            printf 'x' | msmtp --host=smtp.office365.com --port=587 --auth=on --tls=on --user=ms@fabrikam.example --passwordeval='cat /x' a@b.example
            """,
        },
        ["n.sh:1 smtp.office365.com ms@fabrikam.example basic literal"],
    ),
    "the Graph SDK of Python": (
        {
            "g.py": """
            from msgraph import GraphServiceClient
            async def go():
                await client.users.by_user_id("sdk@fabrikam.example").send_mail.post(body)
            """,
        },
        ["g.py:3 graph.microsoft.com sdk@fabrikam.example graph literal"],
    ),
    "the O365 library": (
        {
            "g.py": """
            from O365 import Account
            account = Account(credentials)
            m = account.new_message(resource="o@fabrikam.example")
            m.send()
            """,
        },
        ["g.py:3 graph.microsoft.com o@fabrikam.example graph literal"],
    ),
    "a mail task of Ansible": (
        {
            "play.yml": """
            - hosts: all
              tasks:
                - name: notify
                  community.general.mail:
                    host: smtp.office365.com
                    port: 587
                    username: ansible@fabrikam.example
                    password: "{{ vault_mail }}"
                    to: x@y.example
                    subject: done
            """,
        },
        ["play.yml:5 smtp.office365.com ansible@fabrikam.example basic literal"],
    ),
    "a mail step of a workflow": (
        {
            ".github/workflows/x.yml": """
            jobs:
              a:
                steps:
                  - uses: dawidd6/action-send-mail@v3
                    with:
                      server_address: smtp.office365.com
                      server_port: 587
                      username: gh@fabrikam.example
                      password: ${{ secrets.MAIL }}
            """,
        },
        [".github/workflows/x.yml:6 smtp.office365.com gh@fabrikam.example basic literal"],
    ),
    "values of a chart": (
        {
            "values.yaml": """
            grafana.ini:
              smtp:
                enabled: true
                host: smtp.office365.com:587
                user: helm@fabrikam.example
            database:
              host: pg
              user: x
            """,
        },
        ["values.yaml:4 smtp.office365.com helm@fabrikam.example basic literal"],
    ),
    "a Database Mail profile set up elsewhere": (
        {
            "d.sql": """
            EXEC msdb.dbo.sp_send_dbmail @profile_name='Ops', @recipients='a@b';
            """,
            "setup.sql": """
            EXEC msdb.dbo.sysmail_add_account_sp @account_name='Ops', @mailserver_name='smtp.office365.com', @username='db@fabrikam.example', @password='x'
            """,
        },
        [
            "d.sql:1 smtp.office365.com db@fabrikam.example basic config:setup.sql",
            "setup.sql:1 smtp.office365.com db@fabrikam.example basic literal",
        ],
    ),
    "git send-email": (
        {
            ".gitconfig": """
            [sendemail]
            	smtpServer = smtp.office365.com
            	smtpUser = git@fabrikam.example
            	smtpEncryption = tls
            """,
        },
        [".gitconfig:2 smtp.office365.com git@fabrikam.example basic literal"],
    ),
    "Airflow": (
        {
            "airflow.cfg": """
            [core]
            x = 1
            [smtp]
            smtp_host = smtp.office365.com
            smtp_starttls = True
            smtp_user = af@fabrikam.example
            smtp_port = 587
            """,
        },
        ["airflow.cfg:4 smtp.office365.com af@fabrikam.example basic literal"],
    ),
    "TOML": (
        {
            "c.toml": """
            [mailer]
            ENABLED = true
            SMTP_ADDR = "smtp.office365.com"
            USER = "gitea@fabrikam.example"
            [database]
            HOST="x"
            USER="y"
            """,
        },
        ["c.toml:3 smtp.office365.com gitea@fabrikam.example basic literal"],
    ),
    "a bean of Spring": (
        {
            "ctx.xml": """
            <beans>
            <bean id="mailSender" class="org.springframework.mail.javamail.JavaMailSenderImpl">
            <property name="host" value="smtp.office365.com"/>
            <property name="username" value="bean@fabrikam.example"/>
            </bean></beans>
            """,
        },
        ["ctx.xml:3 smtp.office365.com bean@fabrikam.example basic literal"],
    ),
    "an appender of log4net": (
        {
            "log4net.config": """
            <log4net><appender name="SmtpAppender" type="log4net.Appender.SmtpAppender">
            <to value="a@b.example"/><smtpHost value="smtp.office365.com"/><authentication value="Basic"/><username value="log@fabrikam.example"/></appender></log4net>
            """,
        },
        ["log4net.config:2 smtp.office365.com log@fabrikam.example basic literal"],
    ),
    "a target of NLog": (
        {
            "nlog.config": """
            <nlog><targets><target xsi:type="Mail" xmlns:xsi="x" name="mail" smtpServer="smtp.office365.com" smtpUserName="nlog@fabrikam.example" to="x@y.z"/></targets></nlog>
            """,
        },
        ["nlog.config:1 smtp.office365.com nlog@fabrikam.example basic literal"],
    ),
    "a sink of Serilog": (
        {
            "appsettings.json": """
            {"Serilog":{"WriteTo":[{"Name":"Email","Args":{"mailServer":"smtp.office365.com","networkCredential":{"userName":"ser@fabrikam.example","password":"x"}}}]}}
            """,
        },
        ["appsettings.json:1 smtp.office365.com ser@fabrikam.example basic literal"],
    ),
    "Graph with splatted parameters": (
        {
            "a.ps1": """
            $body = @{ grant_type="client_credentials" }
            $tok = Invoke-RestMethod -Uri "https://login.microsoftonline.com/$t/oauth2/v2.0/token" -Body $body
            $sender = "gr@fabrikam.example"
            $params = @{ Method='Post'; Uri="https://graph.microsoft.com/v1.0/users/$sender/sendMail"; Headers=@{Authorization="Bearer $tok"} }
            Invoke-RestMethod @params
            """,
        },
        ["a.ps1:4 graph.microsoft.com gr@fabrikam.example graph literal"],
    ),
    "MailKit with OAuth in PowerShell": (
        {
            "a.ps1": """
            $oauth2 = New-Object MailKit.Security.SaslMechanismOAuth2('ok@fabrikam.example', $token)
            $c = New-Object MailKit.Net.Smtp.SmtpClient
            $c.Connect('smtp.office365.com', 587, [MailKit.Security.SecureSocketOptions]::StartTls)
            $c.Authenticate($oauth2)
            $c.Send($m)
            """,
        },
        ["a.ps1:3 smtp.office365.com ok@fabrikam.example oauth literal"],
    ),
    "a commented server above a local one": (
        {
            ".env": """
            #SMTP_HOST=smtp.office365.com
            SMTP_HOST=localhost
            SMTP_PORT=1025
            #SMTP_USER=a@b.example
            """,
        },
        [".env:2 localhost - none -"],
    ),
    "constants that nothing reads": (
        {
            "config.py": """
            SMTP_HOST = 'smtp.office365.com'
            SMTP_USER = 'u@fabrikam.example'
            """,
        },
        [],
    ),
    "a server chosen by stage": (
        {
            "a.py": """
            import smtplib, os
            HOSTS = {"prod": "smtp.office365.com", "dev": "localhost"}
            s = smtplib.SMTP(HOSTS[os.environ["STAGE"]], 587)
            s.login("me@fabrikam.example", "x")
            s.send_message(m)
            """,
        },
        ["a.py:2 smtp.office365.com me@fabrikam.example basic literal"],
    ),
    "a context manager around a client": (
        {
            "a.py": """
            import functools, smtplib, contextlib
            @contextlib.contextmanager
            def smtp():
                with smtplib.SMTP("smtp.office365.com", 587) as c:
                    c.starttls()
                    c.login(*creds())
                    yield c
            with smtp() as c:
                c.send_message(m)
            """,
        },
        ["a.py:4 smtp.office365.com - basic -"],
    ),
    "fields of a data class": (
        {
            "a.py": """
            from dataclasses import dataclass
            import smtplib
            @dataclass
            class Settings:
                host: str = "smtp.office365.com"
                user: str = "dc@fabrikam.example"
            settings = Settings()
            def send():
                s = smtplib.SMTP(settings.host)
                s.login(settings.user, "x")
                s.send_message(1)
            """,
        },
        ["a.py:5 smtp.office365.com dc@fabrikam.example basic literal"],
    ),
    "a library that is told nothing": (
        {
            "lib/class.phpmailer.php": """
            <?php
            class PHPMailer { public $Host = 'localhost'; public $Username = '';
             function send() { return $this->smtpSend(); } }
            class SMTP { function connect($host) {} }
            """,
        },
        [],
    ),
    "a login in a file of its own": (
        {
            "a.py": """
            import smtplib
            with open("login.txt") as file:
                user, secret = file.read().strip().split(":", 1)
            with smtplib.SMTP("smtp.office365.com", 587) as server:
                server.login(user, secret)
                server.send_message(m)
            """,
            "login.txt": "a@fabrikam.example:hi",
            "b.ps1": """
            $raw = Get-Content "$PSScriptRoot\\mail.cred" -TotalCount 1
            $user, $pass = $raw -split ':', 2
            $cred = New-Object PSCredential($user, (ConvertTo-SecureString $pass -AsPlainText -Force))
            Send-MailMessage -SmtpServer smtp.office365.com -Credential $cred -From a@fabrikam.example
            """,
            "mail.cred": "b@fabrikam.example:hi",
            "c.cs": """
            class C { void M() {
              var lines = File.ReadAllLines(Path.Combine(folder, "c.cred"));
              var client = new SmtpClient("smtp.office365.com", 587) {
                Credentials = new NetworkCredential(lines[0], lines[1]) };
              client.Send(m);
            }}
            """,
            "c.cred": """
            c@fabrikam.example
            hi
            """,
        },
        [
            "a.py:4 smtp.office365.com a@fabrikam.example basic config:login.txt",
            "b.ps1:4 smtp.office365.com b@fabrikam.example basic config:mail.cred",
            "c.cs:3 smtp.office365.com c@fabrikam.example basic config:c.cred",
        ],
    ),
}
