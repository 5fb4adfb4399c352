def run() -> None:
    """Wait."""
