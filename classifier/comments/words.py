"""Wordings of comment threads: what stands around a comment and is not part of it, in about 20 languages.

Only whole short lines are ever matched. A line of a template that is not listed here is found by its repetition.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from classifier.sieve import Opening, Sieve, fold, folded

MAX_HEADING: Final = 160  # characters

_SAYS: Final = (
    r"says|said|wrote|writes|commented|replied|sagt(?:e)?|schrieb|schreibt|meint|dit|a (?:écrit|dit)|écrit|dice|dijo|"
    r"escribió|ha scritto|ha detto|scrive|disse|diz|escreveu|comentou|pisze|mówi|napisał(?:\(?a\)?)?|zegt|schreef|"
    r"säger|skrev|skriver|siger|sier|sanoo|kirjoitti|říká|napsal\(?a?\)?|hovorí|írta|spune|a spus|kaže|pravi|каза|"
    r"казва|"
    r"говорит|пишет|написал\(?а?\)?|сказал\(?а?\)?|каже|пише|λέει|είπε|έγραψε|diyor(?: ki)?|dedi ki|yazdı|berkata|viết|"
    r"说|說|写道|说道|より|さん|diu|ütleb|sako|rašo"
)
_BY: Final = (
    r"(?:posted |written |submitted |reviewed |comment(?:ed)? |review |left )?by|"
    r"(?:geschrieben |verfasst |kommentar )?von|"
    r"(?:rédigé |posté |écrit |soumis |publié )?par|"
    r"(?:publicado |enviado |escrito )?por|(?:scritto |inviato |pubblicato )?da|"
    r"(?:geplaatst |ingediend )?door|av|af|przez|автор|от|ο/η|comment from|posted|from|autor"
)
SAYS_TAIL: Final = re.compile(
    rf"[\s,:|·•—–-]*(?:(?<=\s)|(?<=^)|(?<=[,:|]))(?:{_SAYS})\s*(?:this|:|\.{{3}}|…|,|-|–|—)*\s*$", re.IGNORECASE
)
SAYS_PREFIX: Final = re.compile(
    rf"^(?P<author>[^:.!?…]{{1,40}}?)[\s,]+(?:{_SAYS})\s*(?::|\.{{3}}|…)\s*(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
BY_HEAD: Final = re.compile(rf"^\W*(?:(?:{_BY})\s*:?\s+)+", re.IGNORECASE)
# What may be left of a header line once date and author are taken out.
GLUE: Final = re.compile(
    r"(?:\b(?:on|at|the|um|am|den|le|à|il|el|a las|alle(?: ore)?|ore|às|em|op|kl|klo|dne|o|в|uhr|u|h|hrs?|date|posted|"
    r"reviewed|submitted|"
    r"posté|commented|comment|added|joined|edited|says?|said|wrote|by|von|par|por|da|door|av|from|of|dne|г|року|"
    r"permalink|"
    r"link|reply|odpowiedz|antworten|répondre|responder|rispondi|edit|report|flag|said this|this)\b\.?|[\W_]|\d)+",
    re.IGNORECASE,
)
_GUESTS: Final = "guest|gast|invitée?|invitado|ospite|gość|гость|гості|misafir"
GUEST: Final = re.compile(rf"(?:{_GUESTS})", re.IGNORECASE)
_ACTIONS: Final = (
    r"reply(?: to (?:this|comment))?|replies|view repl\w+|show repl\w+|hide repl\w+|quote|edit|delete|"
    r"report(?: abuse| this(?: \w+)?| comment)?|flag(?: as \w+)?|"
    r"like|likes|liked by \d+ \w+|score:?|dislike|unlike|share|permalink|link|parent|prev|next|root|context|vote|"
    r"up ?vote|down ?vote|thumbs? (?:up|down)|"
    r"log ?in to (?:reply|leave a comment|comment)|sign in to reply|follow|block|copy link|more|options|menu|expand|"
    r"collapse|rate this|helpful|"
    r"recommend(?:ed)?|loading(?:\.\.\.|…)?|your comment is awaiting moderation\.?|comment (?:deleted|actions?)|"
    r"toggle|vote up|vote down|"
    rf"{_GUESTS}|member|new member|moderator|administrator|"
    r"subscriber|post author|"
    r"antworten?|auf diesen kommentar antworten|zitieren|melden|kommentar melden|bearbeiten|teilen|gefällt mir|"
    r"gefällt \d+ mal|"
    r"répondre|citer|signaler(?: (?:un abus|ce commentaire))?|partager|j['’]aime|modifier|responder|citar|denunciar|"
    r"compartir|me gusta|"
    r"rispondi|segnala|condividi|mi piace|cita|elimina|denunciar|compartilhar|curtir|gosto|antwoord(?:en)?|"
    r"beantwoorden|reageren?|reageer|melden|citeer|rapporteer|"
    r"odpowiedz|cytuj|zgłoś(?: nadużycie)?|udostępnij|lubię to|svara|anmäl|dela|gilla|svar|besvar|anmeld|del|"
    r"rapporter|vastaa|ilmoita|"
    r"odpovědět|nahlásit|odpovedať|válasz|jelentés|răspunde|odgovori|prijavi|отговор|ответить|цитировать|"
    r"пожаловаться|поделиться|нравится|"
    r"відповісти|απάντηση|yanıtla|cevapla|şikayet et|balas|balasan|"
    r"trả lời|thích|respon|回复|回覆|返信|답글|답장|举报|引用|赞|顶|踩|"
    r"分享|الرد|رد|השב|הגב|پاسخ"
)
_ACTION: Final = re.compile(
    rf"^(?:\W*(?:{_ACTIONS})\s*(?:[(\[]?\s*[+-]?\d+\s*[)\]]?)?(?![^\W\d_]))+\W*$|"
    rf"^[+-]?\d+\s+(?:points?|votes?|likes?|repl(?:y|ies)|upvotes?|people like this|thumbs up)\b.{{0,20}}$",
    re.IGNORECASE,
)
_MAX_SIGNS: Final = 20  # characters of a line without a word
_NO_WORD: Final = re.compile(rf"^[\W\d_]{{1,{_MAX_SIGNS}}}$")
_IN_REPLY: Final = re.compile(
    r"^\W*(?:in reply to|replying to|in response to|reply to|(?:als )?antwort auf|als reaktion auf|en réponse à|"
    r"en respuesta a|in risposta a|em resposta a|como resposta a|(?:in|als) antwoord op|reactie op|"
    r"w odpowiedzi (?:na|do)|"
    r"som svar (?:på|till|til)|svar (?:på|till|til)|v odpovědi na|odpověď na|reakce na|reakcia na|"
    r"в ответ на|ответ(?: на| для)?|"
    r"у відповідь|σε απάντηση|"
    r"回复|回覆|返信先)\s*:?\s*@?(?P<name>.{0,60}?)\W*$",
    re.IGNORECASE,
)
REPLY_TO: Final = re.compile(r"^\W*reply to [^.!?]{1,40}$", re.IGNORECASE)
# Headings of the thread: "3 Comments", "Kommentare (12)", "12 responses to “Title”", "Showing 20 of 31 comments".
_THREAD_NOUN: Final = (
    r"comments?|responses?|repl(?:y|ies)|thoughts?|reactions?|discussion|kommentare?n?|antworten|commentaires?|"
    r"diskussion(?:en)?|discussion[ei]|discusi[oó]n(?:es)?|discuss(?:ão|ões)|discussies?|dyskusja|diskus[ei]|diskusia|"
    r"keskustelu|обсуждени[ея]|обговорення|"
    r"réponses?|"
    r"réactions?|comentarios?|respuestas?|comentários?|respostas?|commenti|commento|risposte|risposta|reacties?|"
    r"komentarz[eyi]?|odpowiedz\w*|"
    r"kommentarer|svar|kommentit|kommentti\w*|komentář\w*|komentár\w*|hozzászólás\w*|comentarii|komentar[ai]?|"
    r"коментар\w*|комментари\w*|"
    r"σχόλι\w*|yorum\w*|komentar|bình luận|评论|留言|コメント|댓글|תגובות|تعليق\w*"
)
_THREAD_HEADING: Final = folded(
    rf"^\W*(?:(?:\d+|one|no|all|showing|view|older|newer|more|latest|top|leave|alle|ein|une?|"
    rf"un|todos(?: los)?|todas(?: as)?|tous(?: les)?|tutti(?: i)?|wszystkie|все)\b\W*(?:of \d+ )?)*"
    rf"(?:(?:reader|user|visitor)(?:['’]?s)?['’]? |(?:leser|besucher|nutzer))?(?:{_THREAD_NOUN})"
    r"(?:\b\W*\d+\W*|(?<=s)\s*(?:sort(?:ed)? by|newest|oldest|top|best|most).{0,40}|"
    r"\b\W+read (?:it|them) below\b.{0,30}|"
    r"\b\s+(?:to|on|so far|auf|zu|sur|à|en|su|op|do|till|for|para|a)\b.{0,120}|\b\W*)$"
)
# Headings that newspapers and shops invent: "What readers are saying", "Leserbriefe", "Customer reviews (12)".
_OPINIONS: Final = (
    r"(?:your|readers?['’]?|users?['’]?|visitors?['’]?|reader['’]s) (?:comments?|opinions?|views|reactions?|responses|"
    r"feedback|reviews?|thoughts|letters)|comments? from (?:our )?readers|have your say|"
    r"what (?:our )?(?:readers|people|you|others) (?:are saying|say|think|said)|talk about (?:this|it)|"
    r"(?:read )?(?:a selection|some) of your (?:comments|views|e-?mails)(?: below)?|your (?:e-?mails|letters)|"
    r"the following (?:comments|e-?mails|opinions) (?:reflect|represent) .{0,60}|"
    r"(?:\d(?:[.,]\d)? (?:stars? |out of 5 )?)?(?:based on|basierend auf|sur la base de|basado en|in base a|"
    r"com base em|op basis van|na podstawie) \d+ (?:customer |user |verified )?"
    r"(?:reviews?|ratings?|bewertungen|rezensionen|avis|reseñas|opiniones|valoraciones|recensioni|avaliações|"
    r"beoordelingen|opinii|ocen)"
    r"(?:\W+(?:leave|write|add) (?:a|your) review)?|"
    r"(?:customer|product|user) (?:reviews?|ratings?)|reviews? \(\d+\)|\d+ reviews?|ratings (?:and|&) reviews|"
    r"(?:ihre|eure) (?:zuschriften|kommentare|meinungen)|"
    r"leser(?:kommentare?|meinung(?:en)?|briefe?|kritiken?|stimmen|forum)|ihre meinung(?:en)?|"
    r"das (?:sagen|meinen) unsere leser|kunden(?:bewertungen|rezensionen)|rezensionen|bewertungen \(\d+\)|"
    r"vos (?:réactions?|commentaires|avis)|(?:les )?(?:avis|réactions|commentaires) des (?:lecteurs|internautes)|"
    r"avis (?:clients|des clients)|la parole aux lecteurs|"
    r"(?:opiniones|comentarios|críticas) de (?:los )?(?:lectores|usuarios|clientes)|tus comentarios|"
    r"los lectores opinan|tu opinión|opini(?:ão|ões) d[oe]s? (?:leitores|clientes)|comentários dos leitores|"
    r"avaliações de clientes|i? ?commenti dei lettori|"
    r"i vostri (?:interventi|commenti|messaggi|pareri)|le vostre (?:lettere|mail)|"
    r"la parola ai lettori|le vostre opinioni|"
    r"recensioni (?:dei clienti|\(\d+\))|reacties van lezers|lezersreacties|klantbeoordelingen|uw mening|"
    r"läsarnas kommentarer|lesernes kommentarer|læsernes kommentarer|kundomdömen|kundeanmeldelser|"
    r"lukijoiden kommentit|asiakasarvostelut|komentarze czytelników|opinie (?:czytelników|klientów|internautów)|"
    r"názory čtenářů|diskuse k článku|hodnocení zákazníků|olvasói vélemények|vásárlói vélemények|párerile cititorilor|"
    r"мнения читателей|отзывы(?: \(\d+\)| покупателей| читателей)?|думки читачів|відгуки(?: \(\d+\)| читачів)?|"
    r"σχόλια αναγνωστών|okur yorumları|ziyaretçi yorumları|müşteri yorumları|تعليقات القراء|آراء القراء|"
    r"תגובות (?:הקוראים|לכתבה)|komentar pembaca|ulasan pelanggan|ý kiến bạn đọc|网友评论|網友評論|用户评价|顧客評價|"
    r"読者のコメント|みんなのクチコミ|カスタマーレビュー|독자 의견|네티즌 의견|고객 리뷰|상품평"
)
_OPINION_HEADING: Final = folded(rf"^\W*(?:\d+\W+)?(?:{_OPINIONS})\W*(?:\d+\W*)?(?:[-–|]\s?.{{1,20}})?$")
# What shops and recipe sites print around a review.
_REVIEW_LINE: Final = (
    r"verified (?:purchase|buyer|owner|reviewer)|"
    r"(?:(?:rated|rating)\W*)?[1-5](?:[.,]\d)? (?:out of|of|/) 5(?: stars?)?|"
    r"was this (?:review|comment|answer)? ?(?:helpful|useful)|\d+ (?:(?:out )?of \d+ )?(?:\w+ )?found (?:this|it)|"
    r"verifizierter kauf|war diese (?:bewertung|rezension)|\d+ (?:von \d+ )?\w+ fanden|achat vérifié|cet avis vous|"
    r"compra verificada|¿te (?:ha resultado|fue) útil|acquisto verificato|questa recensione è stata|"
    r"esta avaliação foi|geverifieerde aankoop|was deze (?:beoordeling|recensie)|zweryfikowany zakup|"
    r"potwierdzony zakup|czy ta (?:recenzja|opinia)|ověřený nákup|отзыв (?:был )?полез|проверенная покупка|"
    r"doğrulanmış alışveriş|bu değerlendirme|このレビューは|购买认证|這則評價|这条评价|이 리뷰가"
)
_REVIEW: Final = re.compile(rf"^\W*(?:{_REVIEW_LINE})", re.IGNORECASE)
AUTHOR_TOKEN: Final = re.compile(
    r"(?:^|[-_])(?:author|fn|user(?:name)?|nick(?:name)?|commenter|poster|name|autor|auteur|verfasser|hnuser|by)(?:$|"
    r"[-_])|^byline",
    re.IGNORECASE,
)
NOT_AUTHOR_TOKEN: Final = re.compile(
    r"avatar|image|photo|thumb|pic|body|text|content|date|time|says|badge|meta|role|bypostauthor|container|wrap|info|"
    r"comment-by",
    re.IGNORECASE,
)


_REPLY: Final = folded(
    r"[\W\d_]*(?:reply|antworten?|répondre|responder|rispondi|antwoord(?:en)?|beantwoorden|reageer|odpowiedz|svara?|"
    r"vastaa|odpovědět|odpovedať|válasz|răspunde|odgovori|отговор|ответить|відповісти|απάντηση|yanıtla|cevapla|balas|"
    r"trả lời|回复|回覆|返信|답글|الرد|رد|השב|הגב|پاسخ|जवाब दें)[\W\d_]*"
)

_TRACKBACKS: Final = folded(
    r"^\W*(?:\d+\W+)?(?:(?:track|ping)-?backs?\b\W*(?:\d+\W*)?){1,2}$|^トラックバック\W*(?:\d+\W*)?$"
)
_may_head_thread: Final = Sieve(_THREAD_HEADING)
_may_head_opinions: Final = Sieve(_OPINION_HEADING)
_may_head: Final = Sieve(_THREAD_HEADING, _OPINION_HEADING)
_may_head_trackbacks: Final = Sieve(_TRACKBACKS)
_may_act: Final = Opening(_ACTION)
_may_answer: Final = Opening(_IN_REPLY)
_may_review: Final = Opening(_REVIEW)


def is_action(text: str) -> bool:
    """Tell whether a line is nothing but buttons and counts: "Reply", "Like (3) Share", "12 points"."""
    if _may_act(text) and _ACTION.match(text):
        return True
    return len(text) <= _MAX_SIGNS + 1 and _NO_WORD.match(text) is not None


def in_reply(text: str) -> re.Match[str] | None:
    """Match a line such as "in reply to Ana", with the name."""
    return _IN_REPLY.match(text) if _may_answer(text) else None


def is_review_line(text: str) -> bool:
    """Tell whether a line is what shops and recipe sites print around a review: "Verified purchase"."""
    return _may_review(text) and _REVIEW.match(text) is not None


def replies_to(text: str) -> bool:
    """Tell whether a line does nothing but offer to reply, beside a count at most: "24 Reply"."""
    return _REPLY.fullmatch(fold(text)) is not None


def heads_thread(text: str) -> bool:
    """Tell whether a line reads like the heading of a thread: "3 comments", "Kommentare (12)"."""
    return len(text) <= MAX_HEADING and _may_head_thread(text) and _THREAD_HEADING.match(fold(text)) is not None


def may_head(texts: Sequence[str]) -> list[int]:
    """Find the lines of which `heads_thread` or `heads_opinions` may be true."""
    return _may_head.among(texts, MAX_HEADING)


def heads_trackbacks(text: str) -> bool:
    """Tell whether a line heads links from other sites: "TrackBacks (2)"."""
    return len(text) <= MAX_HEADING and _may_head_trackbacks(text) and _TRACKBACKS.match(fold(text)) is not None


def heads_opinions(text: str) -> bool:
    """Tell whether a line reads like what newspapers and shops invent for one: "What readers are saying"."""
    return len(text) <= MAX_HEADING and _may_head_opinions(text) and _OPINION_HEADING.match(fold(text)) is not None
