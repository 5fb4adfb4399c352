"""Number words, operator words and lead-ins of arithmetic challenges, by language.

Words only, on purpose without their values: Winnow recognises a sum and never works it out.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# 0 to 20 (12 where more is never seen) and the tens; variants and inflections that challenges use stand beside them.
_NUMBERS: Final[dict[str, str]] = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred",
    "de": "null ein eins eine zwei zwo drei vier fünf fuenf sechs sieben acht neun zehn elf zwölf zwoelf dreizehn "
    "vierzehn fünfzehn fuenfzehn sechzehn siebzehn achtzehn neunzehn zwanzig dreißig dreissig vierzig fünfzig "
    "sechzig siebzig achtzig neunzig hundert",
    "fr": "zéro un une deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept "
    "dix-huit dix-neuf vingt trente quarante cinquante soixante cent",
    "es": "cero uno un una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien",
    "pt": "zero um uma dois duas três quatro cinco seis sete oito nove dez onze doze treze catorze quatorze quinze "
    "dezasseis dezesseis dezassete dezessete dezoito dezanove dezenove vinte trinta quarenta cinquenta",
    "it": "zero uno una due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici quindici "
    "sedici diciassette diciotto diciannove venti trenta quaranta cinquanta",
    "nl": "nul een één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
    "zeventien achttien negentien twintig dertig veertig vijftig",
    "pl": "zero jeden jedna dwa dwie trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście "
    "trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia trzydzieści",
    "cs": "nula jeden jedna dva dvě tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct "
    "šestnáct sedmnáct osmnáct devatenáct dvacet třicet",
    "sk": "nula jeden jedna dva dve tri štyri päť šesť sedem osem deväť desať jedenásť dvanásť trinásť "
    "štrnásť pätnásť "
    "dvadsať tridsať",
    "ru": "ноль нуль один одна одно два две три четыре пять шесть семь восемь девять десять одиннадцать двенадцать "
    "тринадцать четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать тридцать "
    "двух двум трех трём пяти шести семи восьми девяти десяти",
    "uk": "нуль один одна два дві три чотири п'ять пять шість сім вісім дев'ять девять десять одинадцять дванадцять "
    "двадцять тридцять"
    " тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять двадцять тридцять",
    "sv": "noll en ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton "
    "nitton tjugo trettio",
    "no": "null en ett to tre fire fem seks sju syv åtte ni ti elleve tolv tretten fjorten femten "
    "seksten sytten atten "
    "nitten tjue tyve tretti",
    "da": "nul en et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten "
    "sytten atten nitten "
    "tyve tredive",
    "fi": "nolla yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen yksitoista kaksitoista "
    "kolmetoista kaksikymmentä",
    "tr": "sıfır bir iki üç dört beş altı yedi sekiz dokuz on onbir oniki yirmi otuz kırk elli",
    "hu": "nulla egy kettő két három négy öt hat hét nyolc kilenc tíz tizenegy tizenkettő tizenhárom húsz harminc"
    " tizennégy tizenöt tizenhat tizenhét tizennyolc tizenkilenc negyven ötven",
    "ro": "zero unu una doi două trei patru cinci șase şase sase șapte şapte sapte opt nouă zece "
    "unsprezece doisprezece "
    "douăzeci treizeci",
    "hr": "nula jedan jedna dva dvije tri četiri pet šest sedam osam devet deset jedanaest dvanaest dvadeset",
    "bg": "нула едно един два две три четири пет шест седем осем девет десет единадесет дванадесет двадесет",
    "el": "μηδέν ένα ένας δύο δυο τρία τρεις τέσσερα τέσσερις πέντε έξι επτά εφτά οκτώ οχτώ εννέα εννιά δέκα έντεκα "
    "δώδεκα είκοσι τριάντα",
    "id": "nol kosong satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas duabelas"
    " belas puluh dua-belas",
    "vi": "không một hai ba bốn năm sáu bảy tám chín mười mươi lăm mốt tư",
    "lt": "nulis vienas du trys keturi penki šeši septyni aštuoni devyni dešimt vienuolika dvylika",
    "ar": "صفر واحد اثنان اثنين إثنان ثلاثة أربعة اربعة خمسة ستة سبعة ثمانية تسعة عشرة"
    " أحد اثنا اثنتان عشر عشرون ثلاث أربع خمس ست سبع ثمان ثماني تسع عشرين ثلاثون",
    "fa": "صفر یک دو سه چهار پنج شش هفت هشت نه ده یازده دوازده سیزده چهارده پانزده شانزده هفده هجده نوزده بیست صفر",
    "he": "אפס אחת אחד שתיים שניים שלוש שלושה ארבע חמש חמישה שש שישה שבע שמונה תשע עשר"
    " עשרה שתים עשרים ארבעה שבעה שמונה תשעה עשרה שלושים",
    "hi": "शून्य एक दो तीन चार पांच पाँच छह सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह पन्द्रह सोलह सत्रह अठारह उन्नीस बीस तीस",
    "ko": "영 공 하나 둘 셋 넷 다섯 여섯 일곱 여덟 아홉 열 일 이 삼 사 오 육 칠 팔 구 십"
    " 십일 십이 십삼 십사 십오 십육 십칠 십팔 십구 이십 삼십 한 두 세 네",
}
# Written without spaces: matched character by character.
HAN_NUMERALS: Final = "〇零一二三四五六七八九十两兩壹贰叁肆伍陆柒捌玖拾"

# "And": an operator only between numbers, because some of these are numbers or articles elsewhere.
_AND: Final = "and und et y e en og och ja i и та і και و ve és și dan và cu"
_OPERATORS: Final = (
    "plus minus times add added subtract multiplied divided mal geteilt durch weniger fois moins "
    "divisé multiplié "
    "más mas menos por entre mais vezes più meno per diviso keer maal min gedeeld dodać odjąć razy "
    "podzielić krát děleno "
    "في mínus плюс минус умножить разделить прибавить отнять помножити поділити gånger delat ganger delt gange kertaa "
    "miinus artı arti eksi çarpı carpi bölü bolu szorozva meg mínusz plusz ori înmulțit minuta puta συν πλην επί "
    "μείον tambah ditambah dikurangi kurang kali dikali cộng trừ nhân زائد ناقص ضرب به‌علاوه بعلاوه منهای ضربدر "
    "dividiert multipliziert multiplicado sumado restado divideret dividido dividit jaettuna volte pluss delt împărțit "
    "відняти додати мінус множимо kere dibagi bagi chia osztva osztani szor szer ször κατά قسمة مقسوما ضربدر تقسیم "
    "פחות חלקי ועוד פלוס מינוס כפול भाग जोड़ घटा गुणा 더하기 빼기 곱하기 나누기"
)
_EQUALS: Final = (
    "equals equal makes gleich ergibt égale égal égalent font fait donne igual iguales é fa uguale "
    "gelijk równa równe "
    "rovná rovno равно равняется будет дорівнює lika är lik er yhtä eşittir eder egyenlő egal face "
    "jednako равен ίσον "
    "ισούται sama bằng يساوي مساوی שווה बराबर ist is"
)
# Operators and equals signs of languages that write no spaces.
HAN_OPERATORS: Final = (
    "加上",
    "加",
    "减去",
    "減去",
    "减",
    "減",
    "乘以",
    "乘",
    "除以",
    "足す",
    "たす",
    "引く",
    "ひく",
    "かける",
    "掛ける",
)
HAN_EQUALS: Final = ("等于", "等於", "得", "は")
HAN_QUESTIONS: Final = ("多少", "几", "幾", "いくつ", "何")

# Words that announce a sum: a line that holds a sum and nothing else but a few words must hold one of these.
_LEAD: Final = (
    "additionnez ajoutez addiere addieren suma sumar additionera adunați what what's whats much how many solve sum "
    "calculate compute captcha capcha spam antispam human "
    "robot bot math maths "
    "mathematics arithmetic question quiz answer result enter type equation problem security code "
    "verification verify "
    "prove protection check wieviel viel was lautet löse lösen rechne berechne berechnen rechnen summe "
    "ergebnis frage antwort "
    "rechenaufgabe aufgabe sicherheitsfrage spamschutz mensch combien quel quelle résoudre résolvez calculez somme "
    "résultat réponse sécurité question cuánto cuanto cuánta resuelve suma resultado respuesta pregunta seguridad "
    "quanto quanta soma resolva resposta pergunta segurança somma risultato risposta domanda risolvi hoeveel wat los "
    "som antwoord vraag beveiliging rekensom ile wynik suma oblicz pytanie odpowiedź rozwiąż ochrona zabezpieczenie "
    "kolik výsledek součet otázka spočítejte vypočítejte koľko súčet сколько решите сумма ответ вопрос "
    "результат пример "
    "посчитайте защита скільки сума відповідь vad hur mycket summan svar fråga räkna hvor mye hva svaret "
    "spørgsmål hvad "
    "regnestykke paljonko summa vastaus kysymys laske kaç toplamı sonuç soru işlem işlemin güvenlik mennyi összege "
    "válasz cât suma rezultat răspuns întrebare koliko zbroj колко сбор πόσο άθροισμα αποτέλεσμα ερώτηση "
    "berapa hasil "
    "jawaban bao nhiêu kết quả kiek كم ناتج مجموع حاصل جواب عبارت כמה תשובה שאלה कितना उत्तर योग 얼마 정답 답 합"
)
HAN_LEADS: Final = ("计算", "計算", "验证", "驗證", "问题", "問題", "答")


def unaccented(word: str) -> str:
    """Lower case, without accents and compatibility forms: ``Fünf`` and ``funf``, ``８`` and ``8`` compare equal.

    Parameters
    ----------
    word : str
        Any text.

    Returns
    -------
    str
        For comparison only, never for output.
    """
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _folded(words: str) -> frozenset[str]:
    return frozenset(unaccented(word) for word in words.split())


NUMBER_WORDS: Final = frozenset().union(*(_folded(words) for words in _NUMBERS.values()))
AND_WORDS: Final = _folded(_AND)
OPERATOR_WORDS: Final = _folded(_OPERATORS)
EQUALS_WORDS: Final = _folded(_EQUALS)
LEAD_WORDS: Final = _folded(_LEAD)

# Parts from which compounds are built ("twenty-one", "einundzwanzig", "двадцать один" written together).
_COMPOUND: Final = re.compile(
    "(?:" + "|".join(sorted((re.escape(w) for w in NUMBER_WORDS if len(w) > 2), key=len, reverse=True)) + "){2,3}"
)
_BEGINNINGS: Final = frozenset(word[:3] for word in NUMBER_WORDS if len(word) > 2)
_GERMAN_COMPOUND: Final = re.compile(
    r"(?:ein|zwei|drei|vier|funf|sechs|sieben|acht|neun)und(?:zwanzig|drei(?:ss|ß)ig|vierzig|funfzig|sechzig|siebzig"
    r"|achtzig|neunzig)"
)
_TEEN_ENDS: Final = tuple("sprezece toista kymmenta nascie nact nast надцят надцат надцать надесет".split())
_TEEN: Final = re.compile(rf".{{3,}}(?:{'|'.join(_TEEN_ENDS)})")
_LEET: Final = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"})
_NOISE: Final = re.compile(r"[,.·'`´’_*~|^\"-]")


def is_number_word(word: str) -> bool:
    """Tell whether a word names a number, also when it is garbled as anti-spam plug-ins do.

    Parameters
    ----------
    word : str
        Without surrounding blanks.

    Returns
    -------
    bool
        True for ``seven``, ``Ach,t``, ``f0ur``, ``twenty-one``.
    """
    plain = unaccented(word)
    if plain in NUMBER_WORDS:
        return True
    plain = _NOISE.sub("", plain)
    if len(plain) < 2 or plain.isdigit():
        return False
    candidates = {plain, plain.translate(_LEET), plain.translate(_LEET).replace("i", "l", 1)}
    return any(word in NUMBER_WORDS or _is_compound(word) for word in candidates)


def _is_compound(word: str) -> bool:
    return bool(
        (word[:3] in _BEGINNINGS and _COMPOUND.fullmatch(word))
        or (word.endswith(_TEEN_ENDS) and _TEEN.fullmatch(word))
        or ("und" in word and _GERMAN_COMPOUND.fullmatch(word))
    )
