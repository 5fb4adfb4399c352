"""Wording of comment forms and of the questions that guard them, in about twenty languages.

The block classifier learns wording by itself; these patterns serve where a decision must be exact: which control a
text belongs to, and whether a line of plain text stands among the lines of a comment form.
"""

from __future__ import annotations

import re
from typing import Final

from classifier.sieve import folded


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile("|".join(phrases), re.IGNORECASE)


def _folded_any_of(*phrases: str) -> re.Pattern[str]:
    return folded("|".join(phrases))


# A field that people must leave alone.
HONEYPOT: Final = _any_of(
    r"lassen sie dieses feld|μη συμπληρώσ|השאירו.{0,30}ריק|אין למלא|इसे न भरें|채우지\s?마세요|nu completa\b|không điền",
    r"(?:leave|keep)\s+(?:this|the|these)\b.{0,40}\b(?:empty|blank|alone)",
    r"(?:do\s*n[o']t|don’t|please don't|do not)\s+(?:fill|enter|type|write|use|touch|change)\b.{0,40}\b(?:this"
    r"|field|here|box)",
    r"(?:should|must)\s+(?:be(?: left)?|stay|remain|not be)\s+(?:empty|blank|unchanged|filled)|^leave (?:empty"
    r"|blank)\b",
    r"if you(?:['’]re| are)?\s+(?:a\s+)?(?:human|see this|can (?:see|read)).{0,60}(?:ignore|leave|blank|empty|don)",
    r"ignore (?:this|the following) (?:field|text ?box|box|input)|(?:field|box) is for (?:validation|robots?"
    r"|bots?|spam)",
    r"(?:feld|eingabe)\S*\s+.{0,30}(?:leer|frei)\s*(?:lassen|bleiben)|(?:bitte )?(?:nicht|nichts) (?:aus)?füllen"
    r"|leer lassen",
    r"(?:laisse[zr]|laissez).{0,30}\b(?:vide|vierge)\b|ne (?:pas )?(?:remplis|rempliss|rempli|toucher)\S*",
    r"(?:dej[aeo]\w*|mant\w+).{0,30}\b(?:vac[ií]o|en blanco)|no (?:rellen|complet|llen)\w+",
    r"(?:deix\w+|mantenha).{0,30}\b(?:vazi[oa]|em branco)|n[ãa]o preench\w+",
    r"lascia\w*.{0,30}\bvuot[oa]|non (?:compilare|riempire|scrivere)",
    r"(?:laat|houd).{0,30}\bleeg|niet invullen",
    r"(?:pozostaw|zostaw)\w*.{0,30}\bpust\w+|nie wypełnia\w+|nie uzupełnia\w+",
    r"(?:ne(?:ch)?(?:ch)?(?:te|ejte|ajte|át|at|ať)?|nech\w*|ponech\w*).{0,30}\bpr[áa]zdn\w+|nevyplň\w*|nevypĺň\w*",
    r"(?:оставьте|оставить|оставляйте|залиште|оставете).{0,40}(?:пуст|порожн|празн)\w+|не заполня\w+|не заповню\w+",
    r"lämna.{0,30}\btom\w*|fyll inte i|la (?:dette |dette feltet ).{0,15}\b(?:stå )?tomt|ikke fyll ut",
    r"(?:efterlad|lad).{0,30}\btom\w*|udfyld ikke|skal (?:være|forblive) tom",
    r"jätä.{0,40}\btyhjäksi|älä täytä",
    r"(?:alanı|burayı|kutuyu).{0,30}\bboş bırak\w*|boş bırak\w*|doldurmayın",
    r"hagyd?\w*.{0,30}\büresen|ne töltse? ki",
    r"l[ăa]sa[țt]i.{0,30}\bgol|nu completa[țt]i",
    r"ostavite.{0,30}\bprazn\w+|ne (?:ispunjavajte|popunjavajte)",
    r"αφήστε.{0,40}κεν[όη]|μην συμπληρ\w+",
    r"biarkan.{0,30}\bkosong|jangan (?:isi|diisi)|để trống|đừng điền",
    r"palikite.{0,30}\btušči\w+|atstājiet.{0,30}\btukš\w+|jätke.{0,30}\btühjaks",
    r"اترك.{0,40}فارغ\w*|لا تملأ|خالی (?:بگذارید|رها کنید)|השאר.{0,30}ריק|אל תמלא",
    r"(?:请|請)?(?:留空|勿填|不要填|保持空白)|空(?:欄|白)のまま|入力しないで|비워\s*두|খালি রাখুন|खाली छोड़",
)

