"""What the words of a subject say of the kind of what sent it. Pure.

Common words of the field in many languages, and names that products and devices say themselves.
"""

from __future__ import annotations

import re

from inventory.senders.shapes import known_host

MFP, APPLIANCE, APPLICATION = "mfp", "appliance", "application"
SCRIPT, CLIENT = "script", "client"

WORDS = {
    MFP: (
        r"scann?(ed|er|s|ning|ion\w*|ner\w*)?\b|\be?scan|gescan|skan|skann|numéris|numeris|escane|"
        r"digitali[sz]|scansion|copier|copieur|kopier|kopiark|fotocop|\bmfp|\bkmbt?|multifun|\bfax|"
        r"\bimagen\b|\bimages?\b|obraz|afbeelding|画像|読み?取|複合機|numériseur|"
        r"printer\b|\w*drucker\b|imprimante|impresora|impressora|stampante|drukark|tulosti|skriver\b|"
        r"skrivare|tiskárn|nyomtat|принтер|プリンタ|打印机|from (brn|npi|xrx|"
        r"mfp)|e-?studio|スキャン|扫描|掃描|스캔|скан|σάρωση|tarama|naskenov|beolvas|attached image"
    ),
    APPLIANCE: (
        r"\bups\b|\balert\b|\balarm\b|batter|\bvolume\b|degrad|\braid\b|"
        r"\bdisk (error|health|fail)|redundan|\bpsu\b|"
        r"\bfan\b|temperat|motion|camera|kamera|caméra|bewegung|firewall|"
        r"\[storage\]|storage pool|\bsmart\b|over-?heat|power (supply|restored|fail)|toner|"
        r"intrusion|\bvpn\b|link (up|down)|firmware|\bnas\b|\bnvr\b|strom|акб|電源|batería|"
        r"alarm[ae]?\b|alarmen|allarme|alerta|alerte|avería|averia|panne\b|défaut|fallo\b|störung|"
        r"storing\b|awari|usterk|guasto|異常|警報|故障|movim|mouvement|beweging|\bruch\b|動体|検知|"
        r"onduleur|zasilan|stroom|corrente|\bsai\b|停電|sensor|czujnik|capteur|センサ|temper|温度|"
        r"presión|pression|ciśnien|\bkwh\b|énergie|energía|energi|zähler|compteur|licznik|meter\b|"
        r"net dvr|line crossing|mains fail|utility power|generator|genset|agregat|bypass|overload|"
        r"meteo|weather|wetter|pogod|météo|calibrat|kalibr|étalonn|\bqc\b|analy[sz]er|inverter|"
        r"badge|acceso|accès|toegang|dostęp|zutritt|入退|door|puerta|\bporte\b|drzwi|\bdeur\b|ドア|"
        r"\d\s?(°|[ck]?wh\b|kw\b|m?bar\b|k?pa\b|m[³3](/h)?\b|l/(min|h)\b|rpm\b|ppm\b)|f(ü|ue)llst|"
        r"netwatch|etiquet|étiquet|label|cleaning required|\bgas\b|\bgaz\b|smoke|rauch|fumée|humo"
    ),
    APPLICATION: (
        r"ticket|\border\b|invoice|shipment|\[jira\]|\bproblem\b|\brecovery\b|\bis (up|down)\b|"
        r"resolved|\[(success|warning|"
        r"failed|error)\]|backup job|reminder|approved|request|confirmation|account|"
        r"password|welcome|delivery|newsletter|rechnung|bestellung|lieferung|factur|factuur|bestelling|bevestig|commande|"
        r"pedido|faktura|ordre\b|vraag|zamówien|注文|订单|請求|incident|subscription|assigned|"
        r"\[[^\]]{0,20}#\s?\d{3,}\]|#\d{4,}|reserva|réservation|rezerwac|afspraak|rendez-vous|"
        r"buchung|予約|contraseñ|mot de passe|hasł|wachtwoord|passwort|パスワード|signature|podpis|"
        r"handtekening|unterschrift|署名|recordatorio|przypomn|herinnering|relance|erinnerung|"
        r"kassen|kassarapport|\bcaisse\b|\bcaja\b|\bcassa\b|\btill\b|z-?(report|rapport|bon)\b|"
        r"(butik|filiale?|store|shop|tienda|magasin|sklep|negozio) (nr\.? ?)?\d|point of sale|"
        r"objednávk|dodací|rendelés|számla|comand[ăa]|factur[ăa]|avis d.expédition|potvrzení|"
        r"survey|enquête|encuesta|ankiet|umfrage|voice ?mail|message vocal|mensaje de voz|留守|"
        r"contact form|formul|livraison|lieferschein|delivery note|pakbon|albarán|"
        r"accusé de|bolla\b|ddt\b|fattura|ordine|conferma|preventivo|devis\b|angebot|offert|"
        r"quotation|mahnung|aanmaning|sollecito|ponagleni|wezwanie|upomínka|følgeseddel|följesedel|lasku\b|"
        r"tilaus|payment|paiement|\bpago\b|płatno|betaling|zahlung|送料|発送"
    ),
    SCRIPT: (
        r"report\b|extract|export|import\b|nightly|\bjob\b|heartbeat|\bsync\b|\blog\b|cron|batch|"
        r"reconcil|month-?end|summary|backup\b|licen[cs]e|expir|disk (space|report)|cleanup|"
        r"status\b|sicherung|bericht|sauvegarde|rapport|informe|zpráva|output of|completed|"
        r"finished|queue|etl\b|バックアップ|备份|copia de seguridad|kopia zapasowa|synchro|sincron|"
        r"synchron|ventas\b|sprzedaż|umsatz|verkoop|売上|日報|照合|caducad|expirant|wygasa|verlop|"
        r"zestawien|raport|certific|zertifik|espacio en disco|espace disque|speicherplatz|schijf"
    ),
}
PATTERNS = {kind: re.compile(words, re.IGNORECASE) for kind, words in WORDS.items()}
PRODUCT = re.compile(
    r"(?i)\s*(\[(success|warning|fail(ed|ure))\] \w|"
    r"\[(info|error|critical|ok)\] \w+ job\b|"
    r"\[(firing|alerting|resolved)(:\d+)?\]|\[\W* ?(up|down)\]|"
    r"\*\* (problem|recovery|acknowledgement|flapping)|"
    r"sql server (job|alert) system|vzdump backup|job completion status|"
    r".* - build # ?\d+ - |.* was executed at |.* wurde ausgeführt am |"
    r"scheduled refresh|asset checked|(re: )?[\w.\-]+ \| .*(\([!#]\d+\)|pipeline))"
)
"""How products write verdicts on jobs, alerts, builds and reports when nobody changes it."""
PRODUCTS = re.compile(
    r"(?i)\b(check_?mk|nagios|icinga|zabbix|prtg|grafana|alertmanager|librenms|observium|opmanager|"
    r"solarwinds|centreon|wazuh|graylog|splunk|bareos|bacula|nakivo|veeam|acronis|"
    r"commvault|arcserve|jenkins|build (failed|succeeded|broken) in|gitlab|bitbucket|teamcity|"
    r"uptime|proxmox|duplicati|urbackup|wsus|vcenter|sharepoint|snipe-it|papercut|"
    r"jira|confluence|redmine|otrs|znuny|zammad|glpi|freshdesk|zendesk|servicenow|topdesk|"
    r"nextcloud|owncloud|wordpress|typo3|joomla|moodle|mantisbt|bugzilla|odoo|datev|navision)\b"
)
"""Applications that say their names, whatever else they say."""
BOXES = re.compile(
    r"(?i)\b("
    r"idrac|ilo ?\d?|proliant|poweredge|imm2?|irmc|supermicro|fritz!?box|lancom|bintec|"
    r"draytek|mikrotik|routeros|unifi|ubiquiti|zyxel|tp-link|netgear|teltonika|sophos|"
    r"fortigate|fortinet|sonicwall|watchguard|pfsense|opnsense|securepoint|"
    r"barracuda|synology|diskstation|rackstation|qnap|readynas|truenas|freenas|terramaster|"
    r"asustor|hikvision|dahua|mobotix|milesight|axis camera|vivotek|eaton|vertiv|liebert|"
    r"riello|socomec|cyberpower|smart-ups|powerchute|rittal|netbotz|akcp|homematic|loxone|knx|"
    r"siedle|beckhoff|twincat|wago|simatic|moxa|sma|fronius|solaredge|victron|appliance"
    r")\b"
)
"""Devices that say their makers' or models' names."""
NAMES = {
    MFP: {"scan", "scanner", "scans", "mfp", "print", "printer", "copier", "kopier", "fax", "prn"},
    APPLIANCE: {"alarm", "alert", "ups", "nas", "nvr", "idrac", "ilo", "apc", "firewall", "fw",
                "camera", "cam", "pdu", "switch"},
    SCRIPT: {"svc", "service", "job", "jobs", "cron", "batch", "sql", "etl", "script", "task"},
}  # fmt: skip
"""What people put into the names of accounts."""
FIRST_NAME = re.compile(r"\W*([A-Za-z]{2,}[-_.]?\d+|[A-Za-z]+\d*(?:[-_][A-Za-z\d]+)+)(?![\w@])")
LOGIN = re.compile(r"\w+_\w+")
"""What a script calls accounts and tables, of which it may speak."""
DEVICES = {MFP, APPLIANCE}
"""Kinds of which a host's name says what it is; a server runs this and that."""
LETTERS = {MFP: "m", APPLIANCE: "d", APPLICATION: "a", SCRIPT: "s"}
SAYS_ITS_NAME, SAYS_ITS_MAKER = "p", "v"
REPLY = re.compile(
    r"(?i)\s*(re|aw|sv|antw|odp|vs|tr|fw|fwd|wg|rv|réf|回复|答复)\s*(\[\d+\])?\s*[:：]"
)
FORWARD = re.compile(r"(?i)\s*(tr|fw|fwd|wg|rv|转发|転送)\s*[:：]")


def hint(subject: str) -> str:
    """A letter for each kind that the subject's words speak for, `p` where an application says its
    name and `v` where a device says who made it; `r` for a reply, `rf` for what is forwarded."""
    if PRODUCT.match(subject) or PRODUCTS.search(subject):
        return LETTERS[APPLICATION] + SAYS_ITS_NAME
    kind_of_name = called(subject)
    subject = LOGIN.sub("", subject)
    found = [
        letter
        for kind, letter in LETTERS.items()
        if kind == kind_of_name or PATTERNS[kind].search(subject)
    ]
    if BOXES.search(subject):
        found.append(SAYS_ITS_MAKER)
    answer = "rf" if FORWARD.match(subject) else "r" if REPLY.match(subject) else ""
    return "".join(found) + answer


def called(subject: str) -> str:
    """The kind of device that the name says with which a subject begins, such as `gw-north:`."""
    first = FIRST_NAME.match(subject)
    known = known_host(first[1].lower()) if first else None
    return known.kind if known and known.kind in DEVICES else ""
