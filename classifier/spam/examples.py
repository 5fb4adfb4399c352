"""Comment spam of the kinds that blogs get, written for training: flattery, link drops, loans, pills, casinos, SEO."""

from typing import Final

BLOG_SPAM: Final = (
    "Great post! I really enjoyed reading it. Visit my website for cheap replica watches http://watches-outlet.example",
    "Hello admin, i must say you have high quality articles here. Your page should go viral. You need initial "
    "traffic only. "
    "How to get it? Search for: Mertiso's tips go viral",
    "I have read so many posts on the topic of the blogger lovers except this piece of writing is in fact a fastidious "
    "article, keep it up. my web page :: payday loans online",
    "Buy cheap viagra online without prescription, cialis 20mg best price www.best-pills-online.com",
    "Wow, fantastic blog layout! How long have you been blogging for? you make blogging look easy. My site: online "
    "casino",
    "Thanks for sharing. Check out my blog for weight loss tips: slimfast-now.net",
    "Do you need an urgent loan? We offer loans at 2% interest rate, contact us today at loanoffer@finance.example",
    "I earned $7,845 last month working from home on my laptop, here is how I did it... www.online-jobs.com",
    "My last pay check was $9500 working 12 hours a week online. My sisters friend has been averaging 15k for months "
    "now",
    "Free iPhone giveaway!! Click here >>> http://bit.ly/fr33phone",
    "louis vuitton outlet online store cheap louis vuitton handbags coach factory outlet ray ban sunglasses",
    "Thank you for some other informative web site. Where else may just I am getting that kind of info written in "
    "such a "
    "perfect means? I've a challenge that I am just now running on, feel free to surf to my web-site",
    "We are a group of volunteers and starting a new scheme in our community. Your site provided us with valuable "
    "information to work on. Feel free to visit my homepage",
    "Need backlinks? Our SEO service gets your site on page one of Google in 30 days. Contact us now for a free audit",
    "Best essay writing service, 100% plagiarism free, order now with 20% discount www.essay-help.com",
    "Bitcoin trading made me rich, thanks to Mr Anderson, an expert broker. Contact him on WhatsApp +1 555 010 0199",
    "A powerful spell caster brought my ex husband back within 48 hours, email him: drspell@example.com",
    "Spiele jetzt im besten Online Casino mit 100 Freispielen ohne Einzahlung! http://casino-bonus.example",
    "Günstige Kredite ohne Schufa, sofortige Auszahlung, hier klicken: www.sofortkredit.de",
    "Acheter viagra en ligne pas cher livraison rapide www.pharmacie-enligne.example",
    "Gana dinero desde casa sin esfuerzo, visita mi página www.dinero-facil.com",
    "Купить дипломы недорого, гарантия качества, заходите на сайт diplom-best.ru",
    "Заработок в интернете без вложений от 5000 рублей в день! Жми сюда http://zarabotok.example",
    "Kupuj tanio markowe zegarki, najlepsze ceny w sieci, zapraszam na moją stronę www.zegarki-outlet.pl",
    "I found this site very useful. Also visit: escort service in Delhi, call girls Mumbai, independent escorts",
    "nice post <a href=http://cheap-jerseys.example>cheap nfl jerseys</a> "
    "[url=http://cheap-jerseys.example]jerseys[/url]",
    "Hi there, just became aware of your blog through Google. Your post is awesome, visit my page about hair loss "
    "treatment",
    "Download full movies free HD no registration here: http://free-movies-hd.example",
    "Your article is very helpful!! Also see my youtube channel and subscribe, I post daily prank videos",
    "Lose 20 pounds in two weeks with this one weird trick, doctors hate it! See www.dietpills.info",
)
