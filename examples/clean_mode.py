"""Text that the project extracts itself, minus what is no article.

The spider takes all the text of a page, as many do; mode "clean" takes menus, comments, comment forms, challenges
and promos out of it again, and leaves every other word as it was.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/clean_mode.py -O items.jsonl
"""

import scrapy
from scrapy.linkextractors import LinkExtractor


class CleanMode(scrapy.Spider):
    name = "clean_mode"
    url = "http://127.0.0.1:8080/"
    custom_settings = {
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "WINNOW_MODE": "clean",
        "WINNOW_FIELDS": {"articleBody": "text"},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        for link in LinkExtractor(allow=r"/(posts|story|20\d\d)/", deny=r"bridge|gone").extract_links(response):
            yield response.follow(link, self.parse_story)

    def parse_story(self, response):
        words = response.xpath("//body//text()[not(parent::script or parent::style)]").getall()
        yield {"url": response.url, "text": " ".join(" ".join(words).split())}
