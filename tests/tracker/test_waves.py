from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from inventory.models import ApiToken, Tenant
from tests.factories import (
    NOW,
    TODAY,
    AccountFactory,
    CutoverFactory,
    DeadlineFactory,
    DeviceFactory,
    EventFactory,
    SenderFactory,
    SiteFactory,
    TenantFactory,
    UserFactory,
    WaveFactory,
)
from tracker.models import Cutover, Deadline, Wave
from tracker.reactions import react
from tracker.waves import members as waves
from tracker.waves.filters import FilterRefused, cleaned, matching
from tracker.waves.planning import plan

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def tenant() -> Tenant:
    Deadline.objects.all().delete()
    return TenantFactory.create()


def cutover_of(tenant: Tenant, **values: Any) -> Cutover:
    return CutoverFactory.create(item__tenant=tenant, due_on=None, **values)


def names(cutovers: Any) -> set[str]:
    return set(cutovers.values_list("item__name", flat=True))


def wave_of(cutover: Cutover) -> Wave | None:
    return Cutover.objects.get(pk=cutover.pk).wave


def due_of(cutover: Cutover) -> dt.date | None:
    return Cutover.objects.get(pk=cutover.pk).due_on


# -- the filter --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ([], "object of criteria"),
        ({"colour": ["red"]}, "no criterion colour"),
        ({"kind": ["toaster"]}, "toaster is none"),
        ({"site": [3]}, "values are texts"),
    ],
)
def test_refuses_what_is_no_filter(told: Any, why: str) -> None:
    with pytest.raises(FilterRefused, match=why):
        cleaned(told)


def test_keeps_a_filter_without_blanks_and_repetitions() -> None:
    told = {"site": ["Oslo", " ", "Oslo"], "kind": ["mfp"], "owner": [], "route": ""}
    assert cleaned(told) == {"kind": ["mfp"], "site": ["Oslo"], "route": [""]}


@pytest.mark.parametrize(
    ("criterion", "values"),
    [
        ("status", ["planned"]),
        ("route", ["oauth"]),
        ("kind", ["mfp"]),
        ("criticality", ["high"]),
        ("site", ["oslo"]),
        ("vendor", ["ricoh", "nobody"]),
        ("owner", ["Anna"]),
        ("tag", ["Lease"]),
        ("account", ["Scan@contoso.example"]),
    ],
)
def test_finds_by_each_criterion(tenant: Tenant, criterion: str, values: list[str]) -> None:
    wanted = cutover_of(
        tenant,
        status="planned",
        route="oauth",
        owner="anna",
        item__kind="mfp",
        item__criticality="high",
        item__site=SiteFactory.create(tenant=tenant, name="Oslo"),
        item__vendor="Ricoh",
        item__tags=["floor 2", "lease"],
    )
    account = AccountFactory.create(tenant=tenant, name="scan@contoso.example")
    SenderFactory.create(tenant=tenant, account=account, item=wanted.item)
    cutover_of(tenant, owner="", item__kind="appliance")
    wave = WaveFactory.create(tenant=tenant, filter={criterion: values})
    assert names(matching(wave)) == {wanted.item.name}


def test_takes_an_account_for_what_it_is_itself(tenant: Tenant) -> None:
    account = AccountFactory.create(tenant=tenant, name="fax@contoso.example")
    CutoverFactory.create(item=account)
    wave = WaveFactory.create(tenant=tenant, filter={"account": ["fax@contoso.example"]})
    assert names(matching(wave)) == {"fax@contoso.example"}


def test_wants_all_criteria_at_once_and_nothing_of_other_tenants(tenant: Tenant) -> None:
    both = cutover_of(tenant, owner="anna", route="hve")
    cutover_of(tenant, owner="anna")
    CutoverFactory.create(owner="anna", route="hve")
    wave = WaveFactory.create(tenant=tenant, filter={"owner": ["anna"], "route": ["hve"]})
    assert names(matching(wave)) == {both.item.name}
    assert not matching(WaveFactory.create(tenant=tenant)).exists()


# -- who is in ---------------------------------------------------------------------------------