# "Current ye@r": the plug-in garbles the word, and proxies that hide addresses garble it again.
YEAR: Final = _any_of(
    r"السنة الحالية|indeværende år|nuværende årstal|τρέχον έτος|qué año estamos|quelle année sommes|kuluva vuosi|"
    r"השנה הנוכחית",
    r"वर्तमान वर्ष|aktuális év|tahun (?:sekarang|ini)|anno in corso|今年は何年"
    r"|現在の西暦|올해 연도|huidige jaar|inneværende år",
    r"årstallet i år|anul curent|innevarande år|bulunduğumuz yıl|geçerli yıl|năm (?:hiện tại|nay)|[当當]前年份|今年是",
    r"\bcurrent\s+(?:y\S{0,3}[e3]?\S{0,2}@?r\b|\[?e-?mail\s*protected\]?|year)",
    r"\b(?:what|which) year is it\b|\bthis year['’s]*\b.{0,20}[?:]",
    r"(?:aktuelles?|laufendes|welches) jahr|année (?:en cours|actuelle)|(?:año|ano) (?:actual|atual|corrente)",
    r"anno (?:corrente|attuale)|huidig jaar|bieżący rok|aktuální rok|текущий год|поточний рік|nuvarande år"
    r"|(?:今年|現在)の?年",
)

