"""What tells that an input or a line guards a form: names of controls, and wordings."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from classifier.forms.controls import Control, tokens_of
from classifier.forms.words import HONEYPOT, HUMAN, IMAGE_CODE, SILENT_FILTER, YEAR
from classifier.sieve import Sieve

_TELLING_NAME: Final = re.compile(
    r"capt?cha|c[a@]ptch|cptch|hctpc|anti-?_?spam|antspm|nospam|no_spam|honey-?_?pot|seccode|imagereg|turing|human\b|"
    r"spam[-_]?(?:check|question|frage|answer|trap|code|protect)|security[-_ ]?(?:code|image|answer|question|text)|"
    r"image[-_]?(?:security|code|verif)|human[-_]?(?:verif|check|test|question)|(?:random|verify)[-_]?(?:word"
    r"|code|number|text)|"
    r"botcheck|bot[-_]?test|not[-_]?(?:a[-_]?)?robot|math[-_]?(?:captcha|quiz|question|answer|problem)|mathquiz"
    r"|quizanswer|"
    r"wpcf7-quiz|challenge[-_]?(?:answer|response|question)|verif(?:y|ication)[-_ ]?(?:code|number|text)"
    r"|areyouahuman|"
    r"seguridad[-_]?codigo|codigo[-_]?(?:seguridad|seguranca|verif)|sicherheitscode|kontrollfrage|spamschutz"
    r"|securimage"
)
# "code" alone is a voucher or a postcode, "verify_email" a second address.
NOT_TELLING: Final = re.compile(
    r"e-?mail|password|passwd|postcode|zip|promo|coupon|voucher|cvv|cvc|card|phone|sms|otp|search|notify|subscribe"
)
_HONEY_NAME: Final = re.compile(
    r"honey-?_?pot|mail_?pot|(?:\b|_)hp[-_]|(?:\b|_)hp\b|gotcha|bot-?_?test|spam[-_]?trap|_bot_|leave[-_]?(?:empty|blank)"
    r"|ant(?:i?spa?m)-control-e|wantispam_e"
)
_may_be_honeypot: Final = Sieve(_HONEY_NAME)
_TELLING_TOKENS: Final = frozenset(
    {
        *("captcha", "capcha", "kaptcha", "captha", "antispam", "honeypot", "human", "quiz"),
        *("math", "maths", "spam", "robot", "turing", "challenge", "keystring"),
    }
)
_MAY_TELL: Final = re.compile("|".join((_TELLING_NAME.pattern, *sorted(_TELLING_TOKENS))))
_may_tell: Final = Sieve(_MAY_TELL)
# Filled in by a script after the reader's click; no question stands beside them.
_SCRIPTED: Final = re.compile(
    r"g-recaptcha|h-captcha|cf-turnstile|recaptcha_(?:challenge|response)_field|recaptcha-token"
)
_may_be_scripted: Final = Sieve(_SCRIPTED)
_KINDS: Final = tuple(
    (kind, Sieve(pattern), pattern)
    for kind, pattern in (("honeypot", HONEYPOT), ("year", YEAR), ("image_code", IMAGE_CODE), ("question", HUMAN))
)
_may_guard: Final = Sieve(HONEYPOT, YEAR, IMAGE_CODE, HUMAN)


# Pages of one site repeat their labels ("Name *", "E-mail"), so that most calls are answered from the cache.
@lru_cache(maxsize=4096)
def wording(text: str) -> str:
    """Tell which kind of guard a text speaks of, sums apart.

    Parameters
    ----------
    text : str
        A block.

    Returns
    -------
    str
        "honeypot", "year", "image_code", "question", or nothing.
    """
    if not _may_guard(text) or SILENT_FILTER.search(text):
        return ""
    return next((kind for kind, may_match, pattern in _KINDS if may_match(text) and pattern.search(text)), "")


def is_honeypot_name(control: Control) -> bool:
    """Tell whether the name, id or class of a control says that it is a trap for robots."""
    return names_honeypot(control.naming)


def names_honeypot(text: str) -> bool:
    """Tell whether a name in lower case says that a control is a trap for robots."""
    return _may_be_honeypot(text) and _HONEY_NAME.search(text) is not None


def is_challenge_control(control: Control) -> bool:
    """Tell whether the name, id, class or placeholder of an input says that it takes the answer of a challenge.

    Parameters
    ----------
    control : Control
        Any control.

    Returns
    -------
    bool
        False for "verify_email", "promo_code" and the like.
    """
    if not (control.takes_text and _may_tell(control.naming) and _MAY_TELL.search(control.naming)):
        return False
    element = control.element
    own = f"{control.name} {element.get('id') or ''} {element.get('placeholder') or ''}".lower()
    if _TELLING_NAME.search(own):
        return not NOT_TELLING.search(own) or "captcha" in own
    if NOT_TELLING.search(own):
        return False
    return _TELLING_NAME.search(control.naming) is not None or not _TELLING_TOKENS.isdisjoint(tokens_of(own))


def is_scripted(control: Control) -> bool:
    """Tell whether a script answers in a control, as reCAPTCHA's does."""
    return _may_be_scripted(control.naming) and _SCRIPTED.search(control.naming) is not None