def test_takes_in_what_is_opened_later(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, filter={"kind": ["mfp"]}, due_on=TODAY + 9 * DAY)
    item = DeviceFactory.create(tenant=tenant)
    react([EventFactory.create(tenant=tenant, kind="report.read")], NOW)
    cutover = Cutover.objects.get(item=item)
    assert (cutover.wave, cutover.due_on) == (wave, wave.due_on)


def test_takes_in_what_a_link_has_opened(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, filter={"kind": ["mfp"]})
    item = DeviceFactory.create(tenant=tenant)
    event = EventFactory.create(tenant=tenant, kind="item.linked", data={"item_id": item.pk})
    react([event], NOW)
    assert Cutover.objects.get(item=item).wave == wave


def test_never_steals_what_a_person_placed(tenant: Tenant) -> None:
    by_hand, by_filter = WaveFactory.create_batch(2, tenant=tenant)
    placed, taken_out, free = (cutover_of(tenant) for _ in range(3))
    waves.place([placed], by_hand, TODAY)
    waves.place([taken_out], None, TODAY)
    by_filter.filter = {"kind": ["mfp"]}
    by_filter.save()
    waves.saved(by_filter, TODAY)
    assert (wave_of(placed), wave_of(taken_out), wave_of(free)) == (by_hand, None, by_filter)


def test_takes_nothing_from_an_earlier_wave_and_nothing_that_is_closed(tenant: Tenant) -> None:
    late = WaveFactory.create(tenant=tenant, filter={"kind": ["mfp"]}, due_on=TODAY + 20 * DAY)
    early = WaveFactory.create(tenant=tenant, filter={"kind": ["mfp"]}, due_on=TODAY + 10 * DAY)
    cutover, closed = cutover_of(tenant), cutover_of(tenant, status="verified")
    assert waves.fill([tenant], TODAY) == 1
    assert (wave_of(cutover), wave_of(closed)) == (early, None)
    waves.saved(late, TODAY)
    assert wave_of(cutover) == early


def test_lets_go_what_a_changed_filter_does_not_ask_for(tenant: Tenant) -> None:
    DeadlineFactory.create(on=TODAY + 40 * DAY, lead_days=5)
    wave = WaveFactory.create(tenant=tenant, filter={"owner": ["anna"]})
    anna = cutover_of(tenant, owner="anna", deadline=Deadline.objects.get())
    ben, by_hand = cutover_of(tenant, owner="ben"), cutover_of(tenant, owner="carl")
    waves.place([by_hand], wave, TODAY)
    waves.saved(wave, TODAY)
    assert (wave_of(anna), wave_of(ben)) == (wave, None)
    wave.filter = {"owner": ["ben"]}
    wave.save()
    waves.saved(wave, TODAY)
    assert (wave_of(anna), wave_of(ben), wave_of(by_hand)) == (None, wave, wave)
    assert due_of(anna) == TODAY + 35 * DAY


def test_keeps_who_has_moved_on_since(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, filter={"status": ["discovered"], "kind": ["mfp"]})
    cutover = cutover_of(tenant)
    waves.saved(wave, TODAY)
    Cutover.objects.update(status="assessed")
    waves.saved(wave, TODAY)
    assert wave_of(cutover) == wave


def test_frees_its_members_when_it_is_dissolved(tenant: Tenant) -> None:
    first, second = WaveFactory.create_batch(2, tenant=tenant)
    cutover = cutover_of(tenant)
    waves.place([cutover], first, TODAY)
    second.filter = {"kind": ["mfp"]}
    second.save()
    waves.dissolve(first, TODAY)
    assert wave_of(cutover) == second


def test_places_nothing_into_another_tenants_wave(tenant: Tenant) -> None:
    cutover = cutover_of(tenant)
    assert waves.place([cutover], WaveFactory.create(), TODAY) == 0
    assert wave_of(cutover) is None


# -- due dates ---------------------------------------------------------------------------------


