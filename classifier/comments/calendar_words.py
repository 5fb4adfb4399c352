"""Names of months and weekdays in 33 languages, from Unicode CLDR 46.

A word that means different months in two languages (Croatian and Polish "listopad") stands for the more widely used
one.
"""

from functools import lru_cache
from typing import Final

_MONTHS: Final = (
    "january jan januar janvier janv enero ene gennaio gen janeiro januari tammikuuta tammikuu tammi stycznia "
    "styczeń sty ledna leden led januára január ianuarie ian siječnja siječanj sij януари яну января январь янв "
    "січня січень січ ιανουαρίου ιανουάριος ιαν ocak oca gener sausio sausis saus janvāris jaanuar jaan يناير "
    "ינואר ינו׳ ژانویهٔ ژانویه जनवरी जन॰",
    "february feb februar février févr febrero febbraio fevereiro fev februari helmikuuta helmikuu helmi lutego "
    "luty lut února únor úno februára február febr februarie veljače veljača velj февруари фев февраля февраль "
    "февр лютого лютий лют φεβρουαρίου φεβρουάριος φεβ şubat şub febrer vasario vasaris vas februāris veebruar "
    "veebr فبراير פברואר פבר׳ فوریهٔ فوریه फ़रवरी फ़र॰ fevrier",
    "march mar märz mär mars marzo março maart mrt marts maaliskuuta maaliskuu maalis marca marzec března březen "
    "bře marec március márc martie ožujka ožujak ožu март марта мар березня березень бер μαρτίου μάρτιος μαρ μάρ "
    "mart maret març kovo kovas kov märts مارس מרץ मार्च marz maerz",
    "april apr avril avr abril abr aprile huhtikuuta huhtikuu huhti kwietnia kwiecień kwi dubna duben dub apríla "
    "apríl április ápr aprilie travnja travanj tra април апр апреля апрель квітня квітень квіт απριλίου απρίλιος "
    "απρ nisan nis balandžio balandis bal aprīlis aprill أبريل אפריל אפר׳ آوریل अप्रैल",
    "may mai mayo maggio mag maio mei maj toukokuuta toukokuu touko maja května květen kvě mája máj május svibnja "
    "svibanj svi май мая травня травень трав μαΐου μάιος μαΐ μάι mayıs maig gegužės gegužė geg maijs مايو מאי مهٔ "
    "مه मई",
    "june jun juni juin junio giugno giu junho kesäkuuta kesäkuu kesä czerwca czerwiec cze června červen čvn júna "
    "jún június iunie iun junij lipnja lipanj юни июня июнь июн червня червень черв ιουνίου ιούνιος ιουν ιούν "
    "haziran haz juny birželio birželis birž jūnijs jūn juuni يونيو יוני ژوئن जून",
    "july jul juli juillet juil julio luglio lug julho heinäkuuta heinäkuu heinä lipca lipiec lip července "
    "červenec čvc júla júl július iulie iul julij srpnja srpanj юли июля июль июл липня липень лип ιουλίου "
    "ιούλιος ιουλ ιούλ temmuz tem juliol liepos liepa liep jūlijs jūl juuli يوليو יולי ژوئیهٔ ژوئیه जुलाई जुल॰",
    "august aug août agosto ago augustus augusti elokuuta elokuu elo sierpnia sierpień sie srpna srpen srp "
    "augusta augusztus avgust avg kolovoza kolovoz kol август авг августа серпня серпень серп αυγούστου αύγουστος "
    "αυγ αύγ ağustos ağu agustus agu agost ag rugpjūčio rugpjūtis rugp augusts أغسطس אוגוסט אוג׳ اوت अगस्त अग॰ "
    "agos aout",
    "september sep sept septembre septiembre settembre set setembro syyskuuta syyskuu syys września wrzesień wrz "
    "září zář septembra szeptember szept septembrie rujna rujan ruj септември сеп сентября сентябрь сент вересня "
    "вересень вер σεπτεμβρίου σεπτέμβριος σεπ eylül eyl setembre rugsėjo rugsėjis rugs septembris سبتمبر ספטמבר "
    "ספט׳ سپتامبر सितंबर सित॰ sett",
    "october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta lokakuu loka października "
    "październik paź října říjen říj októbra október octombrie октомври окт октября октябрь жовтня жовтень жовт "
    "οκτωβρίου οκτώβριος οκτ ekim eki spalio spalis spal oktobris oktoober أكتوبر אוקטובר אוק׳ اکتبر अक्टूबर "
    "अक्टू॰",
    "november nov novembre noviembre novembro marraskuuta marraskuu marras listopada listopad lis listopadu "
    "novembra noiembrie studenoga studeni stu ноември ное ноября ноябрь нояб листопада листопад лист νοεμβρίου "
    "νοέμβριος νοε νοέ kasım kas lapkričio lapkritis lapkr novembris نوفمبر נובמבר נוב׳ نوامبر नवंबर नव॰",
    "december dec dezember dez décembre déc diciembre dic dicembre dezembro desember des joulukuuta joulukuu "
    "joulu grudnia grudzień gru prosince prosinec pro decembra decembrie prosinca prosinac декември дек декабря "
    "декабрь грудня грудень груд δεκεμβρίου δεκέμβριος δεκ aralık ara desembre gruodžio gruodis gruod decembris "
    "detsember dets ديسمبر דצמבר דצמ׳ دسامبر दिसंबर दिस॰ decembre",
)
_WEEKDAYS: Final = (
    "monday mon tuesday tue wednesday wed thursday thu friday fri saturday sat sunday sun montag dienstag "
    "mittwoch donnerstag freitag samstag sonntag lundi lun mardi mar mercredi mer jeudi jeu vendredi ven samedi "
    "sam dimanche dim lunes martes miércoles mié jueves jue viernes vie sábado sáb domingo dom lunedì martedì "
    "mercoledì giovedì gio venerdì sabato sab domenica segunda-feira seg terça-feira ter quarta-feira qua "
    "quinta-feira qui sexta-feira sex maandag dinsdag woensdag donderdag vrijdag zaterdag zondag måndag mån tisdag tis "
    "onsdag ons torsdag tors fredag fre lördag lör söndag sön mandag man tirsdag tirs lørdag lør søndag søn tir "
    "tor maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntai poniedziałek pon wtorek "
    "środa czwartek czw piątek sobota sob niedziela niedz pondělí úterý středa čtvrtek pátek neděle pondelok "
    "utorok streda štvrtok piatok nedeľa hétfő kedd szerda sze csütörtök péntek szombat szo vasárnap luni marți "
    "miercuri mie joi vineri vin sâmbătă sâm duminică dum ponedeljek torek sreda sre četrtek čet petek pet "
    "nedelja ned ponedjeljak utorak uto srijeda sri četvrtak petak subota sub nedjelja понеделник вторник сряда "
    "четвъртък петък събота неделя понедельник среда четверг пятница суббота воскресенье понеділок вівторок "
    "середа четвер пʼятниця субота неділя δευτέρα δευ τρίτη τρί τετάρτη τετ πέμπτη πέμ παρασκευή παρ σάββατο σάβ "
    "κυριακή κυρ pazartesi pzt salı sal çarşamba çar perşembe per cuma cum cumartesi cmt pazar paz senin sen "
    "selasa sel rabu rab kamis kam jumat jum sabtu minggu min dilluns dimarts dimecres dijous divendres dissabte "
    "diumenge pirmadienis antradienis trečiadienis ketvirtadienis penktadienis šeštadienis sekmadienis pirmdiena "
    "pirmd otrdiena otrd trešdiena trešd ceturtdiena ceturtd piektdiena piektd sestdiena sestd svētdiena svētd "
    "esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت "
    "الأحد שבת دوشنبه سه‌شنبه چهارشنبه پنجشنبه جمعه شنبه یکشنبه सोमवार सोम मंगलवार मंगल बुधवार बुध गुरुवार गुरु "
    "शुक्रवार शुक्र शनिवार शनि रविवार रवि "
)

