"""An item type with field names of its own.

Only the fields that the project declares are written, under its names.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/own_fields.py -O items.jsonl
"""

from dataclasses import dataclass, field

import scrapy
from scrapy.linkextractors import LinkExtractor


@dataclass
class Story:
    link: str
    title: str = ""
    text: str = ""
    replies: list = field(default_factory=list)


class OwnFields(scrapy.Spider):
    name = "own_fields"
    url = "http://127.0.0.1:8080/"
    custom_settings = {
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "WINNOW_FIELDS": {"headline": "title", "articleBody": "text", "comments": "replies"},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def start(self):
        yield scrapy.Request(self.url)

    def parse(self, response):
        for link in LinkExtractor(allow=r"/(posts|story|20\d\d)/", deny=r"bridge|gone").extract_links(response):
            yield response.follow(link, self.parse_story)

    def parse_story(self, response):
        yield Story(link=response.url)
