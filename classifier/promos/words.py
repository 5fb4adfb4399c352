"""How pages lead their readers elsewhere, in some thirty languages. For texts folded by `sieve.fold`."""

from __future__ import annotations

from typing import Final

from classifier.sieve import folded

# How newspapers lead in to another story, at the beginning of a line of its own and with a sign behind.
LEADS: Final = (
    "also (?:read|see|watch)|don.?t miss|explained|more on this(?: story)?|must read|now read|read also|"
    "read (?:also|more|next|this)|recommended(?: (?:reading|stories|for you))?|related|"
    "related (?:articles?|content|coverage|links?|news|posts?|reading|stor(?:y|ies)|topics?)|see also|"
    "watch|watch (?:also|more|now)|you m(?:ay|ight) also like|"
    "à lire(?: aussi)?|(?:à )?lire (?:aussi|également)|à (?:voir|lire) également|voir aussi|(?:notre )?dossier|"
    "auch (?:interessant|lesen)|lesen sie (?:auch|dazu|hier|hierzu|mehr|weiter)|lies (?:auch|mehr)|lesetipps?|"
    "mehr (?:dazu|lesen|zum thema)|mehr zu(?:m thema)?|siehe auch|zum thema|passend dazu|"
    "le[ae] (?:más|también|además)|lea además|le puede interesar|mir[aá](?: también)?|"
    "(?:también )?te puede interesar|no te pierdas|te recomendamos|además|ver(?: también| más)|"
    "(?:más )?información relacionada|"
    "(?:da )?leggi (?:anche|pure)|legg[ie] (?:di più|tutto)|potrebbe interessarti(?: anche)?|guarda anche|vedi anche|"
    "leia (?:mais|também|ainda)|le[ri] (?:mais|também)|veja (?:mais|também)|saiba mais|confira(?: também)?|"
    "lees (?:ook|meer|verder)|bekijk ook|"
    "(?:prze)?czytaj (?:też|także|również|więcej)|(?:zobacz|sprawdź|obejrzyj|polecamy) (?:też|także|również)|"
    "polecamy|"
    "čtěte (?:také|i|více)|přečtěte si(?: také| i)?|více k tématu|čítajte (?:aj|tiež|viac)|prečítajte si(?: aj|"
    " tiež)?|"
    "читайте (?:также|далее|ещё|еще)|читать (?:далее|также)|смотрите также|(?:ещё|еще) по теме|материалы по теме|"
    "по теме|читайте (?:також|ще)|дивіться також|прочетете (?:още|повече)|вижте (?:още|също)|"
    "läs (?:också|mer|även)|se (?:också|även)|læs (?:også|mere)|les (?:også|mer)|se også|"
    "lue (?:myös|lisää)|katso myös|olvass(?:a el| tovább)|olvassa el|kapcsolódó(?: cikkek)?|ezt is olvasd|"
    "(?:citește|citiți|vezi|vedeți) (?:și|mai mult)|pročitajte (?:još|i)|čitajte (?:još|i)|"
    "pročitaj(?:te)? (?:još|više)|"
    "διαβάστε (?:επίσης|ακόμ[αη]|περισσότερα)|δείτε (?:επίσης|ακόμ[αη])|"
    "ayrıca (?:okuyun|bkz)|(?:bunu|bunlar) da (?:okuyun|oku)|ilgili haberler?|"
    "(?:اقرأ|إقرأ|اقرئي|شاهد|طالع|اقرؤوا) (?:أيضا|أيضًا|ايضا|المزيد|كذلك)|(?:مواضيع|أخبار) ذات صلة|"
    "(?:بیشتر|همچنین) بخوانید|بخوانید|קרא(?:ו)? (?:גם|עוד)|עוד בנושא|"
    "(?:यह|ये) भी (?:पढ़ें|देखें|पढ़ें)|आगे पढ़ें|"
    "baca (?:juga|selengkapnya)|lihat juga|simak juga|xem thêm|đọc thêm|tin liên quan|อ่านเพิ่มเติม|อ่านต่อ|"
    "相关(?:阅读|新闻|报道|推荐|链接)|延伸阅读|推荐阅读|更多阅读|相關(?:閱讀|新聞|報導)|延伸閱讀|看更多|更多新聞|"
    "(?:【|\\[)?(?:関連記事|関連リンク|合わせて読みたい|あわせて読みたい|もっと読む|続きを読む|こちらも(?:読む|おすすめ))|"
    "관련 ?(?:기사|뉴스)|함께 (?:읽기|보기|볼만한 기사)|더 보기"
)
LEAD: Final = folded(rf"\W{{0,3}}(?:{LEADS})\s*(?:[:：|>»–—]|\]|】)")
# Words that also begin lines of an article ("Recommended: two doses"), and a dash that any word may have behind it.
WEAK_LEAD: Final = folded(
    rf"\W{{0,3}}(?:watch|recommended|related|explained|además|ver|mir[aá]|polecamy|confira|zum thema|по теме|бачте|"
    rf"información relacionada)\s*[:：|>»]|\W{{0,3}}(?:{LEADS})\s*[–—]"
)
# Above a list, "see also" and its like head references as well, which are part of the article.
_REFERENCES: Final = (
    r"see also|siehe auch|voir aussi|ver también|vedi anche|veja também|zie ook|katso myös|se (?:även|også)|"
    r"zobacz też|"
    r"смотрите также|δείτε επίσης|参见|関連項目"
)
HEADING: Final = folded(rf"(?!\W*(?:{_REFERENCES}))\W{{0,3}}(?:{LEADS})\W*")

