"""CSV: articles with the columns that you want, and comments in a file of their own.

A CSV feed takes its columns from the first item, and a dict that Winnow leaves as it was (here: of a doubtful page) has
none of Winnow's fields. So the feed names its columns. `item_classes` parts the two feeds.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/csv_feeds.py
"""

import scrapy
from scrapy.linkextractors import LinkExtractor


class CsvFeeds(scrapy.Spider):
    name = "csv_feeds"
    url = "http://127.0.0.1:8080/"
    custom_settings = {
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "WINNOW_COMMENT_ITEMS": True,
        "WINNOW_MIN_WORDS": 130,
        "FEEDS": {
            "articles.csv": {
                "format": "csv",
                "overwrite": True,
                "item_classes": ["builtins.dict"],
                "fields": ["url", "headline", "byline", "articleBody", "confidence"],
            },
            "comments.csv": {
                "format": "csv",
                "overwrite": True,
                "item_classes": ["classifier.plugin.comments.CommentItem"],
            },
        },
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        yield {"url": response.url}  # the front page, first and without an article
        for link in LinkExtractor(allow=r"/(posts|story|20\d\d)/", deny=r"bridge|gone").extract_links(response):
            yield response.follow(link, self.parse_story)

    def parse_story(self, response):
        yield {"url": response.url}
