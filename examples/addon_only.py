"""The add-on and nothing else: a spider that only says which pages are stories.

The item leaves the spider with a URL, and reaches the feed with headline, article, comments, forms and more.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/addon_only.py -O items.jsonl
"""

import scrapy
from scrapy.linkextractors import LinkExtractor


class AddonOnly(scrapy.Spider):
    name = "addon_only"
    url = "http://127.0.0.1:8080/"
    custom_settings = {
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        for link in LinkExtractor(allow=r"/(posts|story|20\d\d)/", deny=r"bridge|gone").extract_links(response):
            yield response.follow(link, self.parse_story)

    def parse_story(self, response):
        yield {"url": response.url}
