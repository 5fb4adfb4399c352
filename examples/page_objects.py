"""scrapy-poet: a page object that fills zyte-common-items' Article.

Needs `pip install 'scrapy-winnow[poet,metadata]'`. The callback asks for an Article; one field is overridden.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/page_objects.py -O items.jsonl
"""

import scrapy
from scrapy.linkextractors import LinkExtractor
from scrapy_poet import DummyResponse
from web_poet import field, handle_urls
from zyte_common_items import Article

from classifier.pages import WinnowArticlePage


@handle_urls("")
class StoryPage(WinnowArticlePage):
    @field
    def description(self):
        return self.page_metadata.description or (self.extraction.body or "").partition("\n")[0] or None


class PageObjects(scrapy.Spider):
    name = "page_objects"
    url = "http://127.0.0.1:8080/"
    # The items come complete from the page object: nothing is left for the middleware to fill.
    winnow = "off"
    custom_settings = {
        "ADDONS": {"scrapy_poet.Addon": 300, "classifier.addon.WinnowAddon": 450},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        for link in LinkExtractor(allow=r"/(posts|story|20\d\d)/", deny=r"bridge|gone").extract_links(response):
            yield response.follow(link, self.parse_story)

    def parse_story(self, response: DummyResponse, article: Article):
        yield article
