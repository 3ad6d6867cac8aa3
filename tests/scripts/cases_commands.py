# ruff: noqa: E501
"""Programs of the command line, and the settings of mail programs."""

from tests.scripts.cases_clients import Case

CASES: dict[str, Case] = {
    "curl with an array of options": (
        {
            "a.sh": """
            #!/usr/bin/env bash
            HOST=${SMTP:-smtp.office365.com}
            opts=(--ssl-reqd --mail-from x@fabrikam.example)
            opts+=(-u "sh@fabrikam.example:${PW}")
            curl "${opts[@]}" --url "smtp://$HOST:587" -T -
            """
        },
        ["a.sh:2 smtp.office365.com sh@fabrikam.example basic literal"],
    ),
    "curl with a bearer token": (
        {
            "a.sh": """
            curl --url smtp://smtp.office365.com:587 -u oa@fabrikam.example --oauth2-bearer "$T" -T m
            """
        },
        ["a.sh:1 smtp.office365.com oa@fabrikam.example oauth literal"],
    ),
    "curl in a sourced setting": (
        {
            "job.sh": """
            . ./mail.conf.sh
            curl -s --url "smtps://${RELAY}" --user "${LOGIN}:${PW}" -T m.eml
            """,
            "mail.conf.sh": """
            RELAY=smtp.office365.com
            LOGIN=src@fabrikam.example
            """,
        },
        ["job.sh:2 smtp.office365.com src@fabrikam.example basic config:mail.conf.sh"],
    ),
    "swaks": (
        {
            "a.sh": """
            swaks --to x@y.example --server smtp.office365.com:587 --tls \\
                  --auth LOGIN --auth-user swaks@fabrikam.example --auth-password "$P"
            """
        },
        ["a.sh:1 smtp.office365.com swaks@fabrikam.example basic literal"],
    ),
    "sendEmail in a function": (
        {
            "a.sh": """
            notify() {
              local user="$1"
              sendEmail -f a@b.example -s smtp.office365.com:587 -xu "$user" -xp "$P" -m hi
            }
            notify se@fabrikam.example
            """
        },
        ["a.sh:3 smtp.office365.com se@fabrikam.example basic literal"],
    ),
    "mailx with settings": (
        {
            "a.sh": """
            echo x | s-nail -S v15-compat -S mta=smtp://nail%40fabrikam.example@smtp.office365.com:587 \\
               -S smtp-auth=login -s hi a@b.example
            """
        },
        ["a.sh:1 smtp.office365.com nail@fabrikam.example basic literal"],
    ),
    "Python inside a shell script": (
        {
            "a.sh": """
            #!/bin/sh
            python3 - <<'PY'
            import smtplib
            s = smtplib.SMTP("smtp.office365.com", 587)
            s.login("heredoc@fabrikam.example", "x")
            s.sendmail(1, 2, 3)
            PY
            """
        },
        ["a.sh:4 smtp.office365.com heredoc@fabrikam.example basic literal"],
    ),
    "a settings file written by a shell script": (
        {
            "a.sh": """
            cat > /etc/ssmtp/ssmtp.conf <<EOF
            mailhub=smtp.office365.com:587
            AuthUser=ssmtp@fabrikam.example
            AuthPass=$PW
            EOF
            """
        },
        ["a.sh:2 smtp.office365.com ssmtp@fabrikam.example basic literal"],
    ),
    "a command run from Python": (
        {
            "a.py": """
            import subprocess
            subprocess.run(["swaks", "--server", "smtp.office365.com", "-au", "sub@fabrikam.example"])
            """
        },
        ["a.py:2 smtp.office365.com sub@fabrikam.example basic literal"],
    ),
    "batch files": (
        {
            "a.cmd": """
            @echo off
            rem blat x -server smtp.office365.com -u old@fabrikam.example
            set USER=blat@fabrikam.example
            C:\\tools\\blat.exe body.txt -server smtp.office365.com:587 -u %USER% -pw %PW%
            """
        },
        ["a.cmd:4 smtp.office365.com blat@fabrikam.example basic literal"],
    ),
    "local hand-over": (
        {
            "a.sh": 'df -h | mail -s "disk" root@fabrikam.example\n',
            "b.sh": "/usr/sbin/sendmail -t < m.txt\n",
            "c.php": "<?php\nmail($to, 'x', $body);\n",
            "cron.d/jobs": "MAILTO=ops@fabrikam.example\n0 6 * * * root /opt/x\n",
        },
        [
            "a.sh:1 localhost - none -",
            "b.sh:1 localhost - none -",
            "c.php:2 localhost - none -",
            "cron.d/jobs:1 localhost - none -",
        ],
    ),
    "msmtp with two accounts": (
        {
            "home/.msmtprc": """
            defaults
            auth on
            account other
            host mail.provider.example
            user someone
            account m365 : other
            host smtp.office365.com
            user ms@fabrikam.example
            account default : m365
            """
        },
        [
            "home/.msmtprc:4 mail.provider.example someone basic literal",
            "home/.msmtprc:7 smtp.office365.com ms@fabrikam.example basic literal",
        ],
    ),
    "msmtp with OAuth": (
        {"msmtprc": "account x\nhost smtp.office365.com\nauth xoauth2\nuser o@fabrikam.example\n"},
        ["msmtprc:2 smtp.office365.com o@fabrikam.example oauth literal"],
    ),
    "mutt": (
        {".muttrc": 'set smtp_url = "smtp://mu@fabrikam.example@smtp.office365.com:587/"\n'},
        [".muttrc:1 smtp.office365.com mu@fabrikam.example basic literal"],
    ),
    "postfix with its map": (
        {
            "postfix/main.cf": """
            # relayhost = [old.example]
            relayhost = [smtp.office365.com]:587
            smtp_sasl_auth_enable = yes
            """,
            "postfix/sasl_passwd": "[smtp.office365.com]:587 pf@fabrikam.example:x\n",
        },
        [
            "postfix/main.cf:2 smtp.office365.com pf@fabrikam.example basic"
            " config:postfix/sasl_passwd"
        ],
    ),
}