_AD: Final = (
    "ads?|adverts?|advertisements?|advertising|sponsored(?: content)?|paid (?:content|post)|promoted(?: content)?|"
    "anzeigen?|werbung|reklamm?[ae]?|reklamy|publicité|pub|annonce|annons|contenu sponsorisé|publicidad|anuncios?|"
    "publicidade|"
    "publi|propaganda|pubblicità|annuncio|advertenties?|annons(?:er)?|annonser|sponsrat|sponset|mainos|ilmoitus|"
    "inzerce|inzercia|"
    "hirdetés|publicitate|oglas|διαφ[ήη]μιση|реклама|реклам[аиу]|на правах рекламы|оголошення|"
    "[إا]علان(?:ات)?|פרסומת|תוכן ממומן|تبلیغ(?:ات)?|آگهی|विज्ञापन|広告|廣告|广告|スポンサーリンク|광고|quảng cáo|"
    "iklan|โฆษณา|pr"
)
ADVERTISEMENT: Final = folded(rf"[\W_]*(?:(?:{_AD})[\W_]*){{1,3}}")

# "Story continues below advertisement": nothing else stands in the line.
CONTINUES: Final = folded(
    rf"[\W_]*(?:(?:{_AD})\W+)?(?:"
    "(?:the |this )?(?:article|story|text|post|content|report|interview|recipe|news) (?:continues?|continued|"
    "resumes) "
    "(?:below|after|under).*|(?:continue|keep) reading (?:below|after).*|(?:please )?scroll (?:down )?(?:to|for) "
    "(?:continue|more|the rest).*|continue reading the (?:main )?story|skip (?:past|advertisement|ad\\b).*|"
    "(?:der |dieser )?(?:artikel|text|beitrag|bericht) (?:wird|geht) .{3,50}(?:fortgesetzt|weiter)|nach der "
    "(?:anzeige|werbung) .*weiter.*|weiter (?:geht.?s )?nach der (?:anzeige|werbung)|"
    "la suite (?:de .{3,25} )?(?:après|ci-dessous|sous).*|l['’]article continue (?:après|sous|ci-dessous).*|"
    "(?:el |la |esta? )?(?:artículo|nota|noticia|texto|información)? ?(?:contin[uú]a|sigue) (?:después|debajo|tras|"
    "abajo|más abajo).*|sigue leyendo.*|"
    "(?:o |a )?(?:artigo|texto|matéria|reportagem|notícia)? ?continua (?:após|depois|abaixo).*|"
    "(?:l['’]articolo |il testo )?(?:continua|prosegue)(?: a leggere)? (?:dopo|sotto|qui sotto|nella pagina).*|"
    "(?:de |het |dit )?(?:tekst|artikel|verhaal) (?:gaat|loopt) (?:verder|door) (?:onder|na|hieronder).*|"
    "lees verder (?:onder|na).*|"
    "(?:dalsza część|dalszy ciąg|ciąg dalszy|reszta)(?: artykułu| tekstu)? (?:pod|poniżej|za).*|"
    "(?:artikeln|texten|artikkelen|saken|teksten|artiklen|historien) (?:fortsätter|fortsetter|fortsætter) (?:efter|"
    "etter|under|nedan|nedenfor).*|(?:juttu|teksti|artikkeli) jatkuu.*|"
    "(?:článek|text|článok|clánek) (?:pokračuje|pokračuj).*|(?:a )?cikk .{0,30}folytatódik.*|(?:articolul )?continuă "
    "(?:după|mai jos|sub).*|(?:το άρθρο |το κείμενο )?συνεχίζεται .*|"
    "(?:продолжение|окончание) (?:после|ниже|под|статьи|материала|текста).*|(?:статья|текст) продолжается.*|"
    "продовження (?:після|нижче|під).*|"
    "(?:haberin|yazının|makalenin) devamı.*|(?:haber|yazı) .{0,25}devam ediyor.*|"
    "(?:يتبع|تابع القراءة|المقال يتابع|يستمر المقال|تستمر القراءة|القصة تتابع) ?(?:بعد|أسفل|أدناه|تحت)?.{0,20}|"
    "(?:המשך|הכתבה ממשיכה).*|"
    "(?:artikel |berita )?(?:lanjut|berlanjut|dilanjutkan|scroll) .{0,20}(?:setelah|di bawah|untuk).*|"
    "(?:nội dung|bài viết) tiếp (?:tục|theo).*|"
    "(?:記事|本文|文章)(?:は|の)?(?:続き|下に続|広告の後|広告下).*|(?:この)?記事は.{0,12}続きます|"
    "(?:文章|内文|正文|內文).{0,8}(?:继续|繼續).*|(?:广告|廣告)(?:之)?[后後].{0,6}(?:继续|繼續).*|請繼續往下閱讀.*|"
    "(?:기사는|본문은?|기사) .{0,12}(?:계속|이어집니다).*"
    ")"
)

