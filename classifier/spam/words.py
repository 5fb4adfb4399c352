"""Words that comment spam is made of, by what they do in it: in lower case, without accents."""

from __future__ import annotations

import functools
from typing import Final

import numpy as np
import numpy.typing as npt

from classifier.spam.reading import membership, read, shortened

# What they do is the same on a blog, below a video and in other languages; the words around them are not.
KINDS: Final = {
    "own": "my our mein meine meinen meinem meiner unser unsere unseren unserer mon ma mes notre nos mi mis nuestro "
    "nuestra nuestros minha meu meus nossa mio mia miei mie nostro mijn onze moj moja moje moim moi min mitt vores var "
    "мои моя моего моем наш наша нашего нашем наши benim bizim",
    "thing": "channel channels chanel channal chanell chan video videos vid vids vidz site sites website websites "
    "webpage webpages page pages homepage blog blogs weblog cover covers track tracks song songs music musics playlist "
    "profile shop store company service services app game beat beats rap raps remix album single mixtape movie movies "
    "clip clips podcast kanal kanali seite webseite chaine canal pagina sitio sito strona strone strony stronie canale "
    "kanaal канал саит саите саита страница страницу группу группа блог videolar sitem siteme situs",
    "ask": "check checkout cheque chek subscribe subscribed subscribing subscrib suscribe sucscribe subcribe subscirbe "
    "sub subs visit visiting click follow vote watch look listen search contact order buy download join add share go "
    "open register signup sign support help donate enter try text call email mail surf see take give besuch besuche "
    "besucht abonniere abonniert abonnieren klick klicke klickt visitez visite abonnez abonne cliquez visita haz "
    "suscribete suscribanse clique inscreva iscriviti clicca bezoek abonneer klik odwiedz zapraszam kliknij жми жмите "
    "заходи заходите подпишись подписываитесь переходи купить заказать tikla abone ziyaret kunjungi",
    "subscribe": "subscribe subscribed subscribing subscriber subscribers subscrib suscribe sucscribe subcribe "
    "subscirbe sub subs subbed follow follower followers followed",
    "please": "please pls plz pleas plss plise pliz plizz bitte svp porfavor porfa favor prosze пожалуиста lutfen "
    "alstublieft prego vennligst",
    "return": "back return sub4sub like4like follow4follow f4f s4s l4l",
    "platform": "facebook fb instagram insta ig twitter twitch soundcloud snapchat skype whatsapp kik telegram tumblr "
    "vine ask tsu vk pinterest reverbnation bandcamp spotify itunes wattpad ebay amazon kickstarter gofundme indiegogo "
    "paypal patreon",
    "fund": "gofundme indiegogo kickstarter fundraiser donate donation donations fund funds funding campaign charity "
    "patreon",
    "shop": "ebay amazon aliexpress etsy shop store sale discount cheap price prices order buy sell selling outlet "
    "offer deal coupon code codes voucher shipping angebot gunstig gunstige billig rabatt acheter prix livraison "
    "barato barata comprar oferta tanio tanie sklep купить недорого цена скидка дешево satilik ucuz",
    "money": "money cash dollars dollar usd euro euros bucks earn earned earning earnings income profit profits paid "
    "paycheck salary rich paypal free bitcoin btc crypto invest investment investing trading trader forex broker win "
    "winner giveaway gift cards card prize lottery verdienen geld argent gagner dinero ganar gana guadagna soldi "
    "dinheiro ganhar zarabiaj zarabianie заработок заработать деньги рублеи доход para kazan",
    "trade": "viagra cialis levitra pills pharmacy pharma tablets casino casinos poker slots betting bets roulette "
    "jackpot replica replicas watches rolex louis vuitton gucci handbags handbag jerseys outlet nike jordan oakley ugg "
    "loan loans credit mortgage payday debt insurance seo backlink backlinks traffic ranking marketing leads hosting "
    "essay essays dissertation homework escort escorts dating hookup sex porn xxx webcam nude girls weight diet slim "
    "slimming keto cbd vape hair hacker hackers hack recovery spell caster herbal cure herpes supplements kredit "
    "kredite schufa spielautomaten freispiele pret credits prestamo prestamos prestito kredyt pozyczka pozyczki kasyno "
    "казино кредит заим дипломы диплом проститутки bahis kumar kredi",
    "greeting": "hey hi hello hai hola guys guy everyone everybody people friends peeps dear admin fans world hallo "
    "bonjour salut ciao ola oi czesc witam привет всем selam arkadaslar",
    "self": "i im ive ill me we were us am name myself my our ich wir je yo io eu ja я мы ben",
    "you": "you u ur your youre ya yall du ihr dein deine vous votre tu te usted voce seu twoj wasz вы ты вас вам sen "
    "siz",
    "new": "new upcoming young talented artist artists rapper singer musician producer youtuber vlogger gamer singing "
    "aspiring amateur band dj",
    "like": "like likes thumbs thumb upvote",
    "comment": "comment comments",
    "views": "views view viewed billion million watching watched",
    "praise": "great nice awesome amazing wonderful excellent fantastic fastidious informative helpful useful valuable "
    "superb brilliant impressive article post posts blog information info sharing share weblog website content",
    "video_site": "youtube youtu google wikipedia",
    "address": "http https www",
    "domain": "com net org info ru biz co io de tk xyz ly be tv pl uk fr es me gl gd eu br ca au nl online "
    "shop site club top store vip link click",
    "sure_domain": "com net org info ru de",
    "dot": "dot",
}


def kinds_of(words: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Look up the kinds of words.

    Parameters
    ----------
    words : ndarray
        Hashes.

    Returns
    -------
    ndarray
        Kinds of each as bits, see `bits`.
    """
    filled, known, kinds = _lexicon()
    maybe = np.flatnonzero(filled[shortened(words)])  # most words are of no kind, and a search costs more
    at = np.minimum(np.searchsorted(known, words[maybe]), len(known) - 1)
    found = np.zeros(len(words), np.uint32)
    found[maybe] = np.where(known[at] == words[maybe], kinds[at], np.uint32(0))
    return found


@functools.cache
def bits(*kinds: str) -> np.uint32:
    """Bits of some kinds."""
    return np.uint32(sum(1 << number for number, kind in enumerate(KINDS) if kind in kinds))


@functools.cache
def _lexicon() -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.uint32], npt.NDArray[np.uint32]]:
    """Which shortened hashes the words of all kinds have, their hashes in order, and the kinds of each as bits."""
    kinds: dict[int, int] = {}
    for kind, words in KINDS.items():
        for word in read([words], len(words)).words.tolist():
            kinds[word] = kinds.get(word, 0) | int(bits(kind))
    known = np.array(sorted(kinds), np.uint32)
    return membership(known), known, np.array([kinds[word] for word in known.tolist()], np.uint32)
