"""Settings that are the sender themselves."""

from tests.scripts.cases_clients import Case

CASES: dict[str, Case] = {
    "Spring YAML": (
        {
            "application.yml": """
            spring:
              mail:
                host: smtp.office365.com
                port: 587
                username: spring@fabrikam.example
                password: ${MAIL_PASSWORD}
            """
        },
        ["application.yml:3 smtp.office365.com spring@fabrikam.example basic literal"],
    ),
    "Spring code with its properties": (
        {
            "src/main/java/A.java": """
            class A {
                @Autowired private JavaMailSender sender;
                void f() { sender.send(new SimpleMailMessage()); }
            }
            """,
            "src/main/resources/application.properties": """
            spring.mail.host=smtp.office365.com
            spring.mail.username=sp@fabrikam.example
            """,
        },
        [
            "src/main/resources/application.properties:1 smtp.office365.com"
            " sp@fabrikam.example basic literal"
        ],
    ),
    "Laravel": (
        {
            ".env": """
            APP_NAME=Shop
            MAIL_MAILER=smtp
            MAIL_HOST=smtp.office365.com
            MAIL_PORT=587
            MAIL_USERNAME=laravel@fabrikam.example
            MAIL_PASSWORD="x y"
            """,
            "config/mail.php": """
            <?php
            return ['mailers' => ['smtp' => [
                'host' => env('MAIL_HOST', 'smtp.mailgun.org'),
                'username' => env('MAIL_USERNAME'),
            ]]];
            """,
        },
        [".env:3 smtp.office365.com laravel@fabrikam.example basic literal"],
    ),
    "Symfony": (
        {".env.local": "MAILER_DSN=smtp://sf%40fabrikam.example:x@smtp.office365.com:587\n"},
        [".env.local:1 smtp.office365.com sf@fabrikam.example basic literal"],
    ),
    "web.config": (
        {
            "web.config": """
            <?xml version="1.0"?>
            <configuration><system.net><mailSettings>
              <!-- <network host="old.example" userName="x" /> -->
              <smtp from="a@fabrikam.example">
                <network host="smtp.office365.com" port="587"
                         userName="web@fabrikam.example" password="x" />
              </smtp>
            </mailSettings></system.net></configuration>
            """
        },
        ["web.config:5 smtp.office365.com web@fabrikam.example basic literal"],
    ),
    "appSettings keys": (
        {
            "App.config": """
            <configuration><appSettings>
              <add key="SmtpServer" value="smtp.office365.com" />
              <add key="SmtpUser" value="app@fabrikam.example" />
              <add key="DbServer" value="db.fabrikam.example" />
            </appSettings></configuration>
            """
        },
        ["App.config:2 smtp.office365.com app@fabrikam.example basic literal"],
    ),
    "Grafana": (
        {
            "grafana.ini": """
            [database]
            host = db.fabrikam.example
            user = grafana
            [smtp]
            enabled = true
            host = smtp.office365.com:587
            user = grafana@fabrikam.example
            ;password =
            """
        },
        ["grafana.ini:6 smtp.office365.com grafana@fabrikam.example basic literal"],
    ),
    "Alertmanager": (
        {
            "alertmanager.yml": """
            global:
              smtp_smarthost: 'smtp.office365.com:587'
              smtp_from: 'a@fabrikam.example'
              smtp_auth_username: 'am@fabrikam.example'
            """
        },
        ["alertmanager.yml:2 smtp.office365.com am@fabrikam.example basic literal"],
    ),
    "Kubernetes": (
        {
            "deploy.yaml": """
            kind: Deployment
            spec:
              containers:
                - name: app
                  env:
                    - name: SMTP_HOST
                      value: smtp.office365.com
                    - name: SMTP_USER
                      value: k8s@fabrikam.example
                    - name: SMTP_PASSWORD
                      valueFrom: {secretKeyRef: {name: smtp, key: password}}
            """
        },
        ["deploy.yaml:7 smtp.office365.com k8s@fabrikam.example basic literal"],
    ),
    "Compose with a list": (
        {
            "docker-compose.yml": """
            services:
              app:
                environment:
                  - MAIL_SERVER=smtp.office365.com
                  - MAIL_USERNAME=dc@fabrikam.example
              db:
                environment:
                  - DB_HOST=db
                  - DB_USER=x
            """
        },
        ["docker-compose.yml:4 smtp.office365.com dc@fabrikam.example basic literal"],
    ),
    "GitLab": (
        {
            "gitlab.rb": """
            gitlab_rails['smtp_enable'] = true
            gitlab_rails['smtp_address'] = "smtp.office365.com"
            gitlab_rails['smtp_user_name'] = "gitlab@fabrikam.example"
            # gitlab_rails['smtp_address'] = "old.example"
            """
        },
        ["gitlab.rb:2 smtp.office365.com gitlab@fabrikam.example basic literal"],
    ),
    "Jenkins": (
        {
            "hudson.tasks.Mailer.xml": """
            <?xml version='1.1' encoding='UTF-8'?>
            <hudson.tasks.Mailer_-DescriptorImpl>
              <authentication>
                <username>jenkins@fabrikam.example</username>
                <password>{AQAA}</password>
              </authentication>
              <smtpHost>smtp.office365.com</smtpHost>
            </hudson.tasks.Mailer_-DescriptorImpl>
            """
        },
        ["hudson.tasks.Mailer.xml:7 smtp.office365.com jenkins@fabrikam.example basic literal"],
    ),
    "a service of nodemailer's JSON kind": (
        {
            "config/default.json": """
            {"mail": {"host": "smtp.office365.com", "auth": {"user": "cfg@fabrikam.example"}}}
            """
        },
        ["config/default.json:1 smtp.office365.com cfg@fabrikam.example basic literal"],
    ),
    "one OAuth setting": (
        {
            "application.properties": """
            spring.mail.host=smtp.office365.com
            spring.mail.username=o@fabrikam.example
            spring.mail.properties.mail.smtp.auth.mechanisms=XOAUTH2
            """
        },
        ["application.properties:1 smtp.office365.com o@fabrikam.example oauth literal"],
    ),
}
