"""What we say when what we were given cannot be used."""


class RefusedError(Exception):
    """Input that cannot be used: a code for programs, one sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{sentence} [{code}]")
        self.code = code
        self.sentence = sentence