# Codes to copy from a picture or a sound.
_PICTURE: Final = (
    r"bild|image|picture|kuva|billede|obrazk|obrázk|képen|imagen|immagine|afbeelding|imagine|imagem|hình|gambar|"
    r"[图圖]片|画像|그림|תמונה|"
    r"الصورة|चित्र|εικόν|картин|изображ|зображ|resim"
)
_CHARACTERS: Final = (
    r"code|zeichen|buchstaben|tegn|tecken|merkit|koodi|character|caract|caratteri|karakter|letter|znak|kod|kód|cod\b|"
    r"codul|символ|κωδικ|ký tự|"
    r"mã\b|文字|字符|글자|אותיות|תווים|קוד|أحرف|رمز|अक्षर|कोड|χαρακτ|bokst"
)
IMAGE_CODE: Final = _any_of(
    rf"^(?=.*(?:{_PICTURE}))(?=.*(?:{_CHARACTERS}))",
    r"bild-?code|код безпеки|сode нечит|обновить код|看不清|not (?:lesbar|readable)|can['’]t read the image|"
    r"trouble reading (?:this|the) (?:image|picture)|"
    r"code nicht lesbar",
    r"neem de code over|typ de code|digita il codice|introdu(?:ce|zca) el código|wprowadź kod|insira o código|"
    r"सुरक्षा कोड|"
    r"kod zabezpiecz|bezpečnostn[íý] kód|上に表示された文字",
    r"captcha|кап[тч]ч?а",
    r"\b(?:enter|type|re-?type|fill in|repeat)\b.{0,40}\b(?:code|characters?|letters?|words?|numbers?|digits|text)\b"
    r"(?:.{0,40}\b(?:image|picture|above|below|shown|see|displayed|box|following|left|right)\b|\s*[:*]*\s*$)",
    r"\b(?:following|these) (?:letters|characters|words|code)\b|\b(?:security|verification|validation|anti-?spam"
    r"|image|"
    r"confirmation|visual) (?:code|image|number|text)\b|\bverify (?:code|number|you are human)|\bword verification\b",
    r"(?:characters|letters|code|numbers|text) (?:in|from|on|shown in|of) the (?:image|picture|box)"
    r"|code (?:is )?in the image",
    r"sicherheits(?:code|abfrage|überprüfung|frage|grafik)|bestätigungscode|prüfcode|(?:code|zeichen|buchstaben"
    r"|zahlen)\b"
    r".{0,40}\b(?:bild|grafik|eingeben|abtippen)|spam-?schutz|grafische sicherheit",
    r"(?:code|caractères|lettres|mot|chiffres)\b.{0,30}\b(?:image|sécurité|ci-dessous|ci-contre|ci-dessus"
    r"|vérification)"
    r"|(?:saisi\w+|recopi\w+|entre[zr]|tape[zr])\s+(?:le|les|ce)\b.{0,20}\b(?:code|caractères|lettres|mots?"
    r"|chiffres)|anti-?\s?robots?",
    r"c[óo]digo\b.{0,30}\b(?:seguridad|segurança|verificaci[óo]n|verificação|imagen|imagem|validaci[óo]n)"
    r"|(?:letras|caracteres|palabras?)\b.{0,30}\b(?:imagen|imagem)",
    r"codice\b.{0,30}\b(?:sicurezza|verifica|immagine|controllo)|caratteri\b.{0,30}\bimmagine",
    r"(?:beveiligings|verificatie|controle)code|(?:tekens|letters|code)\b.{0,30}\bafbeelding|overtypen",
    r"kod\b.{0,30}\b(?:z obrazka|obrazka|bezpieczeństwa|weryfikacyjny)|przepisz\b.{0,30}\b(?:kod|znaki|tekst)",
    r"(?:opi[šs]te|zadejte|zadajte)\b.{0,30}\b(?:kód|znaky|text)|kontroln[íý] kód|kód z obrázku",
    r"(?:код|слово|символ\w*|цифр\w*|числ\w*|букв\w*)\b.{0,30}(?:картин|изображени|рисунк|безопасн|зображенн|ниже)\w*"
    r"|(?:защитн|проверочн|контрольн|секретн)\w+ (?:код|число|слово)|код (?:подтверждения|проверки)",
    r"(?:säkerhets|verifierings|kontroll|sikkerheds|sikkerhets|bekræftelses)\s?ko[dD]\w*|skriv (?:av|in"
    r"|inn)\b.{0,30}\b(?:bild|koden|tegn)",
    r"turvakoodi|varmistuskoodi|güvenlik kodu|doğrulama kodu|resimdeki|biztonsági kód|ellenőrző kód"
    r"|cod(?:ul)? de (?:securitate|verificare)",
    r"sigurnosni kod|κωδικ\w+ (?:ασφαλείας|επιβεβαίωσης|εικόνας)|kode (?:keamanan|verifikasi)|tulis angka"
    r"|mã (?:xác nhận|bảo mật|xác thực)",
    r"رمز (?:التحقق|الأمان|امنیتی|امنيتي)|(?:کد|كد) (?:امنیتی|امنيتي|تصویر)|(?:اعداد|حروف) تصویر|קוד (?:אבטחה|אימות)",
    r"验证码|驗證碼|认证码|確認コード|画像認証|認証コード|보안\s?(?:문자|코드)|자동등록방지",
)

