"""Scrapy settings of the project: polite to sites, closed to the machine's other users, one line for the add-on."""

BOT_NAME = "winnow"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

ADDONS = {"classifier.addon.WinnowAddon": 450}

# Every page goes through the spider as a candidate; the page itself tells whether it is an article, better than its
# URL does. Items of other pages are dropped and counted. A story with a long thread below can look like a forum.
WINNOW_PAGE_TYPES = ["article", "forum"]
# Log-in pages, search forms and pages of a section have few words outside their links; the shortest news has more.
WINNOW_MIN_WORDS = 50
WINNOW_LOW_CONFIDENCE = "drop"
# Each item says what was set aside on its page.
WINNOW_TRACE = True

# Be a guest: say who comes, do what robots.txt says, one request at a time, and not more than one a second.
USER_AGENT = "scrapy-winnow (+https://pypi.org/project/scrapy-winnow/)"
ROBOTSTXT_OBEY = True
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.robots.RobotsMiddleware": 100,
}
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1
DOWNLOAD_TIMEOUT = 30
COOKIES_ENABLED = False

# A news page has some 200 kB; Scrapy's own limit is 1 GiB. Sitemaps may have 50 MB unpacked, by their standard.
DOWNLOAD_MAXSIZE = 52_428_800
DOWNLOAD_WARNSIZE = 10_485_760

# Both let other programs on this machine run code in the crawl.
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False

FEED_EXPORT_ENCODING = "utf-8"

# At DEBUG Scrapy prints every item whole.
LOG_LEVEL = "INFO"