def test_is_due_with_its_wave_unless_a_person_chose_a_date(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, due_on=TODAY + 9 * DAY)
    follows, planned = cutover_of(tenant), cutover_of(tenant)
    planned.due_on = TODAY + 3 * DAY
    plan(planned, ["due_on"], TODAY)
    waves.place([follows, planned], wave, TODAY)
    assert (due_of(follows), due_of(planned)) == (TODAY + 9 * DAY, TODAY + 3 * DAY)
    wave.due_on = TODAY + 12 * DAY
    wave.save()
    waves.saved(wave, TODAY)
    assert (due_of(follows), due_of(planned)) == (TODAY + 12 * DAY, TODAY + 3 * DAY)


def test_moves_no_date_that_a_person_chose_meanwhile(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, due_on=TODAY + 9 * DAY)
    cutover = cutover_of(tenant, wave=wave)
    found = list(waves.members_of(wave))
    cutover.due_on = TODAY
    plan(cutover, ["due_on"], TODAY)
    assert waves.keep_dates(found, TODAY) == 0
    assert due_of(cutover) == TODAY


def test_follows_its_wave_again_when_the_date_is_taken_away(tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant, due_on=TODAY + 9 * DAY)
    cutover = cutover_of(tenant, wave=wave)
    for due_on in (TODAY, None):
        cutover.due_on = due_on
        plan(cutover, ["due_on"], TODAY)
    assert due_of(cutover) == wave.due_on


def test_plans_without_undoing_a_move_made_meanwhile(tenant: Tenant) -> None:
    cutover = cutover_of(tenant)
    Cutover.objects.update(status="assessed")
    cutover.owner = "anna"
    plan(cutover, ["owner"], TODAY)
    cutover.refresh_from_db()
    assert (cutover.status, cutover.owner) == ("assessed", "anna")


def test_warns_of_a_wave_that_is_due_after_the_binding_deadline(tenant: Tenant) -> None:
    deadline = DeadlineFactory.create(on=TODAY + 10 * DAY, name="Freeze")
    late = WaveFactory.create(tenant=tenant, due_on=TODAY + 11 * DAY)
    in_time = WaveFactory.create(tenant=tenant, due_on=TODAY + 10 * DAY)
    assert waves.warning(late, deadline) == (
        "It is due 1 day after the binding deadline of 2026-12-04: Freeze."
    )
    assert waves.warning(in_time, deadline) == waves.warning(late, None) == ""


# -- the API -----------------------------------------------------------------------------------