# Sentences that say why a question is asked.
# "I'm not a robot" beside a checkbox.
NOT_ROBOT: Final = re.compile(
    r"\brobot(?:ti|y|em|a|ů)?\b|роб[оі]т|ρομπότ|روبوت|רובוט|ロボット|로봇|机器人"
    r"|機器人|रोबोट|người máy|\bi am (?:a )?human\b",
    re.IGNORECASE,
)
# The notice of a filter that asks nothing.
SILENT_FILTER: Final = re.compile("akismet", re.IGNORECASE)
HUMAN: Final = _any_of(
    r"\brobot(?:ti|y|em|a|ů)?\b|робот|ρομπότ|روبوت|רובוט|ロボット|로봇|机器人|機器人|रोबोट|người máy",
    r"\bhuman\b(?! (?:resources|rights))|\bhumain|\bhumano\b|\bumano\b|\bmensch\b|\been mens\b|menneske|människ|"
    r"mänsklig|ihminen|ember vagy",
    r"ești om\b|\binsan\b|insan mı|człowiekiem|člověk|вы человек|ви людина|άνθρωπος|אנושי|إنسان|زائر بشري|इंसान|"
    r"manusia|là người|人間|人类|人類|人机|사람인|사람 방문",
    r"\b(?:math\w*|mathémat\w+|matem[aáà]t\w+) (?:question|problem|quiz|challenge|task|aufgabe|simpl\w*|úloh\w*|"
    r"příklad)|problème mathé|problema matem|"
    r"problemă.{0,12}matem|proble\w* matem|rekensom|rekenoefening|regnestykk|räkna ut|laskutehtäv|matematik problem|"
    r"matematikai feladat|математич\w+ задач|"
    r"μαθηματικό πρόβλημα|תרגיל|المسألة|गणित|計算|计算|수학|soal matematika|selesaikan soal|phép tính|bài toán|"
    r"zadanie matematyczne|matematiska problem",
    r"\bsolve this\b|lösen sie|résultat\b.{0,3}$|répondez à cette question|resuelv[ae] (?:la|este|el)|resolva (?:a|"
    r"este)|risolv\w+ (?:l|quest)|los deze|"
    r"rozwiąż|vypočtěte|opište výsledek|rezolv(?:ă|ați)|решите|розв['’]яжіть|λύστε|işlemi çöz|számold ki|हल करें|"
    r"ergebnis eintragen|lös detta|^laske$",
    r"^\W*(?:verification|verifica|verificación|vérification|verificação|weryfikacja|проверка|認証|antyspam|"
    r"rechenaufgabe)\W*$",
    r"anti-?spam|spam(?:skydd|szűrő|beskyttelse|schutz)|skräppostskydd|spam koruması|chống spam|προστασία από spam|"
    r"السبام|ספאם|स्पैम|垃圾(?:留言|信息|评论)|"
    r"(?:varmistus|kontrol[ln]?|säkerhets|sikkerhets|sikkerheds)\s?(?:kysymys|spørgsmål|spørsmål|fråga)|"
    r"ellenőrző kérdés|контрольн\w+ (?:вопрос|запитання)|"
    r"pregunta matem|सुरक्षा प्रश्न|보안 질문|验证问题|驗證問題",
    r"\b(?:are|if) you (?:a )?(?:human|robot|bot|real)|\b(?:not|n['’]t) a (?:robot|bot|spam ?bot)"
    r"|\bprove (?:that )?you|human (?:verification|check|test)",
    r"\b(?:anti-?spam|spam (?:protection|prevention|check|filter|guard|question|quiz)|(?:prevent|avoid|stop"
    r"|fight|against|block)\w*"
    r" (?:automated |comment |spam)\s?\w*|verify (?:that )?you['’]?r?e?)",
    r"\b(?:solve|answer|complete) (?:this|the|following|these)?\s?(?:simple|easy|following|math|question|problem"
    r"|sum|equation|arithmetic)\b"
    r"|\b(?:math|security|challenge|captcha|skill|secret) (?:question|problem|quiz|challenge)|\bplease solve\b",
    r"kein (?:roboter|bot)|spam-?(?:schutz|abwehr|frage|prüfung)|sicherheitsfrage|rechenaufgabe"
    r"|sind sie (?:ein )?mensch|mensch sind",
    r"(?:question|contrôle|vérification) (?:de sécurité|anti-?spam|anti-?robot)|pas un robot|êtes.{0,6} humain"
    r"|protection anti",
    r"pregunta de seguridad|no (?:eres|soy|es) un robot|eres humano|pergunta de segurança|não (?:é|sou) um rob"
    r"|domanda di (?:sicurezza|controllo)"
    r"|non sei un robot|sei umano",
    r"beveiligings?vraag|geen robot|controlevraag|ochrona (?:przed|anty)|zabezpieczenie|nie jeste\S+ robotem"
    r"|pytanie (?:kontrolne|zabezpiecz)",
    r"kontroln[íá] ot[áa]zka|ochrana proti spamu|не робот|защита от (?:спама|роботов)|вы (?:не )?(?:человек"
    r"|робот)|проверочный вопрос|захист від",
    r"kontrollfråga|spamskydd|är du människa|sikkerhetsspørsmål|sikkerhedsspørgsmål|spambeskyttelse|roskapostin"
    r"|güvenlik sorusu|robot (?:olmadığ|değil)"
    r"|biztonsági kérdés|întrebare de (?:securitate|verificare)|sigurnosno pitanje|ερώτηση ασφαλείας"
    r"|pertanyaan keamanan|câu hỏi bảo mật",
    r"سؤال (?:الأمان|امنیتی)|لست (?:روبوت|برنامج)|שאלת אבטחה|安全问题|防垃圾|スパム対策|スパム防止|스팸\s?방지",
)

