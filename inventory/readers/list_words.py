"""What people call the columns of their lists, in the languages they keep them in.

Folded: no case, no accents, no spaces or marks. For each field the surest name first; names of
more than four letters are found inside longer ones too.
"""

from __future__ import annotations

Words = dict[str, list[str]]


def split(texts: dict[str, str]) -> Words:
    return {field: text.split() for field, text in texts.items()}


DEVICES = split(
    {
        "mac_address": """
        macaddress macadresse adressemac direccionmac indirizzomac macadres hardwareaddress
        hardwareadresse physicaladdress physikalischeadresse mac ethernetaddress macaddresses
        enderecomac macosoite adresmac clientid uniqueid eindeutigeid macadr machineaddress
        chaddr hwaddress hwaddr lladdr networkmac wifimac wirelessmac ethernetmac lanmac
    """,
        "serial_number": """
        serialnumber serialno serialnr serial seriennummer seriennr numerodeserie nserie noserie
        numerodiserie serienummer serienr numerserii serie sn devserial snumber sernum
        fabrikationsnummer numerodeserial sarjanumero serialnum machineserial
    """,
        "host_name": """
        hostname hostnavn vertsnavn nomdhote nomhote rechnername computername netzwerkname
        nombredehost nombrehost hostnaam nomehost dnsname fqdn hostip iphostname systemname
        nombredelequipo nomdelordinateur computernaam dnshostname networkname netbiosname
        machinename uhostname varmennimi nazwahosta host dns
    """,
        "address": """
        ipaddress ipadresse adresseip direccionip indirizzoip ipadres ipv4address ipv4adresse
        primaryipv4 primaryip ipv4 ipaddr clientipaddress clientipadresse ip iposoite
        enderecoip adresip lanip lanaddress managementip mgmtip internalip ipv4addr ipaddresses
        networkaddress ipv6address primaryipv6
    """,
        "vendor": """
        manufacturer vendor hersteller fabricant fabricante produttore fabrikant make brand
        marke marque marca merk costruttore fabrikat producent valmistaja produsent leverandor
        tillverkare leverantor manufacturername makername
    """,
        "model": """
        model modell modele modelo modello devicemodel modelname modellname modelnumber modelno
        produkt productname producttype devicetype modelid modelltyp geratemodell
        typenbezeichnung modellbezeichnung malli partnumber product
        type typ tipo
    """,
        "site_name": """
        site sitename standort standortname sitecode emplacement lieu ubicacion sede locatie
        location locationname filiale agence branch branchname niederlassung sucursal vestiging
        plant werk office lokalizacja lokasjon lokation plats toimipaikka campus devicelocation
        contactlocation building gebaude batiment
    """,
        "account": """
        senderaddress sendingaddress fromaddress smtpuser smtpusername smtpaccount smtpaddress
        absenderadresse absender adresseexpediteur expediteur remitente mittente afzender
        deviceemail scanaddress scanemail emailfrom mailfrom sender smtplogin mailaccount
        emailofthedevice devicemail printeremail serviceaccount
    """,
        "owner": """
        owner ownedby eigentumer besitzer verantwortlich verantwortlicher proprietaire
        responsable responsabile proprietario propietario eigenaar assignedto primaryuserupn
        checkedoutto zustandig eier ansvarlig ansvarig vastuuhenkilo wlasciciel usager
        utilisateur benutzer username user primaryuser lastuser
    """,
        "contact": """
        contact contactname technicalcontact ansprechpartner kontakt kontaktperson contacto
        contatto contactpersoon systemcontact supportgroup contactemail email mail emailaddress
        emailadresse courriel adressemail correo
    """,
        "status": """
        status state zustand statut etat estado stato toestand installstatus operationalstatus
        lifecycle lifecyclestatus addressstate tilstand devicestatus betriebsstatus tila
    """,
        "kind": """
        devicerole role rolle kind devicekind category assettype kategorie categorie categoria
        sysclassname assetcategory ciclass type typ tipo class klasse geratetyp geratetype art
        soort gerateart
    """,
        "name": """
        name assetname devicename displayname bezeichnung geratename nom nome nombre naam navn
        namn printername druckername label title ciname objectname nomdelequipement equipo
        geratebezeichnung machine device gerat laite nazwa printer drucker imprimante impresora
        assettag asset
    """,
    }
)
SITES = split(
    {
        "networks": """
        egresscidrs egressnetworks egressnetwork egresscidr egressips egressip egress publicips
        publicip publicipaddress publicnetwork publicnetworks publicaddress offentlicheip
        offentlicheipadresse offentlichesnetz ippublique adressepublique ippublica ippubblico
        publiekip wanip wanips wanaddress wan externalip externalips externeip
        natip natpool nataddress outboundip outboundips internetip breakout breakoutip
        networks cidrs cidr ipranges iprange netze netz reseau reseaux red rete netwerk subnet
        prefix ipaddress ipadresse
    """,
        "name": """
        sitename site standort standortname nomdusite lieu sede ubicacion locationname location
        locatie vestiging filiale agence branch branchname niederlassung sucursal office
        officename plant werk campus lokasjon lokation plats toimipaikka lokalizacja name
        bezeichnung nom nombre nome naam navn namn nazwa
    """,
        "code": """
        sitecode code standortcode standortkurzel kurzel kennung codesite codigo codice locationcode
        siteid shortname abbreviation abkurzung officecode branchcode kode slug
    """,
        "city": """
        city town ort stadt ville ciudad citta stad plaats cidade by kommune kaupunki miasto
        municipality
    """,
        "country": """
        country countrycode land landercode landeskennung pays pais paese iso iso2 countryiso maa
        kraj
    """,
        "notes": """
        notes note remark remarks comment comments bemerkung bemerkungen kommentar anmerkung
        remarque commentaire notas comentario osservazioni opmerking opmerkingen description
        beschreibung merknad huomautus uwagi
    """,
    }
)
BARE_NAMES = {"name", "bezeichnung", "nom", "nombre", "nome", "naam", "navn", "namn", "nazwa"}
"""Of anything: customers and people have names, cities and countries as well."""
TRAFFIC = {
    *("messageid", "internetmessageid", "networkmessageid", "messagetraceid", "subject", "betreff"),
    *("messagesubject", "recipientaddress", "recipientstatus", "recipients", "recipient"),
    *("receiveddatetime", "origintimestamputc", "datetimeutc", "eventid", "authmethod"),
    *("authenticationprotocol", "tlsversion", "messagessent", "clientappused", "clientapp"),
    *("useragent", "signinerrorcode", "correlationid", "messagecount", "senderdomain"),
    *("smtpclientauthenticationdisabled", "primarysmtpaddress", "totalbytes", "originalclientip"),
    *("sendername", "returnpath", "fromip", "toip", "createddatetime", "requestid"),
    *("conditionalaccess", "authenticationrequirement", "incomingtokentype", "resourceid"),
    *("multifactorauth", "tokenprotection", "authenticationdetails", "authenticationprotocol"),
}
"""Columns of messages, sign-ins and mailboxes: what has one is no list of devices."""
