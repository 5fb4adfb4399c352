"""Find and read the date of a comment: numeric, in words of 33 languages, or relative ("vor 3 Tagen").

Why not a date library: recognising *that* a short line is a date is what separates one comment from the next, and is
asked for every short line of a thread. Trying the line in 200 locales costs milliseconds a line; one regular expression
and a word table cost microseconds.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Final

from classifier.comments.calendar_words import MONTHS, WEEKDAYS, months_in, primary
from classifier.sieve import Sieve, fold, folded

_WORD: Final = r"[^\W\d_]{3,12}"
_DAY: Final = r"(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|º|ª|\.|-(?:го|е))?"
_GLUE: Final = r"[\s,.\-/]*(?:\b(?:de|del|of|d)\b['’]?[\s,]*)?"
_YEAR: Final = r"(?P<y>(?:19|20)\d\d)\b"
_WITH_YEAR: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?P<y>(?:19|20)\d\d)\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]?",
        r"\b(?P<y>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m>[01]?\d)(?P=sep)(?P<d>[0-3]?\d)(?!\d)",
        rf"\b{_DAY}{_GLUE}(?P<w>{_WORD}){_GLUE}{_YEAR}",
        rf"\b(?P<w>{_WORD})\.?\s*{_DAY},?{_GLUE}{_YEAR}",
        rf"\b{_YEAR}[.,]?\s*(?:m\.|gada)?\s*(?P<w>{_WORD})\.?\s*(?P<d>[0-3]?\d)\b",
        r"\b(?P<d>[0-3]?\d)\s+tháng\s+(?P<m>\d{1,2})\W+(?:năm\s+)?(?P<y>(?:19|20)\d\d)\b",
    )
)
_NUMERIC: Final = re.compile(
    r"(?<![\d.:/-])(?P<a>[0-3]?\d)(?P<sep>[-/.])\s?(?P<b>[0-3]?\d)(?P=sep)\s?(?P<y>(?:19|20)?\d\d)(?![\d:]|[.,]\d)"
)
_MAY_BE_NUMERIC: Final = re.compile(r"([-/.])\s?\d\d?\1\s?\d")
_WITH_MONTH: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<d>[0-3]?\d)[\s.\-]+(?P<w>{_WORD})[\s.\-]+['’]?(?P<y>\d\d)\b(?![:.]\d)",
        rf"\b(?P<w>{_WORD})\.?\s*(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\b(?![:%,.]?\d)(?:,?\s['’](?P<y>\d\d)\b)?",
        rf"\b(?P<d>[0-3]?\d)\.?(?:\s*de)?\s+(?P<w>{_WORD})\b",
    )
)
_WORD_FIRST: Final = frozenset({_WITH_YEAR[3], _WITH_MONTH[1]})  # the others begin with a digit
# What the patterns need, at a fraction of their cost.
_DIGIT: Final = re.compile(r"\d")
_LATIN: Final = {zero + n: str(n) for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10) for n in range(10)}
_ANY_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_ANY_WORD: Final = re.compile(_WORD)
_TIME: Final = re.compile(
    r"(?:(?P<cjk>上午|下午|午前|午後|오전|오후)\s*)?(?<![\d:])(?P<h>[0-2]?\d)(?:[:.h]|"
    r"\s?[時时]\s?)(?P<min>[0-5]\d)(?::(?P<s>[0-5]\d))?(?:\.\d+)?"
    r"(?:\s*(?P<half>[apπμ])\.?\s?[mμ]\b\.?)?(?:\s*(?P<zone>Z|UTC|GMT)?(?P<offset>[+-]\d\d:?\d\d)?(?![\w:]))?"
    r"|\b(?P<h2>\d{1,2})\s?(?P<half2>[ap])\.?m\b\.?|\b(?P<h3>[0-2]\d)(?P<min3>[0-5]\d)\s?hrs?\b",
    re.IGNORECASE,
)

_MINUTE, _HOUR, _DAY_S, _WEEK, _MONTH, _YEAR_S = 60, 3600, 86400, 604800, 2629800, 31557600
_UNITS: Final[tuple[tuple[int, str], ...]] = (
    (1, "seconds? secs? sekunden? secondes? segundos? secondi|secondo секунд\\w* sekund\\w* saniye 秒 초"),
    (
        _MINUTE,
        "minutes? mins? minuten? minutos? minut[oi] минут\\w* minut\\w* хвилин\\w* minuutti\\w* perc dakika menit "
        "λεπτ\\w+ phút 分鐘 分钟 分 분 דקות دقائق|دقيقة",
    ),
    (
        _HOUR,
        "hours? hrs? stunden? heures? horas? or[ae] uur uren timm\\w+ timer? час\\w* годин\\w* godzin\\w* hodin\\w* "
        "óra|órája tunti\\w* saat ώρ\\w+ jam giờ 小时 小時 時間 시간 שעות ساعات|ساعة ore",
    ),
    (
        _DAY_S,
        "days? tage?n? jours? d[ií]as? giorn[oi] dagen dagar dager dag|dage д[нe]\\w* день dni dzień dn[íyeů]\\w* "
        "nap päivää gün ημέρ\\w+ μέρ\\w+ hari ngày 天 日 일 ימים أيام|يوم zile|zi dies dn[iíů]",
    ),
    (
        _WEEK,
        "weeks? wochen? semaines? semanas? settiman[ae] weken|week veck\\w+ uker?|uger? недел\\w* тижн\\w* "
        "tydzień|tygodni\\w* týdn\\w+ hafta viikko\\w* hét|hete εβδομάδ\\w+ minggu tuần 周 週間? 주",
    ),
    (
        _MONTH,
        "months? monate?n? mois m[eê]s(?:es)? mes[ei] maand(?:en)? månad\\w* måned\\w* месяц\\w* місяц\\w* miesi\\w+ "
        "měsíc\\w* kuukau\\w+ hónap\\w* ay μήν\\w+ bulan tháng 个月 個月 か月 ヶ月 개월 luni|lună",
    ),
    (
        _YEAR_S,
        "years? yrs? jahre?n? ans? años? ann[oi] anos? jaar|jaren år год\\w* лет рок\\w* rok\\w* lat(?:a)? let|lety "
        "vuot\\w+ év\\w* yıl χρόνι\\w+ tahun năm 年 년 ani",
    ),
)
_ONE: Final = (
    r"an?|one|ein(?:e[rmns]?)?|une?|un[ao]?|uma?|uno|een|en|ett|et|один|одну|jed\w+|yksi|bir|ένα\w*|μία|egy|satu|một"
)
_UNIT: Final = "|".join(
    f"(?P<u{i}>{'|'.join(words.replace('|', ' ').split())})" for i, (_seconds, words) in enumerate(_UNITS)
)
_SURELY_BEFORE: Final = (
    r"vor(?: über)?|il y a|hace|há|πριν(?: από)?|před|pred|acum|преди|prije|منذ|לפני|fa|"
    r"cách đây"
)
_BEFORE: Final = rf"{_SURELY_BEFORE}|(?P<weak>for|för|about)"
_AFTER: Final = (
    r"ago|fa|atrás|geleden|sedan|siden|temu|назад|тому(?: назад)?|önce|sitten|lalu|yang lalu|ezelőtt|trước|前|전|"
    r"earlier|prima|in urmă"
)
_RELATIVE_WORDS: Final = (
    rf"(?:\b(?P<before>{_BEFORE})\s+)?(?<!\w)(?P<n>\d+|{_ONE})\s*(?:{_UNIT})(?![a-zäöüéа-я])\.?"
    rf"(?:[\s,]+(?:and\s+)?\d+\s+\w+)?(?:\s*(?P<after>{_AFTER})(?!\w))?"
)
_RELATIVE: Final = re.compile(_RELATIVE_WORDS, re.IGNORECASE)
_MAY_BE_RELATIVE: Final = folded(_RELATIVE_WORDS)
_may_lie_back: Final = Sieve(re.compile(rf"{_SURELY_BEFORE}|{_AFTER}"))
_SHORT_RELATIVE: Final = re.compile(r"^(?P<n>\d{1,3})\s?(?P<unit>mo|min|[smhdwyj])\.?(?: ago)?$", re.IGNORECASE)
_SHORT_UNITS: Final = {
    "s": 1,
    "m": _MINUTE,
    "min": _MINUTE,
    "h": _HOUR,
    "d": _DAY_S,
    "j": _DAY_S,
    "w": _WEEK,
    "mo": _MONTH,
    "y": _YEAR_S,
}
_WORDS_OF_DAYS: Final = (
    r"\b(?:(?P<d0>today|heute|hoy|hoje|oggi|aujourd['’]hui|vandaag|idag|i dag|dzisiaj|dziś|сегодня|dnes|сьогодні|"
    r"just now|gerade eben|à l['’]instant|ahora mismo|σήμερα|bugün|今日|今天|오늘)"
    r"|(?P<d1>yesterday|gestern|ayer|ontem|ieri|(?P<hier>hier)|gisteren|igår|i går|"
    r"wczoraj|вчера|včera|учора|χθες|dün|昨日|昨天|어제))"
    r"(?!\w|['’]s\b)"
)
_DAY_WORDS: Final = re.compile(_WORDS_OF_DAYS, re.IGNORECASE)
_may_name_day: Final = Sieve(_DAY_WORDS)
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]{2,}(?:-feira)?)\.?,?\s*(?:,|的|the\s)?\s*$")
_WORD_AFTER: Final = re.compile(r"[\s,(]*([^\W\d_]{3,}(?:-feira)?)\)?")
_CLOCK_FOLLOWS: Final = re.compile(r",?\s+(?:(?:à|vers)\s|\d)")
# Machine-readable dates, as `datetime` and `title` attributes hold them.
_EPOCH: Final = re.compile(r"^1\d{9}(?:\d{3})?$")
_MAX_LINE: Final = 200  # characters in which a date is looked for
_MAX_WEEKDAY: Final = 60  # characters of a weekday and what stands between it and the date, at least
_MAX_GAP: Final = 14  # characters between date and time: " at ", " um ", ", o godzinie "


@dataclass(frozen=True)
class FoundDate:
    """A date inside a text.

    Attributes
    ----------
    start, end : int
        Span of the text that says it, weekday and time of day included.
    iso : str or None
        ISO 8601; None where the text alone does not tell (no year, or relative to an unknown time).
    """

    start: int
    end: int
    iso: str | None


def find_date(
    text: str, *, day_first: bool = True, now: datetime | None = None, language: str | None = None
) -> FoundDate | None:
    """Find the first date of a short text.

    Parameters
    ----------
    text : str
        One line; a date deeper than its 200th character is not looked for.
    day_first : bool, optional
        How to read ``1/2/2012``.
    now : datetime, optional
        What relative times and dates without a year refer to.
    language : str, optional
        Language tag of the page. Words that mean something else elsewhere ("set", "out", "hier") are dates in their own
        language only, or beside a year.

    Returns
    -------
    FoundDate or None
        None where the text holds no date.
    """
    text = text[:_MAX_LINE] if text.isascii() else text[:_MAX_LINE].translate(_LATIN)
    digit = _DIGIT.search(text)
    found = _absolute(text, digit.start(), day_first, now, language) if digit else None
    return found or _relative(text, now, digit is not None, language)


def day_first_of(texts: list[str], language: str | None) -> bool:
    """Tell how a page writes numeric dates, from the ones that leave no choice, else from its language.

    Parameters
    ----------
    texts : list of str
        Lines that may hold dates.
    language : str or None
        ``lang`` of the page.

    Returns
    -------
    bool
        Whether ``1/2/2012`` is the first of February.
    """
    for text in texts:
        match = _NUMERIC.search(text, 0, _MAX_LINE) if _MAY_BE_NUMERIC.search(text, 0, _MAX_LINE) else None
        if match and int(match["a"]) > 12:
            return True
        if match and int(match["b"]) > 12:
            return False
    return (language or "").lower() not in {"en", "en-us", "en_us", ""}


def read_machine_date(
    value: str, *, day_first: bool = True, now: datetime | None = None, language: str | None = None
) -> str | None:
    """ISO 8601 form of an attribute such as ``datetime="2011-01-31T09:59Z"`` or a Unix time stamp, else None.

    Parameters
    ----------
    value : str
        Of the attribute.
    day_first, now, language : optional
        As for `find_date`: a ``title`` is written as the page writes dates.

    Returns
    -------
    str or None
    """
    value = value.strip()
    if _EPOCH.match(value):
        return datetime.fromtimestamp(int(value[:10]), timezone.utc).isoformat()
    found = find_date(value, day_first=day_first, now=now, language=language)
    return found.iso if found else None


def _absolute(text: str, digit: int, day_first: bool, now: datetime | None, language: str | None) -> FoundDate | None:
    """Find a date of numbers and names of months; where the first digit stands is known."""
    for pattern in _possible(text, digit):
        for match in pattern.finditer(text, 0 if pattern in _WORD_FIRST else digit):
            ymd = _numbers(match, day_first, now, language)
            if ymd is not None:
                return _with_time(text, digit, match, ymd)
    return None


def _possible(text: str, digit: int) -> Iterator[re.Pattern[str]]:
    """Patterns that may find a date in a text."""
    if _ANY_YEAR.search(text, digit):
        yield from _WITH_YEAR
    if _MAY_BE_NUMERIC.search(text, digit):
        yield _NUMERIC
    if not MONTHS.keys().isdisjoint(map(str.lower, _ANY_WORD.findall(text))):
        yield from _WITH_MONTH


def _numbers(
    match: re.Match[str], day_first: bool, now: datetime | None, language: str | None
) -> tuple[int, int, int] | None:
    """Year (0 where unknown), month and day of a match, if they make a date."""
    groups = match.groupdict()
    year = int(groups.get("y") or 0)
    if groups.get("y") and year < 100:
        year += 2000 if year < 70 else 1900
    if "a" in groups:
        first, second = int(groups["a"]), int(groups["b"])
        day, month = (first, second) if (day_first and second <= 12) or first > 12 else (second, first)
    else:
        day = int(groups["d"])
        months = MONTHS if len(groups.get("y") or "") == 4 else months_in(language)
        month = months.get(groups["w"].lower(), 0) if "w" in groups else int(groups["m"])
    if not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    if not year and now is not None:
        year = now.year - ((month, day) > (now.month, now.day))
        # Unless the text has a year, which then had no such day.
        while (month, day) == (2, 29) and not isleap(year) and not _ANY_YEAR.search(match.string):
            year -= 1
    try:
        datetime(year or 2000, month, day)
    except ValueError:
        return None
    return year, month, day


def _with_time(text: str, digit: int, match: re.Match[str], ymd: tuple[int, int, int]) -> FoundDate:
    start, end = match.span()
    time: re.Match[str] | None = None
    for candidate in _TIME.finditer(text, digit if text.isascii() else 0):
        if 0 <= candidate.start() - end <= _MAX_GAP or 0 <= start - candidate.end() <= _MAX_GAP:
            time = candidate
            break
    iso = f"{ymd[0]:04d}-{ymd[1]:02d}-{ymd[2]:02d}" if ymd[0] else None
    if time is not None:
        start, end = min(start, time.start()), max(end, time.end())
        clock = _clock(time)
        iso = f"{iso}T{clock}" if iso and clock else iso
    return FoundDate(*_widen(text, start, end), iso)


def _clock(time: re.Match[str]) -> str | None:
    hour, minute = int(time["h"] or time["h2"] or time["h3"]), int(time["min"] or time["min3"] or 0)
    second = int(time["s"] or 0)
    half = (time["half"] or time["half2"] or "").lower()
    if half or time["cjk"]:
        afternoon = half in {"p", "μ"} or (time["cjk"] or "") in {"下午", "午後", "오후"}
        hour = hour % 12 + 12 * afternoon
    if hour > 23:
        return None
    zone = time["offset"] or ""
    if zone:
        zone = zone if ":" in zone else f"{zone[:3]}:{zone[3:]}"
    elif time["zone"]:
        zone = "+00:00"
    return f"{hour:02d}:{minute:02d}:{second:02d}{zone}"


def _widen(text: str, start: int, end: int) -> tuple[int, int]:
    """Take in a weekday that stands before or after the date."""
    before = _WORD_BEFORE.search(text, max(start - _MAX_WEEKDAY, 0), start)
    if before and before[1].lower() in WEEKDAYS:
        start = before.start()
    after = _WORD_AFTER.match(text, end)
    if after and after[1].lower() in WEEKDAYS:
        end = after.end()
    return start, end


def _relative(text: str, now: datetime | None, digits: bool, language: str | None) -> FoundDate | None:
    short = _SHORT_RELATIVE.match(text) if digits else None
    if short:
        seconds = int(short["n"]) * _SHORT_UNITS[short["unit"].lower()]
        return FoundDate(0, len(text), _back(now, seconds))
    for match in _RELATIVE.finditer(text) if _may_lie_back(text) and _MAY_BE_RELATIVE.search(fold(text)) else ():
        # "for 3 days" and "about 3 days" are no dates, but part of one that ends in "ago", "siden" or "sedan".
        if not match["after"] and (match["weak"] or not match["before"]):
            continue
        index = next(i for i in range(len(_UNITS)) if match[f"u{i}"])
        count = int(match["n"]) if match["n"].isdigit() else 1
        return FoundDate(*match.span(), _back(now, count * _UNITS[index][0]))
    word = _DAY_WORDS.search(text) if len(text) <= 60 and _may_name_day(text) else None
    # In German "hier" is "here".
    if word and (not word["hier"] or primary(language) == "fr" or _CLOCK_FOLLOWS.match(text, word.end())):
        end = word.end()
        day = _back(now, _DAY_S if word["d1"] else 0, day_only=True)
        time = _TIME.search(text, end)
        if time is None or time.start() - end > _MAX_GAP:
            return FoundDate(word.start(), end, day)
        clock = _clock(time)
        return FoundDate(word.start(), time.end(), f"{day}T{clock}" if day and clock else day)
    return None


def _back(now: datetime | None, seconds: int, *, day_only: bool = False) -> str | None:
    if now is None:
        return None
    try:
        moment = now - timedelta(seconds=seconds)
    except OverflowError:
        return None
    # "3 days ago" is no statement about minutes.
    return moment.date().isoformat() if day_only or seconds >= _DAY_S else moment.isoformat(timespec="seconds")