# Lines that stand in a comment form and hardly anywhere else. Whole short lines, not parts of sentences.
FORM_LINE: Final = re.compile(
    r"^(?:leave (?:a|your) (?:reply|comment|response)|(?:post|add|write|submit|make|share) (?:a "
    r"|your )?comments?|cancel reply"
    r"|join the (?:discussion|conversation)|your email(?: address)? (?:will not|won['’]t|is never) .{0,60}"
    r"|required fields are marked.{0,5}|fields marked with.{0,40}required|logged in as .{1,80}"
    r"|you must be logged in to (?:post|leave) a comment.?"
    r"|save my name, e-?mail,? .{0,60}|notify me of (?:new|follow).{0,50}|e-?mail(?: address)? ?(?:\*"
    r"|\(required\)|\(will not be published\)).{0,30}"
    r"|name ?(?:\*|\(required\))|comment ?\*|your comment|website|(?:submit|send|publish)"
    r"|schreiben? (?:sie )?einen kommentar|(?:einen )?kommentar (?:schreiben|verfassen|hinterlassen|abschicken"
    r"|absenden)|antwort (?:schreiben|verfassen|hinterlassen|abbrechen).*"
    r"|(?:deine|ihre) e-mail-adresse wird nicht .{0,80}|erforderliche felder sind .{0,20}"
    r"|hinterlasse(?:n sie)? (?:eine antwort|einen kommentar).*"
    r"|laisser un commentaire.*|laissez un commentaire.*|votre adresse (?:de messagerie"
    r"|e-?mail) ne sera pas .{0,60}|les champs obligatoires .{0,40}|(?:publier|poster) (?:le|un) commentaire"
    r"|annuler la réponse"
    r"|(?:deja|dejar) (?:una respuesta|un comentario|tu comentario).*"
    r"|tu dirección de correo electrónico no será .{0,60}|los campos (?:obligatorios|necesarios) .{0,40}"
    r"|publicar (?:el )?comentario|cancelar (?:la )?respuesta"
    r"|deixe (?:um comentário|uma resposta|o seu comentário).*|(?:o seu"
    r"|seu) (?:endereço de )?e-?mail não será .{0,60}|(?:os )?campos obrigatórios .{0,60}|publicar comentário"
    r"|comentar"
    r"|lascia un (?:commento|tuo commento).*|il tuo indirizzo e-?mail non sarà .{0,60}"
    r"|i campi obbligatori .{0,40}|(?:invia|pubblica) commento|annulla risposta"
    r"|(?:geef een reactie|laat een reactie achter|plaats (?:een )?reactie|reactie plaatsen).*|(?:je"
    r"|het) e-mailadres (?:wordt|zal) niet .{0,60}|vereiste velden .{0,40}|reactie annuleren"
    r"|(?:dodaj|zostaw|napisz) (?:komentarz|odpowiedź).*|twój adres e-?mail nie zostanie .{0,60}"
    r"|wymagane pola są .{0,40}|(?:opublikuj|wyślij) komentarz|anuluj pisanie odpowiedzi"
    r"|(?:napsat komentář|přidat komentář|přidejte komentář|odeslat komentář|zrušit odpověď|pridať komentár"
    r"|pridaj komentár|zanechať komentár|napísať komentár).*|vaše? e-?mailová? adresa nebude .{0,60}"
    r"|vyžadované (?:informace|polia) .{0,40}"
    r"|(?:добавить|оставить|написать|оставьте|отправить) (?:комментарий|ответ).*|ваш (?:адрес )?(?:e-?mail"
    r"|email)? ?(?:адрес )?не будет .{0,60}|обязательные поля .{0,40}|отменить ответ"
    r"|(?:залишити|додати|опублікувати) (?:відповідь|коментар).*|(?:lämna ett svar|skriv en kommentar|kommentera"
    r"|avbryt svar|publicera kommentar).*|din e-?postadress kommer inte .{0,60}|obligatoriska fält .{0,40}"
    r"|(?:legg (?:igjen|inn) (?:en|et) (?:kommentar|svar)|avbryt svar|publiser kommentar).*"
    r"|din e-?postadresse vil ikke .{0,60}|(?:skriv (?:et svar|en kommentar)|send kommentar|annuller svar"
    r"|efterlad en kommentar).*|din e-?mailadresse vil ikke .{0,60}|krævede felter .{0,40}"
    r"|(?:vastaa|jätä kommentti|kommentoi|kirjoita kommentti|lähetä kommentti|peruuta vastaus).{0,20}"
    r"|sähköpostiosoitettasi ei .{0,60}|pakolliset kentät .{0,40}"
    r"|(?:bir (?:cevap|yanıt) (?:yazın|bırakın)|yorum (?:yap|yaz|gönder)\w*|cevabı iptal et|yanıtı iptal et).*"
    r"|e-?posta (?:hesabınız|adresiniz) yayımlanmayacak.*|gerekli alanlar .{0,40}"
    r"|(?:hozzászólás (?:küldése|írása)|vélemény, hozzászólás|válasz megszakítása|szólj hozzá).{0,10}"
    r"|az e-?mail[- ]c[ií]m(?:et)? nem .{0,60}|a kötelező mezők.{0,40}"
    r"|(?:lasă un (?:comentariu|răspuns)|publică comentariul|anulează răspunsul|adaugă un comentariu).*"
    r"|adresa ta de email nu va .{0,60}|câmpurile obligatorii .{0,40}"
    r"|(?:(?:ostavite|napišite|dodaj|odgovori) (?:komentar|odgovor)|objavi komentar).*"
    r"|vaša adresa e-?pošte neće .{0,60}"
    r"|(?:αφήστε (?:μια απάντηση|ένα σχόλιο|σχόλιο)|δημοσίευση σχολίου|ακύρωση απάντησης).*"
    r"|η ηλ\. διεύθυνση .{0,60}|τα υποχρεωτικά πεδία .{0,40}"
    r"|(?:tinggalkan (?:balasan|komentar)|kirim komentar|batalkan balasan|tulis komentar).*"
    r"|alamat e?-?mail anda tidak akan .{0,60}|ruas yang wajib .{0,40}|(?:để lại (?:một )?(?:bình luận|trả lời"
    r"|phản hồi)|viết bình luận|gửi bình luận).*|email của bạn sẽ không .{0,60}"
    r"|(?:parašykite komentarą|komentuoti|atšaukti atsakymą|rašyti komentarą).*|el\. pašto adresas nebus .{0,60}"
    r"|(?:اترك (?:تعليق\S*|ردا\S*|رد\S*)|أضف تعليق\S*|إرسال التعليق|إلغاء الرد).*|لن يتم نشر عنوان .{0,60}"
    r"|الحقول الإلزامية .{0,40}|(?:دیدگاهتان را بنویسید|ارسال (?:نظر|دیدگاه)|نظر بدهید|لغو پاسخ).*"
    r"|نشانی ایمیل شما .{0,60}"
    r"|(?:כתיבת תגובה|השארת תגובה|להגיב|שלח תגובה).*|האימייל לא יוצג.*|(?:发表(?:评论|回复)|發[表佈](?:評論|回覆"
    r"|留言|迴響)|提交评论|留下评论|取消回复|コメントを(?:残す|送信|投稿|書く)|返信をキャンセル|댓글 (?:달기"
    r"|남기기|쓰기|작성)).*|(?:您的)?(?:电子邮箱地址|電子郵件地址|邮箱地址).{0,30}"
    r"|メールアドレスが公開されることは.*|이메일(?: 주소)?는 공개되지 .*"
    r")\s*[.*:!»]*$",
    re.IGNORECASE,
)

