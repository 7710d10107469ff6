"""Why an outfit cannot be worn, in English and Korean, with the garments called as the shop calls them."""

from collections.abc import Mapping

from garments.kinds import get_kind
from garments.outfits.outfit_rules import WORDS, CannotWearTogetherError, Rule
from server.errors import BadInputError, Sentence

KOREAN: dict[Rule, str] = {
    "same-piece": "이미 입고 있는 옷이에요: {first}.",
    "same-kind": "같은 종류의 옷은 하나만 입을 수 있어요: {first}, {second}. 둘 중 하나를 벗어 주세요.",
    "same-place": "같은 자리에 입는 옷이에요: {first}, {second}. 둘 중 하나를 벗어 주세요.",
    "nothing-to-tuck-into": ("넣어 입을 바지나 치마가 없어요: {first}. 바지나 치마를 함께 입거나, 빼서 입어 주세요."),
    "not-tucked": "넣어 입을 수 없는 옷이에요: {first}. 빼서 입어 주세요.",
}


class BadOutfitError(BadInputError):
    """Garments that cannot be worn together, or not in that manner."""

    def __init__(self, words: Sentence) -> None:
        super(BadInputError, self).__init__("cannot-wear-together", words.en)
        self.words = words


def explain(error: CannotWearTogetherError, titles: Mapping[str, Sentence]) -> Sentence:
    """The refusal in both languages."""
    first, second = (titles.get(one.name, Sentence(one.name, one.name)) for one in (error.first, error.second))
    english = WORDS[error.rule].format(
        first=first.en,
        second=second.en,
        first_kind=get_kind(error.first.kind).title_en.lower(),
        second_kind=get_kind(error.second.kind).title_en.lower(),
    )
    return Sentence(english + ".", KOREAN[error.rule].format(first=first.ko, second=second.ko))
