"""Options for single sites.

One site's captions and pull-quotes are not wanted, and its pages must be articles with some confidence; all other
sites are read with the defaults. The record in the field `winnow` says what was done.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/per_domain.py -O items.jsonl
"""

import scrapy
from scrapy.linkextractors import LinkExtractor


class PerDomain(scrapy.Spider):
    name = "per_domain"
    url = "http://127.0.0.1:8080/"
    custom_settings = {
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "WINNOW_DOMAINS": {
            "127.0.0.1": {
                "drop": ["figure", "blockquote", "//p[starts-with(., 'Photo')]"],
                "page_types": ["article"],
                "min_confidence": 0.5,
                "low_confidence": "flag",
                "trace": True,
            },
        },
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