# "12 % of this article are left": the line stands alone.
PAYWALL: Final = folded(
    r"\W*(?:il vous reste [\d.,]+ ?% .*|\d+ ?% of (?:this|the) (?:article|story) .*|"
    r"(?:cet article|la suite|l['’]article|ce contenu|article|contenu) .{0,25}réservée?s? .{0,12}abonnée?s?.*|"
    r"cet article vous est réservé.*|(?:lecture du monde|votre abonnement) .{0,60}|"
    r"this (?:article|story|content|post|page) is (?:only |exclusively )?(?:for|available to|reserved for).{0,25}"
    r"(?:subscribers|members).*|(?:continue|keep) reading (?:with|by).{0,60}|subscribe (?:now )?to (?:keep|"
    r"continue) "
    r"reading.*|(?:already (?:a subscriber|have an account|a member)|déjà abonnée?|schon abonniert|bereits abonniert|"
    r"sie sind bereits abonnent|¿?ya (?:eres|es) suscriptor|¿?eres suscriptor|sei già abbonat[oa]|já é assinante|"
    r"masz już prenumeratę|al abonnee|redan prenumerant|allerede abonnent|уже подписаны|"
    r"zaten abone misiniz)\b.{0,60}|"
    r"(?:dieser|der|diesen|den) (?:artikel|text|beitrag|inhalt) .{0,15}(?:nur für|exklusiv für|mit).{0,40}|"
    r"weiterlesen mit .{0,40}|jetzt weiterlesen.{0,40}|"
    r"(?:este |esta )?(?:artículo|contenido|noticia) (?:es )?(?:exclusiv[oa]|solo|reservad[oa]) (?:para|a) .{0,40}|"
    r"(?:este )?(?:conteúdo|artigo|texto) .{0,20}(?:exclusivo|restrito) (?:para|a) (?:assinantes|subscritores).*|"
    r"(?:questo )?(?:articolo|contenuto) è (?:riservato|disponibile solo).{0,40}|"
    r"(?:dit )?(?:artikel|verhaal) is (?:alleen|exclusief) (?:voor|beschikbaar).{0,40}|"
    r"(?:dalsza część|pozostała część|pełny tekst|treść) .{0,30}(?:dla prenumer|subskry|dostępn).{0,60}|"
    r"(?:материал |статья |текст )?доступ\w+ только (?:по подписке|подписчикам|для подписчиков).{0,40}|"
    r"(?:この記事は|この続きは|会員限定|有料会員).{0,40}|(?:剩余|剩餘|余下|本文).{0,20}(?:订阅|訂閱|会员|會員|付费|付費).{0,30}|"
    r"남은 기사.{0,30})"
)

