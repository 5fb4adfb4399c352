"""A ready-to-run Scrapy project: crawls news sites, and cleans items with the add-on as any project would."""
