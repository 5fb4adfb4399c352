"""What the Scrapy plugin is made of, below the middleware: nothing here imports Scrapy."""
