"""Notices that surround threads and forms on every page of a site, and belong to no article.

Programs that run blogs, forums and newspapers print them in the language of the site, always in the same words: whom
the comments belong to, who may write some, that a filter guards the form, where an entry was filed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from classifier.sieve import Opening, fold, folded

if TYPE_CHECKING:
    from classifier.blocks import Page

_MAX_LINE: Final = 400  # characters
_PARAGRAPH: Final = 80  # characters
_THREAD: Final = frozenset({"comment", "comment_form", "challenge"})
_OWNED: Final = (
    r"(?:the fine print\W+)?(?:the following |all |user |reader )?comments (?:below )?(?:are|remain) (?:owned by|the "
    r"(?:property|responsibility|opinions?|views) of|not (?:those of|moderated))|"
    r"(?:the )?(?:views|opinions) expressed in (?:the |these |reader )?comments|"
    r"die (?:kommentare|beiträge) (?:von|der) \w+ (?:und \w+ )?(?:geben|spiegeln)|(?:die )?kommentare (?:geben|"
    r"spiegeln) |"
    r"les commentaires (?:sont la propriété|sont sous la responsabilité|appartiennent|n['’]engagent)|"
    r"(?:los|las) (?:comentarios|opiniones) (?:son (?:propiedad|responsabilidad)|publicad[oa]s|vertid[oa]s|"
    r"expresad[oa]s)|"
    r"(?:os )?comentários (?:publicados |postados )?são de (?:inteira |exclusiva )?(?:responsabilidade|propriedade)|"
    r"i commenti (?:sono (?:di )?proprietà|espressi|degli utenti)|de reacties (?:zijn|"
    r"vallen) .{0,30}verantwoordelijkheid|"
    r"(?:redakcja|wydawca|portal|serwis|administrator) nie (?:odpowiada|ponosi odpowiedzialności) za (?:treś|koment|"
    r"opini|"
    r"wypowiedzi)|redakce ne(?:odpovídá|nese odpovědnost) za|"
    r"редакция не нес[её]т ответственности за (?:содержание |мнени|комментари)|редакція не несе відповідальності за|"
    r"(?:mest|yorumlar|yapılan yorumlar)\w* .{0,40}(?:sorumlu|ait)|网友评论|以上(?:留言|评论)"
)
_CLOSED: Final = (
    r"comments (?:for this \w+ )?(?:are|have been) (?:now |currently )?(?:closed|disabled|turned off)|"
    r"this (?:debate|discussion|thread|topic|conversation) is (?:now )?closed|commenting (?:is|"
    r"on this \w+ is) (?:closed|"
    r"disabled)|(?:die )?kommentare? (?:sind|ist|wurden) (?:geschlossen|deaktiviert|nicht)|die kommentarfunktion |"
    r"(?:les )?commentaires (?:sont )?(?:fermés|clos|désactivés)|(?:los )?comentarios (?:están )?(?:cerrados|"
    r"desactivados)|"
    r"(?:os )?comentários (?:estão )?(?:fechados|encerrados|desativados)|i commenti sono (?:chiusi|disattivati|"
    r"disabilitati)|"
    r"de reacties zijn gesloten|reageren is niet (?:meer )?mogelijk|(?:możliwość )?komentowani[ea] .{0,20}(?:wyłączon|"
    r"zablokowan)|kommentar(?:er|erna|feltet|sfältet) (?:är|er) (?:stäng|lukke|steng)|kommentointi on |"
    r"комментарии (?:к .{1,80} )?(?:закрыты|отключены)|коментарі (?:закриті|вимкнені)|komentáře (?:jsou|nejsou) |"
    r"yorumlar kapal|评论已关闭|評論已關閉|コメントは受け付けて|댓글.{0,3}닫"
)
_ALLOWED: Final = (
    r"you (?:must|need to) (?:be logged in|log in|register|sign in) to (?:post|leave|write|comment|reply)|"
    r"(?:please )?(?:log|sign) in (?:or \w+ )?to (?:post|leave|write) |kommentare können nur|"
    r"(?:(?:only )?registered (?:users|members|readers) (?:can|may)|nur (?:angemeldete|registrierte)|seuls? les|"
    r"s[oó]lo (?:los )?usuarios registrados|apenas (?:utilizadores|usuários|assinantes)|solo gli utenti registrati|"
    r"alleen (?:geregistreerde|ingelogde)|tylko (?:zalogowani|zarejestrowani)|(?:bare|kun|endast) registrer\w+|"
    r"(?:только|лишь) зарегистрированные)\b.{0,60}(?:comm?ent|kommentar|kommentier|koment|reager|коммент)|"
    r"komentovat mohou |комментировать могут|"
    r"you (?:may not|cannot|can) (?:post|reply to|edit|delete) (?:new |your )?(?:threads|topics|replies|attachments|"
    r"posts)|"
    r"es ist (?:dir|ihnen) (?:nicht )?erlaubt|(?:du kannst|sie können) keine (?:neuen )?(?:themen|beiträge|antworten)|"
    r"vous ne pouvez pas (?:poster|répondre|éditer)|no puedes? (?:crear|publicar|responder) (?:nuevos )?temas"
)
_GUARDED: Final = (
    r"(?:this|the) (?:form|site|page|website) is protected by (?:google )?(?:h|re)captcha|this site uses akismet|"
    r"dieses? (?:seite|website|formular) (?:ist|wird) (?:durch|von|mit|mittels) (?:google )?(?:h|re)captcha|"
    r"diese website verwendet akismet|ce (?:site|formulaire) (?:est protégé par (?:google )?(?:h|re)captcha|"
    r"utilise akismet)|"
    r"este (?:sitio|site|formulario|formulário) (?:(?:está|es|é) protegido p(?:or|elo) (?:google )?(?:h|re)captcha|"
    r"(?:usa|utiliza|usa o) akismet)|questo (?:sito|modulo) (?:è protetto da (?:google )?(?:h|re)captcha|u(?:sa|"
    r"tilizza) "
    r"akismet)|(?:deze|dit) (?:site|formulier|website) (?:wordt beschermd door (?:h|re)captcha|gebruikt akismet)|"
    r"ta (?:strona|witryna) (?:jest chroniona przez (?:h|re)captcha|używa akismet)|このサイトはスパムを低減|"
    r"этот сайт (?:защищ[её]н|использует akismet)"
)
_FILED: Final = (
    r"(?:this (?:entry|post|article) (?:was|is)|(?:dieser|der) (?:eintrag|beitrag|artikel) (?:wurde|ist)|"
    r"c(?:e|et|ette) (?:entrée|article|billet|note) (?:a été|est)|est[ae] (?:entrada|artículo|nota) (?:fue|se|ha)|"
    r"est[ae] (?:post|artigo|entrada) (?:foi|está)|quest[oa] (?:articolo|voce|post) (?:è|fu)|dit (?:bericht|artikel) |"
    r"ten wpis |den här (?:posten|artikeln)|det här inlägget|dette (?:indlæg|innlegg)|(?:эта )?запись |"
    r"αυτή η (?:εγγραφή|καταχώριση)|(?:tento )?(?:příspěvek|článek) |ez a bejegyzés |bu (?:yazı|içerik) |"
    r"この(?:投稿|エントリー|記事)|이 글은 ).{0,250}(?:\brss\b|track-?back|ping|permalink|permanentlink|トラックバック)"
    r"|track-?back url|trackback-url|adresse de (?:rétrolien|trackback)|url de trackback"
)
_NOTICE: Final = folded(rf"\W{{0,3}}(?:{_OWNED}|{_CLOSED}|{_ALLOWED}|{_GUARDED}|{_FILED})")
_may_begin: Final = Opening(_NOTICE)


def drop_notices(page: Page, labels: Sequence[str]) -> list[str]:
    """Take notices about comments and forms out of the article.

    Parameters
    ----------
    page : Page
        Segmented page or plain text.
    labels : sequence of str
        Label of each block.

    Returns
    -------
    list of str
        New labels: notices below the last paragraph, or beside what is no article, became ``comment_form`` where a
        thread or a form stands beside them, else ``boilerplate``. Those that an article quotes between its paragraphs
        stay.
    """
    refined = list(labels)
    ends = [b for b, (label, after) in enumerate(pairwise((*labels, ""))) if label == "body" != after]
    for start, end in zip((-1, *ends), ends, strict=False):
        run = range(labels.index("body", start + 1), end + 1)
        last = end == ends[-1]
        for b in reversed(run):
            text = page.texts[b]
            if _is_notice(text):
                refined[b] = _label(refined, b)
            elif not last or len(text) >= _PARAGRAPH:
                break
        if run.start and refined[run.start] == "body" and _is_notice(page.texts[run.start]):
            refined[run.start] = _label(refined, run.start)
    return refined


def _is_notice(text: str) -> bool:
    return len(text) <= _MAX_LINE and _may_begin(text) and _NOTICE.match(fold(text)) is not None


def _label(labels: Sequence[str], b: int) -> str:
    """Label of a notice: part of the thread or form beside it, if there is one."""
    return "boilerplate" if _THREAD.isdisjoint(labels[max(0, b - 1) : b + 2]) else "comment_form"
