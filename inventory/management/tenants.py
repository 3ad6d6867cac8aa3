from django.core.management.base import CommandError, CommandParser

from inventory.models import Tenant


def add_tenant_argument(parser: CommandParser) -> None:
    parser.add_argument("--tenant", required=True, metavar="NAME", help="the tenant's name")


def tenant_named(name: str) -> Tenant:
    """The tenant; raises CommandError with the names there are."""
    tenant = Tenant.objects.filter(name=name).first()
    if tenant is None:
        names = ", ".join(Tenant.objects.values_list("name", flat=True)) or "none yet"
        raise CommandError(f"no tenant is called {name!r} (there are: {names})")
    return tenant
