"""Every page of every registered model, opened by people of one tenant, about another's rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ForeignKey, Model
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse

from inventory.models import Connection, Report, Tenant
from tests.admin.conftest import Login, with_every_permission
from tests.factories import UserFactory
from tests.world import World
from tracker.models import Capability

FOR_SUPERUSERS = {User, Group, Connection}
OF_EVERYBODY = {Capability}
"""Facts about products, the same for every tenant."""
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
CASES = [pytest.param(model, id=model._meta.label_lower) for model in MODELS]
SCOPED = [case for case in CASES if case.values[0] not in FOR_SUPERUSERS | OF_EVERYBODY]


def page(model: type[Model], name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def client(ours: World, login: Login) -> Client:
    """The browser of one of ours, who may do everything that one may be given."""
    return login(with_every_permission(ours[User]))


@pytest.mark.parametrize("model", SCOPED)
def test_knows_a_row_of_every_registered_model(model: type[Model], ours: World) -> None:
    assert isinstance(ours[model], model)


@pytest.mark.parametrize("model", SCOPED)
def test_lists_what_is_theirs_alone(
    model: type[Model], client: Client, ours: World, theirs: World
) -> None:
    response = client.get(page(model, "changelist"))
    assert response.status_code == 200
    assert "aardvark" in text_of(response)
    assert "zebra" not in text_of(response)
    assert theirs[model] not in response.context["cl"].queryset


@pytest.mark.parametrize("model", SCOPED)
def test_filters_and_searches_what_is_theirs_alone(
    model: type[Model], client: Client, ours: World, theirs: World
) -> None:
    specs = client.get(page(model, "changelist")).context["cl"].filter_specs
    names = {name for spec in specs for name in spec.expected_parameters()}
    for name in {*names, "tenant", "item__tenant", "tenant__id__exact", "pk", "id"}:
        for wanted in (Tenant, model):
            query = {name: str(theirs[wanted].pk)}
            response = client.get(page(model, "changelist"), query, follow=True)
            assert "zebra" not in text_of(response), query
    found = client.get(page(model, "changelist"), {"q": "zebr"}, follow=True)
    assert "zebra" not in text_of(found)


@pytest.mark.parametrize("model", SCOPED)
def test_opens_what_is_theirs(model: type[Model], client: Client, ours: World) -> None:
    response = client.get(page(model, "change", ours[model].pk), follow=True)
    assert response.status_code == 200
    assert "aardvark" in text_of(response)


def addresses(model: type[Model], pk: object) -> list[str]:
    """All pages about one row: change, history, delete, and those of our own actions."""
    model_admin = admin.site._registry[model]
    base = page(model, "changelist")
    routes = [str(pattern.pattern) for pattern in model_admin.get_urls()]
    about_one = {route for route in routes if "object_id>" in route}
    assert about_one
    return [
        base + route.replace("<path:object_id>", str(pk)).replace("<int:object_id>", str(pk))
        for route in sorted(about_one)
    ]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("model", SCOPED)
def test_opens_no_page_about_what_is_not(
    model: type[Model], method: str, client: Client, theirs: World
) -> None:
    before = snapshot(theirs)
    for address in addresses(model, theirs[model].pk):
        assert "<" not in address, address
        data = {"to": "assessed", "reason": "x", "post": "yes", "name": "taken over"}
        response = getattr(client, method)(address, data)
        assert response.status_code in {302, 403, 404}, address
        assert "zebra" not in text_of(client.get(reverse("admin:index")))
    assert snapshot(theirs) == before


@pytest.mark.parametrize("model", SCOPED)
def test_does_nothing_to_rows_chosen_from_another_tenant(
    model: type[Model], client: Client, ours: World, theirs: World
) -> None:
    before = snapshot(theirs)
    listed = client.get(page(model, "changelist"))
    form = listed.context.get("action_form")
    actions = [name for name, _ in form.fields["action"].choices if name] if form else []
    for name in actions:
        data = {
            "action": name,
            "_selected_action": [str(theirs[model].pk)],
            "select_across": "1",
            "confirmed": "yes",
            "post": "yes",
            "to": "waived",
            "reason": "x",
            "into": str(theirs[model].pk),
        }
        response = client.post(page(model, "changelist"), {**data, "select_across": "0"})
        assert "zebra" not in text_of(response)
        assert "zebra" not in text_of(client.post(page(model, "changelist"), data, follow=True))
    assert snapshot(theirs) == before


@pytest.mark.parametrize("model", SCOPED)
def test_offers_no_choice_from_another_tenant(
    model: type[Model], client: Client, ours: World, theirs: World
) -> None:
    rows = set(theirs.values())
    for address in (page(model, "change", ours[model].pk), page(model, "add")):
        response = client.get(address, follow=True)
        if response.status_code == 403:
            continue
        assert "zebra" not in text_of(response)
        inlines = [f.formset.empty_form for f in response.context["inline_admin_formsets"]]
        for form in (response.context["adminform"].form, *inlines):
            for bound in form.visible_fields():
                assert not rows & set(getattr(bound.field, "queryset", None) or [])


@pytest.mark.parametrize("model", CASES)
def test_completes_nothing_from_another_tenant(
    model: type[Model], client: Client, theirs: World
) -> None:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey):
            query = {
                "app_label": model._meta.app_label,
                "model_name": model._meta.model_name or "",
                "field_name": field.name,
            }
            response = client.get(reverse("admin:autocomplete"), {**query, "term": ""})
            assert "zebra" not in text_of(response)


@pytest.mark.parametrize("name", ["index", "search", "password_change"])
def test_tells_of_no_other_tenant_on_pages_of_no_model(
    name: str, client: Client, ours: World, theirs: World
) -> None:
    response = client.get(reverse(f"admin:{name}"), {"s": "a"})
    assert response.status_code == 200
    assert "zebra" not in text_of(response)


@pytest.mark.parametrize("app", sorted({model._meta.app_label for model in MODELS}))
def test_tells_of_no_other_tenant_on_an_apps_page(
    app: str, client: Client, ours: World, theirs: World
) -> None:
    response = client.get(reverse("admin:app_list", args=[app]))
    assert response.status_code in {200, 404}
    assert "zebra" not in text_of(response)


def test_takes_no_report_for_another_tenant(client: Client, theirs: World) -> None:
    address = reverse("admin:inventory_report_upload")
    assert "zebra" not in text_of(client.get(address))
    response = client.post(address, {"tenant": theirs[Tenant].pk, "reports": a_file()})
    assert "Select a valid choice" in text_of(response)
    assert Report.objects.filter(tenant=theirs[Tenant]).count() == 1


@pytest.mark.parametrize("model", SCOPED)
def test_shows_people_without_a_tenant_nothing(
    model: type[Model], login: Login, ours: World
) -> None:
    client = login(with_every_permission(UserFactory.create()))
    response = client.get(page(model, "changelist"))
    assert "aardvark" not in text_of(response)
    rows = response.context["cl"].queryset
    assert not [row for row in rows if row in ours.values()]
    opened = client.get(page(model, "change", ours[model].pk))
    assert opened.status_code in {302, 403, 404}


@pytest.mark.parametrize("model", CASES)
def test_refuses_staff_without_permission(model: type[Model], login: Login, ours: World) -> None:
    client = login(ours[User])
    row = ours.get(model) or Group.objects.create(name="clerks")
    for address in (page(model, "changelist"), page(model, "add"), *addresses(model, row.pk)):
        response: Any = client.get(address)
        # The catch-all at the end of a model's pages only redirects to its change page.
        assert response.status_code == 403 or response.url.endswith("/change/"), address


@pytest.mark.parametrize("model", CASES)
def test_sends_those_who_are_no_staff_to_the_login(model: type[Model], ours: World) -> None:
    client = Client()
    client.force_login(UserFactory.create(is_staff=False, tenants=[ours[Tenant]]))
    response: Any = client.get(page(model, "changelist"))
    assert response.status_code == 302
    assert response.url.startswith("/admin/login/")


@pytest.mark.parametrize("model", sorted(FOR_SUPERUSERS, key=str))
def test_leaves_people_and_groups_to_superusers(
    model: type[Model], client: Client, login: Login, ours: World, theirs: World
) -> None:
    """Who may edit people may make themselves anything; and their names are other tenants'."""
    assert client.get(page(model, "changelist")).status_code == 403
    assert client.get(page(model, "add")).status_code == 403
    superuser = login(UserFactory.create(is_superuser=True))
    assert superuser.get(page(model, "changelist")).status_code == 200


@pytest.mark.parametrize("model", CASES)
def test_shows_superusers_everything(
    model: type[Model], login: Login, ours: World, theirs: World
) -> None:
    response = login(UserFactory.create(is_superuser=True)).get(page(model, "changelist"))
    assert response.status_code == 200
    if model not in {Group, Capability}:
        assert "aardvark" in text_of(response)
        assert "zebra" in text_of(response)


def a_file() -> Any:
    return SimpleUploadedFile("report.csv", b"anything")


def snapshot(rows: World) -> dict[type[Model], dict[str, Any]]:
    for row in rows.values():
        row.refresh_from_db()
    return {model: model_to_dict(row) for model, row in rows.items()}