MONTHS: Final[dict[str, int]] = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
WEEKDAYS: Final[frozenset[str]] = frozenset(_WEEKDAYS.split())

# Short names that other languages, mostly English, have as everyday words, with the languages of the months.
_ALSO_WORDS: Final[dict[str, str]] = {
    "ag": "ca",
    "ago": "es gl it pt",
    "avg": "bs mk sl sr",
    "des": "ca id is ms nb nn no",
    "elo": "fi",
    "gen": "ca it",
    "ian": "ro",
    "kas": "tr",
    "led": "cs",
    "lip": "hr pl",
    "lug": "it",
    "mag": "it",
    "ott": "it",
    "out": "gl pt",
    "pro": "cs",
    "set": "ca gl it pt",
    "sie": "pl",
    "stu": "hr",
    "tem": "tr",
    "tra": "hr",
    "лист": "uk",
}


def primary(language: str | None) -> str:
    """Primary subtag of a language tag: "pt" of "pt-BR" or "pt_PT", "" of none."""
    return (language or "").lower().replace("_", "-").partition("-")[0]


@lru_cache(maxsize=64)
def months_in(language: str | None) -> dict[str, int]:
    """Names that stand for a month in a text of a language even where no year says so.

    Parameters
    ----------
    language : str or None
        Language tag; None where it is not known.

    Returns
    -------
    dict of str to int
        `MONTHS` without the short names that are words of other languages: "12 set" is a date in Italian, "set of 12"
        is none.
    """
    own = primary(language)
    return {
        word: month for word, month in MONTHS.items() if word not in _ALSO_WORDS or own in _ALSO_WORDS[word].split()
    }