@pytest.fixture
def api(tenant: Tenant) -> APIClient:
    _, token = ApiToken.objects.create(
        user=UserFactory.create(tenants=[tenant]), name="t", scope=ApiToken.Scope.WRITE
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


def made(api: APIClient, tenant: Tenant, **values: Any) -> Any:
    told = {"tenant": tenant.pk, "name": "Pilot", "start_on": "2026-11-01", "due_on": "2026-12-10"}
    return api.post("/api/v1/waves", told | values, format="json")


def test_makes_changes_and_deletes_waves(api: APIClient, tenant: Tenant) -> None:
    cutover = cutover_of(tenant, owner="anna")
    answer = made(api, tenant, filter={"owner": ["anna"]})
    assert answer.status_code == 201, answer.content
    url = f"/api/v1/waves/{answer.json()['id']}"
    assert api.get(url).json()["cutover_count"] == 1
    assert api.get("/api/v1/cutovers", {"wave": answer.json()["id"]}).json()["results"]
    assert api.patch(url, {"filter": {}}, format="json").json()["cutover_count"] == 0
    assert wave_of(cutover) is None
    assert api.delete(url).status_code == 204
    assert not Wave.objects.exists()


@pytest.mark.parametrize(
    ("values", "attr"),
    [
        ({"due_on": "2026-10-01"}, "due_on"),
        ({"filter": {"kind": ["toaster"]}}, "filter"),
        ({"goal_percent": 0}, "goal_percent"),
        ({"goal_percent": 101}, "goal_percent"),
    ],
)
def test_refuses_waves_that_make_no_sense(
    api: APIClient, tenant: Tenant, values: dict[str, Any], attr: str
) -> None:
    answer = made(api, tenant, **values)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"].startswith(attr)


def test_asks_a_session_for_the_permission_of_the_deed(tenant: Tenant) -> None:
    person = UserFactory.create(tenants=[tenant])
    person.user_permissions.add(Permission.objects.get(codename="change_wave"))
    client = APIClient()
    client.force_authenticate(person)
    url = f"/api/v1/waves/{WaveFactory.create(tenant=tenant).pk}"
    assert client.patch(url, {"goal": "all"}, format="json").status_code == 200
    assert client.delete(url).status_code == 403
    assert made(client, tenant).status_code == 403


def test_refuses_a_second_wave_of_the_name(api: APIClient, tenant: Tenant) -> None:
    assert made(api, tenant).status_code == 201
    assert made(api, tenant).status_code == 400


def test_places_by_the_api_within_the_tenant_alone(tenant: Tenant) -> None:
    person = UserFactory.create(is_superuser=True)
    client = APIClient()
    client.force_authenticate(person)
    cutover, wave = cutover_of(tenant), WaveFactory.create(tenant=tenant)
    url = f"/api/v1/cutovers/{cutover.pk}"
    refused = client.patch(url, {"wave": WaveFactory.create().pk}, format="json")
    assert "another tenant" in refused.content.decode()
    assert client.patch(url, {"wave": wave.pk}, format="json").json()["due_on"] == "2026-12-20"
    assert Cutover.objects.get(pk=cutover.pk).is_wave_chosen


def test_tells_the_burn_up_with_its_forecast(api: APIClient, tenant: Tenant) -> None:
    pk = made(api, tenant).json()["id"]
    waves.place([cutover_of(tenant)], Wave.objects.get(pk=pk), TODAY)
    answer = api.get(f"/api/v1/waves/{pk}/burn-up").json()
    assert (answer["total"], answer["goal"]) == (1, 1)
    assert answer["points"][0] == {"day": "2026-11-01", "planned": 0.0, "done": 0, "proven": 0}
    assert answer["prospect"]["forecast"]["outlook"] in ("cannot_say", "stalled")


# -- the pages ---------------------------------------------------------------------------------


@pytest.fixture
def browser(client: Client) -> Client:
    client.force_login(UserFactory.create(is_superuser=True))
    return client


def test_saves_a_wave_with_its_filter_from_the_form(browser: Client, tenant: Tenant) -> None:
    cutover = cutover_of(tenant, owner="anna")
    DeadlineFactory.create(on=TODAY + 300 * DAY, name="Freeze")
    told = {
        "tenant": tenant.pk,
        "name": "Pilot",
        "start_on": "2026-11-01",
        "due_on": "2027-12-10",
        "goal_percent": 90,
        "of_owner": "anna, ben",
        "of_status": ["discovered", "assessed"],
    }
    page = browser.post(reverse("admin:tracker_wave_add"), told, follow=True)
    wave = Wave.objects.get()
    assert wave.filter == {"status": ["discovered", "assessed"], "owner": ["anna", "ben"]}
    assert wave_of(cutover) == wave
    assert "after the binding deadline" in page.content.decode()
    shown = browser.get(reverse("admin:tracker_wave_change", args=[wave.pk])).content.decode()
    assert 'value="anna, ben"' in shown


def test_draws_the_burn_up(browser: Client, tenant: Tenant) -> None:
    wave = WaveFactory.create(tenant=tenant)
    url = reverse("admin:tracker_wave_burn_up", args=[wave.pk])
    assert "No cutover is in this wave yet" in browser.get(url).content.decode()
    waves.place([cutover_of(tenant)], wave, TODAY)
    text = browser.get(url).content.decode()
    assert '<polyline class="done" points="' in text
    assert "The burn-up in numbers" in text


def test_puts_chosen_cutovers_into_a_wave(browser: Client, tenant: Tenant) -> None:
    wave, cutover = WaveFactory.create(tenant=tenant), cutover_of(tenant)
    stranger = CutoverFactory.create()
    told = {
        "action": "place_selected",
        "_selected_action": [cutover.pk, stranger.pk],
        "confirmed": "yes",
        "wave": wave.pk,
    }
    page = browser.post(reverse("admin:tracker_cutover_changelist"), told, follow=True)
    assert f"1 of 2 are now in {wave}" in page.content.decode()
    assert (wave_of(cutover), wave_of(stranger)) == (wave, None)
