"""Labelled forms: annotated pages, our own gold, and contact forms made up for training."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from classifier.blocks import Page, segment
from classifier.blocks.parsing import parse
from classifier.files import read_bytes, read_records
from classifier.forms import form_candidates
from classifier.forms.controls import Control, ControlMap
from classifier.forms.features import FormTexts
from classifier.forms.types import TYPES, can_hold_comment

_TYPE_OF: Final = {
    "contact/comment": "contact",
    "search": "search",
    "login": "login",
    "registration": "registration",
    "password/login recovery": "recovery",
    "join mailing list": "newsletter",
    "order/add to cart": "order",
    "display options": "other",
    "poll": "other",
    "navigation": "other",
    "other": "other",
    "captcha": "other",
}
GOLD: Final = Path("gold/forms.jsonl")
SEED: Final = 7
_SYNTHETIC: Final = 800


@dataclass(frozen=True)
class LabelledForm:
    """A form with its type.

    Attributes
    ----------
    form : FormTexts
        The form.
    type : str
        One of `TYPES`.
    site : str
        Registered domain, or the page's id where the address is not known; one of its own for a synthetic form.
    page : str
        Page id.
    """

    form: FormTexts
    type: str
    site: str
    page: str


def site_of(url: str, fallback: str) -> str:
    """Name the site of an address, well enough to keep its pages in one fold.

    Parameters
    ----------
    url : str
        May be empty.
    fallback : str
        Used without an address.

    Returns
    -------
    str
        The last two labels of the host, three under a short second level ("co.uk").
    """
    labels = (urlsplit(url).hostname or "").split(".")
    if len(labels) < 2:
        return fallback
    n = 3 if len(labels[-2]) <= 3 and len(labels[-1]) == 2 else 2
    return ".".join(labels[-n:])


def read_page(data: Path, page: str) -> Page:
    """Read one page of the data by its id, ``set/name``."""
    folder, name = page.split("/")
    root, url = parse(read_bytes(data / folder / "html" / f"{name}.html.gz"))
    return segment(root, url)


def annotated_forms(data: Path) -> Iterator[tuple[dict[str, Any], ControlMap, list[tuple[dict[str, Any], int]]]]:
    """Yield the pages of the set ``forms``: gold line, controls, and each annotated form with its container.

    Parameters
    ----------
    data : Path
        Folder that holds ``forms``.

    Yields
    ------
    gold : dict
        Line of ``gold.jsonl``.
    controls : ControlMap
        Controls of the page.
    forms : list of tuple (dict, int)
        Forms whose container was found, by order or by the names of their fields.
    """
    for _, gold in read_records(data / "forms" / "gold.jsonl"):
        page = read_page(data, f"forms/{gold['id']}")
        controls = ControlMap(page)
        elements = [c for c, element in enumerate(page.elements) if element.tag == "form"]
        found = []
        for order, form in enumerate(gold["forms"]):
            names = set(form["fields"])
            ranked = sorted(elements, key=lambda c: -_overlap(page.elements[c], names))
            if len(elements) == len(gold["forms"]):
                found.append((form, elements[order]))
            elif names and ranked and _overlap(page.elements[ranked[0]], names) > 0.7:
                found.append((form, ranked[0]))
        yield gold, controls, found


def _overlap(form: Any, names: set[str]) -> float:
    own = {element.get("name") for element in form.iter("input", "select", "textarea", "button")}
    return len(own & names) / max(1, len(names))


def members_of(controls: ControlMap, container: int) -> list[Control]:
    """List the controls inside a container."""
    return [control for control in controls.controls if container in controls.chain(control.element)]


def load_examples(data: Path, gold: Path = GOLD) -> list[LabelledForm]:
    """Read all labelled forms.

    Parameters
    ----------
    data : Path
        Folder of labelled pages.
    gold : Path
        Types of forms by page and XPath, see ``gold/README.md``.

    Returns
    -------
    list of LabelledForm
        Real ones first, then synthetic comment forms.
    """
    by_page: dict[str, dict[str, str]] = {row["page"]: row["forms"] for _, row in read_records(gold)}
    examples = list(_from_forms(data, by_page))
    urls = _urls(data)
    for page_id, types in by_page.items():
        if not page_id.startswith("forms/"):
            examples.extend(_from_page(data, page_id, types, urls.get(page_id, "")))
    examples.extend(_synthetic())
    return examples


def _from_forms(data: Path, by_page: dict[str, dict[str, str]]) -> Iterator[LabelledForm]:
    for gold, controls, forms in annotated_forms(data):
        page = f"forms/{gold['id']}"
        for form, container in forms:
            kind = by_page.get(page, {}).get(form["type"]) or _TYPE_OF.get(form["type"])
            if kind in TYPES:
                texts = FormTexts.read(controls, container, members_of(controls, container))
                yield LabelledForm(texts, kind, site_of(gold["url"], page), page)


def _urls(data: Path) -> dict[str, str]:
    urls = {}
    for folder in ("wcxb-dev", "dragnet", "readability", "widgets"):
        for _, row in read_records(data / folder / "gold.jsonl"):
            page = row.get("page", "").replace("/html/", "/").removesuffix(".html.gz")
            urls[page or f"{folder}/{str(row['id']).rpartition('/')[2]}"] = row.get("url") or ""
    return urls


def _from_page(data: Path, page_id: str, types: dict[str, str], url: str) -> Iterator[LabelledForm]:
    page = read_page(data, page_id)
    controls = ControlMap(page)
    tree = page.root.getroottree()
    url = url or _own_address(page)
    for container, members in form_candidates(controls):
        kind = types.get(tree.getpath(page.elements[container]))
        if kind is None or kind == "?":
            continue
        form = FormTexts.read(controls, container, members)
        if kind == "other":
            kind = _kind_of_other(form)
        yield LabelledForm(form, kind, site_of(url, page_id), page_id)


def _own_address(page: Page) -> str:
    for link in page.root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and "//" in (link.get("href") or ""):
            return str(link.get("href"))
    action = next((e.get("action") for e in page.elements if "wp-comments-post" in (e.get("action") or "")), None)
    return page.meta.get("og:url") or action or ""


def _kind_of_other(form: FormTexts) -> str:
    """Split forms that are read as "not comments": most of them are contact forms or newsletters."""
    naming = " ".join(control.naming for control in form.controls)
    real = [c for c in form.controls if c.takes_text and not re.search("hp_|recaptcha", c.naming)]
    if not any(control.type == "textarea" for control in real) and "mail" in naming:
        return "newsletter"
    return "contact" if re.search("mail|name|phone", naming) else "other"


# Contact forms in the languages of the synthetic comment forms, so that a language alone says nothing:
# heading, name, subject, message, button.
_CONTACT_FORMS: Final = """
Contact us|Your name|Subject|Your message|Send message
Get in touch|Name|Phone|How can we help you?|Submit
Kontaktieren Sie uns|Ihr Name|Betreff|Ihre Nachricht|Nachricht senden
Contactez-nous|Votre nom|Sujet|Votre message|Envoyer
Contacto|Nombre|Asunto|Mensaje|Enviar mensaje
Fale conosco|Nome|Assunto|Mensagem|Enviar
Contattaci|Nome|Oggetto|Messaggio|Invia
Neem contact op|Naam|Onderwerp|Uw bericht|Verzenden
Skontaktuj się z nami|Imię|Temat|Wiadomość|Wyślij
Kontaktujte nás|Jméno|Předmět|Vaše zpráva|Odeslat
Свяжитесь с нами|Имя|Тема|Сообщение|Отправить
Зв'яжіться з нами|Ім'я|Тема|Повідомлення|Надіслати
Kontakta oss|Namn|Ämne|Meddelande|Skicka
Kontakt oss|Navn|Emne|Melding|Send
Kontakt os|Navn|Emne|Besked|Send besked
Ota yhteyttä|Nimi|Aihe|Viesti|Lähetä
Bize ulaşın|Adınız|Konu|Mesajınız|Gönder
Kapcsolat|Név|Tárgy|Üzenet|Küldés
Contactați-ne|Nume|Subiect|Mesaj|Trimite
Επικοινωνία|Όνομα|Θέμα|Μήνυμα|Αποστολή
Hubungi kami|Nama|Subjek|Pesan|Kirim
Liên hệ|Họ tên|Tiêu đề|Nội dung|Gửi
اتصل بنا|الاسم|الموضوع|الرسالة|إرسال
צור קשר|שם|נושא|הודעה|שליחה
हमसे संपर्क करें|नाम|विषय|संदेश|भेजें
联系我们|姓名|主题|留言内容|提交
聯絡我們|姓名|主旨|訊息|送出
お問い合わせ|お名前|件名|お問い合わせ内容|送信
문의하기|이름|제목|문의 내용|보내기
"""
_SYNTHETIC_SITE: Final = "synthetic "


def _synthetic() -> Iterator[LabelledForm]:
    """Make comment forms and, a third as many, contact forms. Each counts as a site of its own."""
    from lxml import html

    from classifier.augment import make_snippet

    rng = random.Random(SEED)
    lines = _CONTACT_FORMS.split("\n")[1:-1]
    for number in range(_SYNTHETIC):
        body = html.Element("body")
        heading = html.Element("p")
        heading.text = "..."
        body.append(heading)
        kind = "contact" if number % 4 == 0 else "comment"
        snippet = _contact_form(lines[number // 4 % len(lines)], rng) if kind == "contact" else None
        body.append(html.fromstring(snippet) if snippet else make_snippet("comment_form", rng))
        controls = ControlMap(segment(body))
        for container, members in form_candidates(controls):
            form = FormTexts.read(controls, container, members)
            if can_hold_comment(form):
                yield LabelledForm(form, kind, f"{_SYNTHETIC_SITE}{number}", "")


def _contact_form(line: str, rng: random.Random) -> str:
    title, name, subject, message, button = line.split("|")
    subject_field = f"<p>{subject} <input type=text></p>" if rng.random() < 0.6 else ""
    mail = f"<p>{rng.choice(['E-mail', 'Email *'])} <input type={rng.choice(['text', 'email'])}></p>"
    text = f"<p>{message} *<br><textarea></textarea></p>"
    fields = f"<p>{name} <input></p>{mail}{subject_field}{text}<button>{button}</button>"
    return f"<form method=post><h3>{title}</h3>{fields}</form>"


def is_real(example: LabelledForm) -> bool:
    """Tell a form of a real page from a synthetic one."""
    return not example.site.startswith(_SYNTHETIC_SITE)
