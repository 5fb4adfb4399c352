"""A model of your own.

`winnow train labels.jsonl --out models/mine` makes one. Where it lies is a setting, so that it can also be given on the
command line; the crawl's stats name the model that was used.

    python -m crawler.demo.server --port 8080 &
    scrapy runspider examples/own_model.py -O items.jsonl -s WINNOW_MODEL=models/mine/blocks.npz
"""

import scrapy
from scrapy.linkextractors import LinkExtractor


class OwnModel(scrapy.Spider):
    name = "own_model"
    url = "http://127.0.0.1:8080/"
    custom_settings = {
        "ADDONS": {"classifier.addon.WinnowAddon": 450},
        "WINNOW_MIN_CONFIDENCE": 0.3,
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

    def closed(self, reason):
        self.logger.info("Read with model %s", self.crawler.stats.get_value("winnow/model_version"))