_NETWORK: Final = (
    r"whats ?app|telegram|t\.me|viber|google (?:news|discover|новости|actualités|noticias)|facebook|instagram|"
    r"tik ?tok|"
    r"twitter|bluesky|mastodon|you ?tube|linkedin|pinterest|flipboard|apple news"
)
NETWORK: Final = folded(rf"(?<!\w)(?:{_NETWORK})\w{{0,5}}(?!\w)|微信|微博|公众号|公眾號|카카오톡|유튜브")
# A call to the reader needs three words: what to do, where, and whose it is.
CHANNEL: Final = folded(
    rf"(?:(?:{_NETWORK})\w{{0,5}}|newsletters?|podcasts?|app|apps|appen|applis?|application|apk|ios|android|push|"
    rf"inbox|mailbox|channel|feeds?|rss|"
    r"membership|member|"
    r"rundbrief|postfach|infolettre|lettre d['’]information|boîte (?:mail|e-mail|de réception)|bolet[ií]n|boletim|"
    r"bandeja|canal\w{0,2}|aplica(?:ción|tivo|ție|ția|ções)|applicazione|kanal\w{0,6}|nieuwsbrief|nyhetsbrev\w*|"
    r"nyhedsbrev\w*|uutiskir\w+|biuletyn\w*|aplikacj\w+|aplikac\w+|zpravodaj\w*|hírlevel\w*|hírlevél\w*|"
    r"alkalmazás\w*|"
    r"bülten\w*|uygulama\w*|ενημερωτικ\w+|εφαρμογή|κανάλι|aplikasi|saluran|grup|ứng dụng|bản tin|kênh|"
    r"телеграмм?\w{0,3}|тг|вайбер\w*|фейсбук\w*|инстаграмм?\w*|ютуб\w*|вконтакте|вк|одноклассник\w*|дзен\w*|"
    r"яндекс\.?\w*|соцсет\w+|соцмереж\w+|рассылк\w+|розсилк\w+|приложени\w+|застосун\w+|додат\w{2,4}|канал\w{0,4}|"
    r"(?:ال|ب|ل)?(?:نشرت\w*|نشرة|تطبيق\w*|قنا(?:ة|تنا|تها|ته)|واتس ?[اآأ]ب|تلي?[غجق]رام|فيس ?بوك|تويتر|[إا]نستغرام|"
    r"يوتيوب)|خبرنامه|کانال|تلگرام|اینستاگرام|ניוזלטר|ערוץ|אפליקצי\w+|פייסבוק|טלגרם|וואטסאפ|אינסטגרם|"
    r"व्हाट्सएप\w*|टेलीग्राम|फेसबुक|ट्विटर|ऐप|चैनल|न्यूजलेटर|गूगल न्यूज|"
    r"ไลน์|เฟซบุ๊ก)(?!\w)"
    r"|微信|微博|公众号|公眾號|客户端|客戶端|粉絲團|频道|頻道|订阅号|小程序|メルマガ|ニュースレター|チャンネル|アプリ|フェイスブック|ツイッター|"
    r"インスタグラム|뉴스레터|카카오톡|카카오|네이버|유튜브|페이스북|인스타그램|텔레그램|채널|(?<!\w)앱|(?<!\w)line(?!\w)"
)
CALL: Final = folded(
    r"(?<!\w)(?:subscribe|sign(?:ing)? up|join|follow|like|download|install|get (?:our|the|it|all|more|your|"
    r"breaking|news)|add|"
    r"stay|keep up|catch|check out|click here|tap here|listen|register|become|support|"
    r"abonnier\w*|melde(?:n|t)?|anmelden|folgen?|folgt|laden?|ladet|hol(?:en|t)?|bleiben?|bleibt|verpass\w+|"
    r"lik(?:en|e|t)|"
    r"herunterladen|bestellen|erhalten|informieren?|"
    r"abonnez-(?:vous|nous)|inscrivez-vous|rejoignez|suivez|suivre|téléchargez|recevez|retrouvez|manquez|manquer|"
    r"ajoutez|likez|"
    r"cliquez|écoutez|abonne-toi|suis|"
    r"suscr[ií]b\w+|síguenos|sigue|sígue\w*|siga\w*|seguinos|únete|unite|únase|sumate|súmate|descarg\w+|"
    r"recib[aeí]\w*|apúnta\w+|regístra\w+|"
    r"haz cli[ck]+|inscríb\w+|dale|activa|agrega\w*|añade\w*|"
    r"inscrev\w+|assin[ea]|siga|baixe|receb[ae]|participe|entre|cadastre-se|curta|clique|acompanh\w+|acesse|"
    r"subscrev\w+|"
    r"junte-se|adicione|descarregue|"
    r"iscriv\w+|seguici|segui\w*|scarica\w*|ricev\w+|unisciti|clicca|abbonati|resta\w*|rimani|aggiungi\w*|"
    r"abonneer|schrijf|meld|volg|ontvang|mis|blijf|klik|"
    r"zapisz|zapraszamy|obserwuj\w*|zaobserwuj|polub|pobierz|śledź|dołącz\w*|(?:za)?subskrybuj|bądź|kliknij|"
    r"ściągnij|znajdziesz|"
    r"odebírejte|sledujte|přihlaste|stáhněte|přidejte|odoberajte|prihláste|stiahnite|pridajte|"
    r"iratkoz\w+|kövess\w*|töltse|töltsd|csatlakozz\w*|lájkol\w+|"
    r"abonează-te|abonați-vă|urmărește\w*|urmăriți\w*|descarcă|alătură-te|intră|înscrie-te|fii|"
    r"prenumerera|följ|anmäl|ladda|gilla|skriv upp|få|missa|følg|tilmeld|hent|abonn[eé]r|lik|meld|last ned|"
    r"tilaa|seuraa|lataa|liity|tykkää|"
    r"abone|takip|indir\w*|katıl\w*|kaydol\w*|beğen\w*|tıkla\w*|"
    r"εγγραφείτε|γραφτείτε|ακολουθήστε|κατεβάστε|ακολούθησ\w+|κάντε|μπείτε|διαβάστε|"
    r"подпи\w+|читайте|следите|присоединяйтесь|вступайте|скача\w+|скачивайте|установите|добав\w+|ставьте|жмите|"
    r"переходите|"
    r"узнавайте|будьте|оставайтесь|"
    r"підпи\w+|стежте|приєднуйте\w+|завантажуйте|долучай\w+|дода\w+|слідкуйте|"
    r"абонирайте|последвайте|харесайте|"
    r"(?:و)?(?:اشترك\w*|تابع\w*|حمل\w*|حمّل\w*|انضم\w*|سجل\w*|اضغط|ادخل)|دنبال|عضو|مشترک|بپیوندید|דפדפו|הצטרפו|"
    r"הירשמו|הרשמו|עקבו|הורידו|"
    r"फॉलो|सब्सक्राइब|डाउनलोड|जुड़\w*|जुड़\w*|ज्वाइन|"
    r"ikuti|bergabung\w*|gabung|unduh|langganan|berlangganan|daftar\w*|dapatkan|klik|theo dõi|đăng ký|tải|"
    r"tham gia|nhấn)(?!\w)"
    r"|关注|關注|订阅|訂閱|下载|下載|扫码|掃碼|扫描|点击|點擊|追蹤|按讚|打开|フォロー|登録|ダウンロード|購読|구독|팔로우|다운로드|설치|추가|ติดตาม"
)
OURS: Final = folded(
    r"(?<!\w)(?:us|our|uns|unsere?\w?|notre|nos|nous|nuestr[oa]s?|nos|síguenos|seguinos|noss[oa]s?|nostr[oaie]|"
    r"seguici|(?:ci|ti|vi)|ons|onze|nas|nasz\w*|nami|náš|naš\w+|náš\w+|nás|nám|minket|ránk|hozzánk|\w+unkat|\w+unkra|"
    r"nostru|noastr[ăe]\w*|ne|vår\w?|våra|vårt|oss|os|vores|meidän|meitä|bizi|bize|\w+[ıiuü]m[ıiuü]z\w*|μας|"
    r"наш\w*|нас|нам|нами|ни|"
    r"\w*(?:تابعونا|صفحتنا|قناتنا|تطبيقنا|نشرتنا|حسابنا|موقعنا|حساباتنا|منصاتنا)|ما|שלנו|אותנו|אחרינו|हमारे|हमें|"
    r"हमसे|kami|"
    r"chúng tôi)(?!\w)|我们|我們|本报|本報|本刊|本站|小编|当社|公式|弊社|編集部|当サイト|우리|저희|본지|공식"
)
