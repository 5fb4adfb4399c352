"""What each field of a form is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from classifier.forms.controls import tokens_of
from classifier.forms.telling import is_challenge_control, is_honeypot_name, is_scripted
from classifier.forms.words import COMMENT_STEM, HONEYPOT
from classifier.sieve import Sieve

if TYPE_CHECKING:
    from classifier.challenges import Challenge
    from classifier.forms.controls import Control, ControlMap

_may_trap: Final = Sieve(HONEYPOT)
ROLES: Final = (
    "comment text",
    "name",
    "email",
    "website",
    "subject",
    "phone",
    "organization",
    "captcha",
    "honeypot",
    "security question",
    "consent",
    "rating",
    "file",
    "password",
    "username",
    "search",
    "submit",
    "hidden",
    "other",
)

_KINDS: Final = tuple(
    (role, re.compile(pattern, re.IGNORECASE))
    for role, pattern in (
        (
            "search",
            r"\bsearch|\bquery\b|\bkeywords?\b|^q\b|^s$|suche|buscar|recherch|\bcerca\b|szukaj|hledat|поиск|検索|搜索",
        ),
        (
            "email",
            r"e-?_?mail|correo|courriel|почт|имейл|メール|邮箱|郵件|郵箱|이메일|ایمیل|البريد|דוא|posta\b"
            r"|sähköposti|epost|e-?pasts",
        ),
        (
            "website",
            r"\burl\b|website|web[-_ ]?sit|homepage|home ?page|\bsite\b|web\b|webseite|сайт|página web|sito|网站"
            r"|網址|ウェブ|サイト|웹사이트|سایت|"
            r"موقع|strona|stránk|internetsid|hjemmeside|weboldal|kotisivu|verkkosivu|nettsted|webbplats|ιστό|אתר",
        ),
        (
            "subject",
            r"subject|titel?\b|\btitle\b|betreff|asunto|assunto|oggetto|onderwerp|objet\b|sujet|тема|заголов"
            r"|emne|temat|předm|件名|主题|标题|제목|موضوع|θέμα|konu\b|ämne",
        ),
        ("phone", r"phone|telef|\btel(?:nr|no)?\b|\bmobile?\b|телефон|téléphone|handy|電話|电话|전화|تلفن|هاتف|τηλέ"),
        ("organization", r"compan|organi[sz]|firma|société|empresa|azienda|bedrijf|компани|организац|会社|公司"),
        ("username", r"user ?name|\blogin\b|benutzername|usuario|identifiant|логин|\buser\b"),
        (
            "name",
            r"name|author|autor|nom\b|nombre|nome\b|имя|имени|ім['’]?я|jméno|meno\b|imię|nimi\b|navn|namn|isim"
            r"|\bad[ıi]\b|név|nume\b|ime\b|όνομα|vardas|"
            r"名前|氏名|姓名|昵称|名稱|이름|نام|الاسم|اسم|שם|tên|nama|nick|pseudo|vorname|naam|имe|who",
        ),
    )
)
_MESSAGE: Final = re.compile(
    r"\b(?:message|messag|nachricht|mensaje|mensagem|messaggio|bericht|review|feedback|opinion|wiadomość|zpráva"
    r"|üzenet|"
    r"mesaj|viesti|сообщение)\b|μήνυμα|留言|内容|رسالة"
)
_TOPIC: Final = re.compile(
    r"subject|topic|betreff|asunto|assunto|oggetto|onderwerp|objet|sujet|тема|emne|temat|předmět", re.IGNORECASE
)
_CONSENT: Final = re.compile(
    r"consens|confirm|policy|\btos\b|accett|acept|aceit|ricever|permiss|offers?\b|promo|sms\b|consent|cookies"
    r"|notify|subscri|agree|terms|privacy|gdpr|dsgvo|datenschutz|follow|newsletter|accept|rgpd"
    r"|confidential|akzept|einverstand|zgod|"
    r"souhlas|согла|remember|merken|save|benachrichtig|updates|receive|opt[-_]?in|checkbox|mail",
    re.IGNORECASE,
)
_RATING: Final = re.compile(r"rating|stars?\b|\brate\b|bewertung|note\b|valora|score|vote", re.IGNORECASE)
_MAX_LABEL: Final = 200


def field_label(controls: ControlMap, control: Control) -> str:
    """Text that a reader sees as the name of a field.

    Parameters
    ----------
    controls : ControlMap
        Controls of the page.
    control : Control
        One of them.

    Returns
    -------
    str
        From ``<label>``, ``aria-label``, the button's own text, the placeholder, or the text before the field; may be
        empty.
    """
    element = control.element
    if control.type in ("submit", "image"):
        text = element.get("value") or " ".join("".join(element.itertext()).split()) or element.get("alt") or ""
        return " ".join(text.split())[:_MAX_LABEL]
    label = _label_element(controls, control)
    if label is not None:
        text = " ".join("".join(part for part in label.itertext("*") if part).split())
        if text:
            return text[:_MAX_LABEL]
    for name in ("aria-label", "placeholder", "title"):
        if element.get(name):
            return " ".join(element.get(name).split())[:_MAX_LABEL]
    return _text_beside(controls, control)


def _label_element(controls: ControlMap, control: Control) -> Any:
    own_id = control.element.get("id")
    if own_id:
        found = controls.labels.get(own_id)
        if found is not None:
            return found
    for step, ancestor in enumerate(control.element.iterancestors()):
        if ancestor.tag == "label":
            return ancestor
        if step > 3:
            break
    return None


def _text_beside(controls: ControlMap, control: Control) -> str:
    page = controls.page
    for container in controls.chain(control.element)[:2]:
        if controls.fillable_in(container) == 1:
            text = " ".join(page.texts[b] for b in range(page.first[container], page.last[container]))
            if text:
                return text[:_MAX_LABEL] if len(text) <= _MAX_LABEL else ""
    before = control.position - 1
    if before >= 0 and len(page.texts[before]) <= 60:
        return page.texts[before] if controls.stands_alone(control) else ""
    return ""


def field_role(controls: ControlMap, control: Control, challenge: Challenge | None = None) -> str:
    """Tell what a field is for.

    Parameters
    ----------
    controls : ControlMap
        Controls of the page.
    control : Control
        One of them.
    challenge : Challenge, optional
        The challenge that the field answers, if any.

    Returns
    -------
    str
        One of `ROLES`.
    """
    if control.type in ("submit", "image"):
        return "submit"
    if control.type == "hidden":
        return "hidden"
    label = field_label(controls, control)
    if challenge is not None:
        return {"honeypot": "honeypot", "question": "security question"}.get(challenge.kind, "captcha")
    if is_honeypot_name(control) or (_may_trap(label) and HONEYPOT.search(label)):
        return "honeypot"
    if is_scripted(control) or is_challenge_control(control):
        return "captcha"
    return _by_type(controls, control, label)


def _by_type(controls: ControlMap, control: Control, label: str) -> str:
    own = _own_words(control)
    if control.type in ("checkbox", "radio"):
        if _RATING.search(control.naming):
            return "rating"
        return "consent" if control.type == "checkbox" and _CONSENT.search(f"{own} {label}") else "other"
    if control.type in ("file", "password"):
        return control.type
    if control.type == "textarea":
        return "comment text"
    if control.type == "select":
        if _RATING.search(control.naming):
            return "rating"
        return "subject" if _TOPIC.search(f"{own} {label}") else "other"
    role = _by_words(control, own, label)
    return "name" if role == "username" and not controls.has_password else role


def _own_words(control: Control) -> str:
    # "comment[author_name]" names an author: what stands in the last brackets counts.
    last = control.name.rstrip("[]").rpartition("[")[2] or control.name
    return " ".join(tokens_of(f"{last} {control.element.get('id') or ''}"))


def _by_words(control: Control, own: str, label: str) -> str:
    kind = {"email": "email", "url": "website", "tel": "phone", "search": "search"}.get(control.type)
    if kind:
        return kind
    placeholder = control.element.get("placeholder") or ""
    for text in (own, label, placeholder):
        for role, pattern in _KINDS:
            if pattern.search(text):
                return role
    speaking = " ".join((own, label, placeholder)).lower()
    return "comment text" if COMMENT_STEM.search(speaking) or _MESSAGE.search(speaking) else "other"
