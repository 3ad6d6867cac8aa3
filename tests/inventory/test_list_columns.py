"""What columns are taken for: the exports people have, by their headers and a row or two."""

from __future__ import annotations

import pytest

from inventory.readers.grids import Grid
from inventory.readers.list_fields import Guess, guess

MAC = "00:20:00:aa:bb:0"
DEVICES = {
    "a print server's fleet": (
        "Device Model,IP Hostname,IP Address,Hardware Address,Serial Number,Location,Contact",
        "LaserJet {n},npi{n}.x.example,10.1.1.{n},3872622BDC8{n},CNB123456{n},Floor {n},Help",
        "model host_name address mac_address serial_number site_name contact",
    ),
    "an agentless scanner": (
        "AssetName,Domain,IPAddress,Mac,Manufacturer,Model,Serialnumber,Username,Assettype,State",
        f"PRN-0{{n}},CORP,10.1.1.{{n}},{MAC}{{n}},Ricoh,IM C300{{n}},310{{n}},ann,Printer,Active",
        "host_name - address mac_address vendor model serial_number owner kind status",
    ),
    "a French help desk": (
        "Nom,Statut,Fabricant,Numéro de série,Type,Modèle,Lieu,Usager,Adresse IP,Adresse MAC",
        f"imp-0{{n}},En service,Xerox,X{{n}},MFP,C40{{n}},Lyon,Petit,10.1.1.{{n}},{MAC}{{n}}",
        "host_name status vendor serial_number kind model site_name owner address mac_address",
    ),
    "a cloud CMDB's columns": (
        "name,sys_class_name,serial_number,ip_address,manufacturer,model_id,assigned_to,owned_by",
        "prn-{n},Printer,S{n},10.1.1.{n},HP,M48{n},Ann Smith,",
        "host_name kind serial_number address vendor model owner -",
    ),
    "Windows DHCP leases": (
        "IPAddress,ScopeId,AddressState,ClientId,HostName,LeaseExpiryTime",
        "10.1.1.{n},10.1.1.0,Active,00-20-00-aa-bb-0{n},prn{n}.x.example,11/24/2026 7:15:0{n} AM",
        "address - status mac_address host_name -",
    ),
    "addresses of an IPAM": (
        "IP Address,VRF,Status,Role,Tenant,DNS name",
        "10.1.1.{n}/24,,Active,,,prn{n}.x.example",
        "address - status kind - host_name",
    ),
    "a Spanish list": (
        "Nombre,Fabricante,Modelo,Número de serie,Dirección IP,Ubicación,Responsable,Estado",
        "imp-{n},HP,M,S{n},10.1.1.{n},Madrid,Juan,Activo",
        "host_name vendor model serial_number address site_name owner status",
    ),
    "a Norwegian list": (
        "Navn,Produsent,Modell,Serienummer,MAC-adresse,IP-adresse,Lokasjon,Eier",
        f"skriver-{{n}},HP,M,S{{n}},{MAC}{{n}},10.1.1.{{n}},Oslo,Kari",
        "host_name vendor model serial_number mac_address address site_name owner",
    ),
}
SITES = {
    "plain words": (
        "Location,Town,Static IP",
        "Office {n},Leeds,198.51.100.{n}",
        "name city networks",
    ),
    "a provider's list": (
        "Branch,ISP,WAN IP,LAN subnet",
        "Leeds {n},BT,198.51.100.{n}/32,10.{n}.1.0/24",
        "name - networks -",
    ),
    "a French list": (
        "Agence,Ville,Pays,IP publique",
        "Lyon {n},Lyon,FR,203.0.113.{n}",
        "name city country networks",
    ),
    "places alone": ("Standort,Kürzel,Ort,Land", "Werk {n},W{n},Bonn,DE", "name code city country"),
}
NONE = {
    "people": ("Name,City,Country,Email", "Ann {n},Leeds,GB,ann{n}@x.example"),
    "customers": ("Name,City,Country", "Acme {n},Leeds,GB"),
    "a firewall's log": (
        "Time,Source,Destination,Port,Action",
        "2026-11-0{n},10.1.1.{n},a,587,yes",
    ),
}
UNSURE = {
    "invoices": ("Invoice,Date,Customer,Amount,Location", "A-100{n},2026-01-0{n},Acme,10,Leeds"),
    "projects": ("Name,Location", "Project-{n},Leeds"),
    "licences": ("Display name,Mail,Licences,Location", "Ann {n},ann{n}@x.example,E3,GB"),
}


def guessed(header: str, row: str) -> Guess | None:
    rows = [(n + 1, row.format(n=n).split(",")) for n in range(1, 5)]
    return guess(Grid(header.split(","), rows))


@pytest.mark.parametrize("name", DEVICES)
def test_knows_a_list_of_devices(name: str) -> None:
    header, row, fields = DEVICES[name]
    want = ["" if field == "-" else field for field in fields.split()]
    assert guessed(header, row) == Guess("known_devices", want, is_sure=True)


@pytest.mark.parametrize("name", SITES)
def test_knows_a_list_of_sites(name: str) -> None:
    header, row, fields = SITES[name]
    want = ["" if field == "-" else field for field in fields.split()]
    assert guessed(header, row) == Guess("known_sites", want, is_sure=True)


@pytest.mark.parametrize("name", NONE)
def test_takes_no_other_list(name: str) -> None:
    assert guessed(*NONE[name]) is None


def test_takes_lines_with_times_and_no_header_for_no_list() -> None:
    rows = [[f"2026-11-0{n} 07:00:00", f"mfp-{n}", f"10.1.1.{n}"] for n in range(1, 5)]
    names = ["column 1", "column 2", "column 3"]
    assert guess(Grid(names, list(enumerate(rows)))) is None
    assert guess(Grid(names[1:], [(n, row[1:]) for n, row in enumerate(rows)])) is not None


@pytest.mark.parametrize("name", UNSURE)
def test_is_not_sure_of_what_only_looks_alike(name: str) -> None:
    found = guessed(*UNSURE[name])
    assert found is None or not found.is_sure
