"""The spiders: `news` crawls sites, `archive` replays saved pages."""
