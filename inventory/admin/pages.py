"""A page with one form between a button and what it does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse

from inventory.models import Tenant


def form_page(
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    form: forms.Form,
    *,
    title: str,
    button: str,
    intro: str = "",
    action: str = "",
    script: str = "",
    size_limit: int | None = None,
    back: str = "",
) -> TemplateResponse:
    """The form on a page of its own; `action` keeps a list action and its chosen rows going.

    `script` shows the progress of an upload of files of at most `size_limit` bytes.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "opts": model_admin.opts,
        "form": form,
        "intro": intro,
        "button": button,
        "back": back or back_of(model_admin, request),
        "action": action,
        "script": script,
        "size_limit": size_limit,
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "select_across": request.POST.get("select_across", "0"),
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "offramp/form_page.html", context)


def back_of(model_admin: ModelAdmin[Any], request: HttpRequest) -> str:
    """Where nothing is done: the page of the row that the form is about, else the list."""
    name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}"
    match = request.resolver_match
    pk = match.kwargs.get("object_id") if match else None
    if pk is None:
        return f"{reverse(f'{name}_changelist')}{query_of(request)}"
    return reverse(f"{name}_change", args=[pk])


def query_of(request: HttpRequest) -> str:
    """A list's filters and its search."""
    return f"?{request.GET.urlencode()}" if request.GET else ""


def chosen_tenant(tenants: list[Tenant], pk: str) -> Tenant | None:
    """The tenant asked for among those that the person may see, else the first of them."""
    if not pk:
        return tenants[0] if tenants else None
    for tenant in tenants:
        if str(tenant.pk) == pk:
            return tenant
    raise Http404