COMMENT_STEM: Final = re.compile(
    r"hozzászól|टिप्पणी|nhận xét|הגיב|σχόλι|コメン|reageer|skomentuj|okomentovat|回[應覆复]|댓글|답글|comment|kommentar|"
    r"coment[aá]ri|reactie|reakti|komentar|komentá|commento|respond|reply|коммент|комент|yorum"
    r"|hozzaszol|σχολι|kommentti|comentar|"
    r"discuss|talkback|guestbook|评论|評論|留言|コメント|댓글|نظر|دیدگاه|تعليق|תגוב|bình luận"
)

# What readers are asked for where they rate a film, a recipe, a kettle, or the news. Whole phrases: "review" alone
# stands in menus, "opinion" is a section of newspapers.
REVIEW_FORM: Final = _folded_any_of(
    r"\b(?:write|add|leave|post|submit|share|give)\s(?:us\s)?(?:an?\s|your\s)?(?:own\s|new\s|product\s|customer\s)?"
    r"(?:reviews?|opinions?|ratings?|views?|thoughts)\b|\b(?:rate|review) this\b|\bhave your say\b"
    r"|\byour (?:review|opinion|rating|view)s?\b",
    r"(?:bewertung|rezension|kritik|meinung)\s(?:schreiben|abgeben|verfassen|hinzufügen|mitteilen)|rezept bewerten"
    r"|(?:ihre|deine|eigene)\s(?:meinung|bewertung|rezension|kritik)",
    r"(?:donne[rz]|laisse[rz]|rédige[rz]|écri\w+|ajoute[rz]|dépose[rz]|partage[rz])\s(?:une?|votre|ton)\s(?:avis|critique"
    r"|opinion)|votre avis|note[rz] cette|réagi(?:r|ssez) à",
    r"(?:escrib\w+|da|deja|dej[ae]|añad\w+|publi\w+|compart\w+)\s(?:una|tu|su|la)\s(?:reseña|opinión|crítica|valoración)"
    r"|\b(?:tu|su) opinión|valora (?:esta|este)",
    r"(?:escrev\w+|deix\w+|adicion\w+|dê|faça|publique)\s(?:uma|a sua|sua|a tua)\s(?:avaliação|opinião|crítica|resenha)"
    r"|\bsua opinião|avalie est[ea]|adicionar crítica",
    r"(?:scrivi|lascia|aggiungi|invia)\s(?:una|la tua|il tuo)\s(?:recensione|opinione|parere|giudizio)"
    r"|d[iì]['’]? la tua|dite la vostra|vota quest[ao]",
    r"(?:schrijf|plaats|geef|laat)\s(?:een|je|uw)\s(?:beoordeling|recensie|mening|review)|beoordeel dit|uw mening",
    r"(?:napisz|dodaj|wyraź|wystaw)\s(?:swoją\s)?(?:recenzję|opinię|ocenę)|oceń (?:ten|przepis|produkt)|twoja (?:opinia"
    r"|ocena|recenzja)",
    r"(?:napsat|napište|přidat|přidejte|napísať|pridať)\s(?:svou\s|svůj\s)?(?:recenz[iu]u?|hodno[ct]en[íi]e?|názor)"
    r"|ohodnoťte|svůj názor",
    r"(?:написать|напишите|оставить|оставьте|добавить)\s(?:свой\s|своё\s)?(?:отзыв|рецензию|мнение)"
    r"|ваш отзыв|ваше мнение|сво[её] мнение|оценить рецепт",
    r"(?:написати|залишити|залиште|додати)\s(?:свій\s|свою\s)?(?:відгук|думку)|ваш відгук|ваша думка|свою думку",
    r"(?:skriv|lämna|säg)\s(?:en|ett|din)\s(?:recension|omdöme|åsikt|mening)|betygsätt|tyck till",
    r"(?:skriv|legg igjen|legg inn|giv|si|sig|efterlad)\s(?:en|din)\s(?:anmeldelse|vurdering|mening|bedømmelse)"
    r"|vurder oppskrift|bedøm opskrift|din mening",
    r"kirjoita arv\w+|kerro mielipit\w+|jätä arvio|arvostele resepti",
    r"írj\w* véleményt|vélemény írása|mondja el a vélemény|értékelje",
    r"(?:scrie|adaugă|lasă)\s(?:o|un)\s(?:recenzie|părere|opinie)|spune-[țt]i părerea|părerea ta|evaluează rețeta",
    r"γράψτε (?:μια )?(?:κριτική|αξιολόγηση)|πείτε τη γνώμη|η γνώμη σας|προσθέστε αξιολόγηση|βαθμολογήστε",
    r"(?:değerlendirme|inceleme|görüş)\w*\s(?:yaz|ekle|yap|bildir)|fikrini(?:zi)? (?:paylaş|belirt)|tarifi puanla",
    r"(?:اكتب|أضف|شارك\S*)\s(?:مراجع|رأيك|تقييم)|قيّم هذ|כתיבת ביקורת|(?:הוסיפו|כתבו)\s(?:חוות דעת|ביקורת)|הביעו דעתכם"
    r"|समीक्षा (?:लिखें|जोड़ें)|अपनी राय",
    r"(?:tulis|tambahkan|beri(?:kan)?)\s(?:ulasan|pendapat|penilaian)|nilai resep|viết (?:đánh giá|nhận xét)"
    r"|ý kiến của bạn|gửi (?:đánh giá|nhận xét)",
    r"(?:写|撰写|发表|我要|撰寫|發表)您?的?(?:评价|评论|点评|看法|評價|評論)|我来说两句|レビューを(?:書|投稿)|クチコミを|感想を書"
    r"|ご意見を|(?:리뷰|후기|상품평|의견)\S{0,2}\s?(?:쓰기|작성|남)",
)

# Questions of ordinary fields.
USUAL_QUESTION: Final = re.compile(
    r"hear about|find us|help you|contact|comment|name|phone|mail|subject|call|subscribe|update|who are you|website|"
    r"remember",
    re.IGNORECASE,
)

CONTACT_STEM: Final = re.compile(
    r"contact|kontakt|contato|contatt|wpcf7|inquiry|enquiry|anfrage|обратн|feedback|support|gform|quote|recommend|"
    r"tell[-_ ]?a?[-_ ]?friend|e-?mail[-_ ]?(?:a|this)|send[-_]?(?:to|mail)|abus|offens|"
    r"alert|flag|reputation|\btip|share|modal|popup|report|problem|complain|ticket|newsletter|empfehlen|ami\b"
)
