"""How pages word where an article comes from, in about 30 languages."""

from __future__ import annotations

import re
from typing import Final

from classifier.sieve import folded

# "Source: ...". Alone it may credit an agency, a photo or a table; only its surroundings tell.
_NOUN: Final = (
    r"(?:news |article |story |image )?sources?|original source|via|h/t|hat tip|quelle[n]?|quelle und infos?|"
    r"fuentes?|font[ie]|fonte|"
    r"bron(?:nen)?|źródł[oa]|zdroje?|källa|källor|kilder?|lähde|lähteet|forrás|sursa|izvor|vir|kaynak|πηγή|πηγές|"
    r"источник|источники|первоисточник|джерело|першоджерело|източник|извор|крыніца|šaltinis|avots|allikas?|burimi|"
    r"sumber|nguồn|theo(?! dõi)|pinagmulan|(?:消息|新闻|新聞|文章|稿件)?(?:来源|來源)|稿源|出典|引用元|"
    r"情報元|ソース|출처|المصدر|مصدر|מקור|منبع|स्रोत|साभार|ที่มา|heimild|za(?=\s?:)|"
    r"по материалам|по информации|за матеріалами|за інформацією|по материали на"
)
# A sentence of its own that names, by a link, who reports the story: "Про це пише «Птахи онлайн»".
_REPORTED: Final = (
    r"(?:про це|об этом|за това)(?: також| также)? (?:пише|пишет|пишут|повідомля(?:є|ють)|сообща(?:ет|ют)|съобщава|"
    r"переда(?:є|ет|ёт)|інформує|информирует|розповіда(?:є|ють)|рассказыва(?:ет|ют)|йдеться (?:на|в|у))|"
    r"(?:poinformował[ao]?|informuje|pisze) o tym|o tym (?:informuje|pisze)|(?:píše|informoval[ao]?) o tom|"
    r"o tom (?:píše|informoval[ao]?)"
)
# Wordings that say by themselves that the text stands elsewhere.
_PHRASE: Final = (
    # en
    r"source link|link to (?:the )?(?:source|original(?: article| post| story)?)|original (?:article|post|story|link|"
    r"source|text)(?: here| link)?|"
    r"(?:view|see|read) (?:the )?(?:original|source)(?: (?:article|post|story|source))?|"
    r"read (?:the )?(?:rest|full (?:story|article|post|report|text)|entire (?:story|article|post)|whole (?:story|"
    r"article|post)|"
    r"complete (?:story|article)|original(?: (?:story|article|post))?|more)(?: of (?:this|"
    r"the) \w+)?(?: here)?(?: (?:at|on|from|in|over at))|"
    r"(?:read|see) (?:the )?(?:rest|full (?:story|article|post)|entire (?:story|article|post)|original (?:story|"
    r"article|post))"
    r"(?: of (?:this|the) \w+)?(?: here)?|"
    r"(?:this|the) (?:\w+ )?(?:article|story|post|piece|review|essay|interview|content|column|report|blog|text|"
    r"op-ed)?\s*"
    r"(?:has |had )?(?:was |been |is |were )?(?:been )?(?:originally|first|previously|initially) (?:published|"
    r"appeared|posted|ran|reported|run)"
    r"(?: (?:at|on|in|by|for|with|via|to)\b)?|"
    r"(?:originally|first|previously) (?:published|appeared|posted) (?:at|on|in|by|as)|appeared first on|"
    r"the post .{0,120} appeared first on|"
    r"(?:this (?:article|story|post) (?:is |was )?)?(?:republished|reprinted|reposted|syndicated|cross-?posted|"
    r"reproduced|taken|excerpted|adapted|reblogged) (?:from|with permission)|"
    r"(?:continue|keep) reading (?:(?:this|the) \w+ )?(?:at|on|over at)|"
    r"(?:click |tap )?here (?:for|to (?:read|see|view)) the (?:original|full|complete)"
    r"(?: (?:article|story|post|text))?|"
    # de
    r"quell(?:en)?-?link|link zur quelle|(?:zum |hier geht(?:'|’)?s zum |den |link zum )?original(?:artikel|beitrag|"
    r"text|quelle)|"
    r"(?:dieser|der) (?:artikel|beitrag|text|bericht) (?:ist |wurde |erschien )(?:zuerst |ursprünglich |"
    r"erstmals )(?:erschienen |veröffentlicht )?(?:auf|bei|in|im|am)?|"
    r"zuerst (?:erschienen|veröffentlicht) (?:auf|bei|in|im)|(?:den )?(?:ganzen|vollständigen|kompletten) (?:artikel|"
    r"beitrag|text) (?:lesen|(?:auf|bei|in))|weiterlesen (?:auf|bei)|übernommen (?:von|aus)|"
    r"(?:hier (?:geht es )?)?zum (?:vollständigen|ganzen|kompletten) (?:artikel|beitrag|text)|"
    # fr
    r"lien (?:de la |vers la )?source|(?:lien vers l['’])?article (?:original|d['’]origine)|source originale|"
    r"(?:cet|l['’]) ?(?:article|texte|billet) (?:a été |est )?(?:initialement |d['’]abord |originellement |"
    r"précédemment )?(?:publié|paru|apparu)(?: initialement| en premier| d['’]abord)?(?: sur| dans| en premier sur)|"
    r"(?:publié|paru) (?:initialement|à l['’]origine|pour la première fois) (?:sur|dans)|lire (?:la suite|"
    r"l['’]article (?:complet|original|en entier|intégral)|l['’]intégralité)(?: de l['’]article)?(?: sur| dans)?|"
    r"(?:continuer la lecture|la suite) sur|(?:(?:article|texte) )?(?:repris|tiré|extrait) d[eu]|"
    # es, ca
    r"(?:enlace|link)(?: (?:de|a) la| de)? (?:fuente|original)|art[ií]culo original|nota original|noticia original|"
    r"fuente original|"
    r"(?:este artículo |esta nota |esta noticia )?(?:(?:fue|se|ha sido) )?(?:publicad[oa]|"
    r"apareci[óo]) (?:originalmente|por primera vez|primero) (?:en|por)|"
    r"(?:leer|lea|lee|ver) (?:el |la )?(?:artículo|nota|noticia|historia) (?:completo|completa|original)(?: (?:en|"
    r"aquí))?|(?:leer|lea) más en|(?:seguir|continuar|sigue) leyendo en|(?:tomado|extraído|reproducido) del?|"
    r"publicat originalment a|enllaç (?:a la )?font|"
    # it
    r"link (?:alla )?fonte|(?:vai all['’])?articolo originale|fonte originale|(?:questo articolo |"
    r"l['’]articolo )?(?:è stato )?(?:pubblicato|apparso) (?:originariamente|originalmente|per la prima volta|"
    r"in origine|prima) (?:su|in|da)|"
    r"(?:leggi|continua a leggere) (?:l['’]articolo (?:completo|originale|intero)|tutto)?(?: ?su| ?qui)|"
    r"(?:tratto|ripreso) da(?:l(?:la)?)?|"
    # pt
    r"link (?:da|para a|original da) fonte|(?:artigo|matéria|notícia|texto|reportagem) original|"
    r"(?:este artigo |esta matéria |o post .{0,80} )?(?:foi )?(?:publicad[oa]|apareceu) (?:originalmente|primeiro|"
    r"pela primeira vez) (?:em|no|na|por)|(?:leia|ler|veja) (?:a|o) (?:matéria|artigo|notícia|texto) (?:complet[oa]|"
    r"original|na íntegra)(?: (?:em|no|na|aqui))?|continue (?:lendo|a ler) (?:em|no|na)|"
    r"(?:extraído|retirado|reproduzido) d[eoa]|"
    # nl
    r"bronlink|link naar (?:de )?bron|(?:het )?(?:oorspronkelijke?|originele?|origineel) artikel|(?:dit artikel |"
    r"dit bericht )?(?:is |werd |verscheen )?(?:oorspronkelijk|eerder|eerst) (?:gepubliceerd|verschenen)?(?: ?(?:op|"
    r"in|bij|door))|"
    r"lees (?:het )?(?:hele|volledige|originele|complete) (?:artikel|verhaal)(?: (?:op|bij|in|hier))?|"
    r"lees verder (?:op|bij)|overgenomen (?:van|uit)|"
    # pl, cs, sk
    r"link do źródła|(?:oryginalny|pełny|cały) (?:artykuł|tekst)(?: na| w)?|(?:artykuł|tekst) (?:pierwotnie|"
    r"oryginalnie|po raz pierwszy) (?:ukazał się|opublikowan\w+)(?: na| w)?|artykuł pochodzi (?:z|ze)|"
    r"przedruk (?:z|ze|za)|zaczerpnięto z|czytaj (?:dalej|całość) na|"
    r"(?:odkaz na (?:zdroj|originál)|původní článek|pôvodný článok|celý článek|celý článok)(?: na)?|(?:článek|článok|"
    r"text) (?:byl |bol )?(?:původně|pôvodne|poprvé|prvýkrát) (?:vyšel|vyšiel|publikován|publikovaný|"
    r"uverejnený)(?: na| v)?|(?:převzato|přetištěno|prevzaté) (?:ze?|zo)|"
    # sv, da, nb, fi
    r"(?:länk till källa|originalartikel|läs hela artikeln|läs originalartikeln)(?: på| hos| i)?|(?:artikeln |"
    r"texten )?(?:publicerades|är publicerad) (?:först|ursprungligen)(?: på| i| av)?|"
    r"(?:link til kilde|lenke til kilden?|læs hele artiklen|les hele (?:saken|artikkelen)|original artikel|"
    r"den originale artikel|originalsaken)(?: på| hos| i)?|(?:artikle[nt]|artikkelen|saken|denne \w+) (?:er|blev|ble|"
    r"var) (?:oprindelig|opprinnelig|først|oprindeligt) (?:publiceret|bragt|publisert|udgivet)(?: på| i| hos| af)?|"
    r"l[äæe]s (?:vidare|videre) (?:på|hos)|(?:hämtat från|hentet fra|gengivet fra)|"
    r"(?:alkuperäinen (?:artikkeli|juttu)|lue koko juttu|juttu julkaistiin alun perin)|"
    # ru, uk, bg
    r"ссылка на (?:источник|оригинал)|оригинал(?: статьи| материала| новости)?|(?:статья|материал|"
    r"текст)? ?(?:впервые |изначально |первоначально )(?:опубликован\w*|появил\w+)(?: на| в)?|читать (?:полностью|"
    r"далее|дальше|полную версию|оригинал)(?: на| в)|(?:взято|перепечатано|перепечатка) (?:с|из)|"
    r"посилання на (?:джерело|оригінал)|оригінал(?: статті| матеріалу)?|(?:статт\w|матеріал)? ?(?:вперше|"
    r"спочатку) опублікован\w*(?: на| в| у)?|читати (?:повністю|далі)(?: на)?|(?:взято|передрук) (?:з|із)|"
    r"оригинална(?:та)? статия|препечатано от|взето от|"
    # hu, ro, hr, tr, el
    r"(?:eredeti (?:cikk|forrás)|forrás link)|(?:a cikk )?eredetileg (?:itt )?(?:megjelent|jelent meg)|"
    r"(?:articol(?:ul)? original|link sursă|sursa originală|citește (?:articolul (?:complet|integral)|"
    r"integral|continuarea)(?: pe)?|preluat (?:de pe|de la|din)|"
    r"(?:publicat|apărut) (?:inițial|prima dată|pentru prima dată) (?:pe|în))|"
    r"(?:izvorni (?:članak|tekst)|link na izvor|izvorno objavljeno(?: na)?|"
    r"preuzeto (?:sa?|iz|od)|преузето (?:са|из|од))|"
    r"(?:kaynak (?:link|linki|bağlantısı)|"
    r"haberin (?:kaynağı|orijinali|devamı)|orijinal (?:haber|makale)|ilk olarak .{0,40} yayınlan\w+)|"
    r"(?:αρχικό άρθρο|σύνδεσμος πηγής|πρώτη δημοσίευση(?: στο)?|διαβάστε ολόκληρο το άρθρο(?: στο)?|"
    r"δημοσιεύτηκε (?:αρχικά|πρώτα) (?:στο|στην)|αναδημοσίευση από)|"
    # id, vi, zh, ja, ko, ar, he, fa
    r"(?:tautan sumber|link sumber|sumber asli|artikel asli|artikel ini (?:telah )?(?:pertama kali )?(?:tayang|"
    r"terbit|dipublikasikan)(?: di)?|baca (?:artikel )?selengkapnya di|"
    r"(?:dikutip|disadur|dilansir|diambil) dari)|(?:trích từ|dẫn theo|link nguồn|nguồn bài viết|bài gốc|"
    r"xem bài gốc|theo nguồn)|"
    r"(?:原文(?:链接|連結|地址|网址|出处|鏈接)?|(?:本文)?(?:转载|轉載|转自|轉自|摘自)(?:自|"
    r"于)?|(?:本文|文章)(?:首发|最初发表|来源|來源)(?:于|自)?|(?:点击)?(?:阅读|查看)原文|"
    r"(?:點擊)?(?:閱讀|查看)原文|来源链接|信息来源)|"
    r"(?:元記事(?:を読む)?|引用元|転載元|記事元|参照元|この記事は.{0,30}(?:転載|"
    r"掲載))|(?:원문(?: ?(?:보기|링크|기사))?|기사 ?원문|출처 ?링크)|"
    r"(?:رابط المصدر|المصدر الأصلي|المقال الأصلي|نشر (?:هذا )?(?:المقال )?(?:لأول مرة|أولا) (?:في|على)|"
    r"نقل[اًا]+ عن|منقول (?:من|عن))|"
    r"(?:קישור למקור|לכתבה המקורית|המאמר המקורי|פורסם לראשונה ב)|"
    r"(?:لینک منبع|منبع اصلی|مقاله اصلی|به نقل از|برگرفته از)|"
    rf"{_REPORTED}"
)
SOURCE_NOUN: Final = re.compile(
    rf"^\W{{0,4}}(?P<noun>{_NOUN})(?![^\W\d_\u0e00-\uffff])\s*(?P<colon>[:：|–—-]|\s?\))?\s*(?P<rest>.*?)\W*$",
    re.IGNORECASE,
)
SOURCE_PHRASE: Final = re.compile(
    rf"^\W{{0,4}}(?P<phrase>{_PHRASE})(?P<rest>(?![^\W\d_\u2e80-\uffff]).*?)\W*$", re.IGNORECASE
)
# How both begin, for folded texts: it costs a tenth of them.
SOURCE_BEGINS: Final = folded(rf"\W{{0,4}}(?:{_NOUN}|{_PHRASE})")
REPORTED: Final = re.compile(rf"^\W{{0,4}}(?:{_REPORTED})\W+(?P<rest>.*?)\W*$", re.IGNORECASE)
# Wordings complete in themselves: nothing has to follow.
ALONE: Final = re.compile(
    r"^\W*(?:source link|(?:(?:(?:click|tap) )?here (?:for|to (?:read|see|view)) the )?original (?:article|source|link|"
    r"post)|link to (?:the )?(?:source|original)|quellenlink|"
    r"link zur quelle|"
    r"lien (?:de la |vers la )?source|(?:enlace|link) (?:de la |a la )?fuente|link (?:alla|da) fonte|bronlink|"
    r"link do źródła|"
    r"ссылка на источник|посилання на джерело|kaynak linki?|tautan sumber|"
    r"link sumber|原文(?:链接|連結)|阅读原文|元記事|원문 ?(?:링크|"
    r"보기)|رابط المصدر)\W*$",
    re.IGNORECASE,
)
# News agencies: a line that names only these credits them, and is part of the article.
AGENCIES: Final = frozenset(
    [
        "dpa",
        "afp",
        "ap",
        "reuters",
        "sid",
        "apa",
        "ansa",
        "efe",
        "ep",
        "lusa",
        "pap",
        "čtk",
        "ctk",
        "tasr",
        "sita",
        "tass",
        "тасс",
        "interfax",
        "интерфакс",
        "риа",
        "ria",
        "novosti",
        "унн",
        "unn",
        "укрінформ",
        "ukrinform",
        "anp",
        "belga",
        "tt",
        "ntb",
        "ritzau",
        "stt",
        "mti",
        "agerpres",
        "hina",
        "tanjug",
        "stnа",
        "sta",
        "bta",
        "бта",
        "aa",
        "anadolu",
        "dha",
        "iha",
        "xinhua",
        "新华社",
        "kyodo",
        "共同通信",
        "共同",
        "jiji",
        "時事",
        "時事通信",
        "yonhap",
        "연합뉴스",
        "ani",
        "pti",
        "ians",
        "antara",
        "bernama",
        "upi",
        "cp",
        "kna",
        "epd",
        "ots",
        "afx",
        "agi",
        "adnkronos",
        "askanews",
        "europa",
        "press",
        "telam",
        "télam",
        "notimex",
        "belta",
        "белта",
        "apn",
        "ana-mpe",
        "απε-μπε",
        "irna",
        "isna",
        "ttxvn",
        "vna",
    ]
)
# How agencies sign off, and how papers credit them.
AGENCY_LINE: Final = re.compile(
    r"\W*(?:(?:additional )?(?:reporting|writing|editing|compiled) by [^.]+\)?|"
    r"(?:the )?(?:associated press|reuters|afp|agence france-presse)|mit (?:material|"
    r"informationen) (?:von|der) .{2,40}|avec (?:l['’])?(?:afp|reuters|ap)(?: et .{2,20})?|con (?:información|"
    r"datos) de .{2,40}|com (?:informações|agências?)(?: d[aeo] .{2,40})?|"
    r"(?:©|\(c\)) ?(?:dpa|afp|ap|reuters|efe|ansa)\b.{0,40}|"
    r"(?:information|material|reporting|files|data) from .{2,60} (?:was|were|is) used in th(?:is|e) (?:report|story|"
    r"article)|with (?:files|reporting|information|material) from .{2,60}|"
    r"(?:по материалам|за матеріалами|по материали на|na podstawie|op basis van berichtgeving van) .{2,60}|"
    r"(?:met|med) (?:informatie|materiaal|material|materiale) (?:van|från|fra) .{2,40}|"
    r"con informazioni (?:di|da) .{2,40}|(?:s )?(?:použitím|s využitím) (?:zpráv|správ) .{2,40})\W*$",
    re.IGNORECASE,
)
# The authors of text and pictures, below the article: "Text a foto: Radim Šťastný". Of pictures alone it is a caption.
_TEXT: Final = r"text[eo]?|testo|words|story|tekst|teksti|szöveg|metin|текст|κείμενο|teks|文|글"
_PHOTOS: Final = (
    r"photos?|photographs|pictures|images|fotos?|fotografie|bild(?:er)?|beeld|zdjęcia|foto's|fotografías|fotók?|"
    r"kuvat|billeder|bilder|фото|φωτογραφίες|fotoğraf(?:lar)?|写真|사진"
)
AUTHORS: Final = re.compile(
    rf"\W*(?:{_TEXT})(?:\s*(?:and|&|und|et|y|e|en|och|og|ja|i|a|és|și|ve|и|та|και|dan|/|,|・|·)\s*(?:{_PHOTOS}))?"
    r"(?:\s*[:：]| by )\s*\S.{2,60}",
    re.IGNORECASE,
)
ISSUED: Final = re.compile(r"SOURCE\s+[^\W\d_a-z].{2,80}")  # whose press release it is
CONTRIBUTED: Final = folded(r"\W*.{0,60}\bcontributed (?:to this (?:report|story|article)|reporting)\W*$")
DOMAIN: Final = re.compile(r"(?<![@\w])(?:https?://)?((?:[\w-]+\.)+[a-z]{2,})(?:/\S*)?", re.IGNORECASE)
URL: Final = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
