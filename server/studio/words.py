"""What a garment is refused or graded for, in Korean too."""

import re

from garments.errors import RefusedError
from garments.passport import ADVICE
from server.errors import BadInputError, Sentence

KOREAN = {
    "not-an-image": "읽을 수 있는 사진이 아닙니다. JPEG, PNG, WebP 파일을 보내 주세요.",
    "broken-image": "사진이 손상되었거나 끝까지 오지 않았습니다. 다시 보내 주세요.",
    "too-small": "사진이 너무 작습니다. 더 큰 사진을 보내 주세요.",
    "too-large": "사진이 너무 큽니다. 더 작은 사진을 보내 주세요.",
    "touches-edge": "옷이 사진 가장자리에서 잘렸습니다. 여백을 두고 다시 찍어 주세요.",
    "no-garment": "사진에서 옷을 찾지 못했습니다. 단색 배경에서 옷 한 벌만 찍어 주세요.",
    "empty-cutout": "사진에서 옷을 찾지 못했습니다. 단색 배경에서 옷 한 벌만 찍어 주세요.",
    "several-garments": "사진에 옷이 여러 벌 있습니다. 한 벌만 찍어 주세요.",
    "busy-background": "배경이 복잡해 옷을 가려내지 못했습니다. 단색 배경에서 다시 찍어 주세요.",
    "low-contrast": "옷과 배경의 색이 너무 비슷합니다. 다른 색 배경에서 다시 찍어 주세요.",
    "worn-by-person": "사람이 입은 사진에서는 이 옷을 만들 수 없습니다. 바닥에 펼치거나 걸어서 찍어 주세요.",
    "mesh-broken": "3D 파일이 손상되었거나 형식에 맞지 않습니다.",
    "mesh-empty": "3D 파일에 모양이 없습니다.",
    "mesh-flat": "3D 모양이 납작해서 옷으로 쓸 수 없습니다.",
    "mesh-not-finite": "3D 파일에 숫자가 아닌 값이 있습니다.",
    "mesh-texture": "3D 파일의 텍스처를 쓸 수 없습니다.",
    "mesh-too-complex": "3D 모양이 너무 복잡합니다.",
    "mesh-too-few-faces": "3D 모양이 너무 단순합니다.",
    "mesh-too-large": "3D 파일이 너무 큽니다.",
    "mesh-torn": "3D 모양이 조각나 있습니다.",
    "mesh-tangled": "3D 모양이 꼬여 있습니다.",
    "mesh-scale": "3D 파일의 크기가 옷에 맞지 않습니다.",
    "mesh-is-a-body": "3D 파일에 몸이 들어 있습니다. 옷만 보내 주세요.",
    "mesh-is-closed": "3D 모양이 막혀 있어 입을 수 없습니다.",
    "mesh-is-another-kind": "3D 모양이 고른 종류의 옷이 아닙니다.",
    "kind-needed": "3D 파일은 옷의 종류를 골라 주세요.",
    "mesh-unsupported": "이 3D 파일 형식은 아직 쓸 수 없습니다.",
    "mesh-outside-file": "3D 파일이 다른 파일을 가리킵니다. 모두 담긴 GLB 하나로 보내 주세요.",
    "not-this-kind": "고른 종류의 옷으로 보이지 않습니다. 종류를 바꾸거나 기준점을 옮겨 주세요.",
    "landmarks-not-trusted": "기준점을 확실하게 찾지 못했습니다. 잘못된 점을 끌어서 옮겨 주세요.",
    "unknown-kind": "그런 옷 종류는 없습니다.",
    "bad-size-table": "치수표를 읽을 수 없습니다. 첫 줄에는 사이즈와 치수 이름을, 그다음 줄부터 값을 cm로 적어 주세요.",
    "unknown-landmark": "그런 기준점은 없습니다.",
    "landmark-outside": "기준점은 사진 안에 있어야 합니다.",
    "no-landmarks": "옮길 수 있는 기준점이 없습니다. 다시 만들어 주세요.",
}
"""By code; what has no sentence here is said in English."""


def in_both_languages(refusal: RefusedError) -> Sentence:
    """The sentence of a refusal: English with its values, Korean where we have it."""
    if isinstance(refusal, BadInputError):
        return refusal.words
    english = refusal.sentence[:1].upper() + refusal.sentence[1:]
    return Sentence(english, KOREAN.get(refusal.code, english))


HANDS = {"left": "왼쪽", "right": "오른쪽"}
PLACES = {
    "cuff": "소매 끝",
    "hem": "밑단",
    "leg's hem": "바짓단",
    "shoulder": "어깨",
    "waistband": "허리단",
    "neck front": "앞 목선",
    "neck": "목",
    "rim": "목선 끝",
    "cuff outer": "소매 끝 바깥",
    "cuff inner": "소매 끝 안쪽",
    "armpit": "겨드랑이",
    "waist": "허리",
    "opening": "앞섶 끝",
    "waistband front": "앞 허리단",
    "crotch": "가랑이",
    "leg outer": "바짓단 바깥",
    "leg inner": "바짓단 안쪽",
}
HAND = r"(?P<hand>left|right)"
REASONS = (
    (r"the mesh fits the body", "3D 모양이 몸에 잘 맞습니다"),
    (r"every point was found with certainty", "모든 기준점을 확실하게 찾았습니다"),
    (
        r"the points were found, some of them less surely.*",
        "기준점을 찾았지만 몇 개는 덜 확실합니다. 한번 살펴봐 주세요",
    ),
    (r"some points are doubtful.*", "의심스러운 기준점이 있습니다. 공개하기 전에 확인해 주세요"),
    (r"not fit for the shop.*", "공개할 수 없습니다. 기준점을 바로잡거나 다른 사진을 보내 주세요"),
    (r"unsure of (?P<points>.*)", "확실하지 않은 점: {points}"),
    (
        r"a garment drawn from the points covers the photo's only to (?P<share>\d+%)",
        "기준점으로 그린 옷이 사진과 {share}만 겹칩니다",
    ),
    (
        rf"the {HAND} (?P<place>.+) is outside the photo.*",
        "{hand} {place}이(가) 사진 밖에 있습니다. 옷 전체를 찍어 주세요",
    ),
    (
        rf"the {HAND} sleeve is shorter than the other.*",
        "{hand} 소매가 더 짧거나 접혀 있습니다. 두 소매를 펴서 찍어 주세요",
    ),
    (rf"the {HAND} sleeve is folded over the front.*", "{hand} 소매가 앞으로 접혀 있습니다. 펴서 찍어 주세요"),
    (rf"the {HAND} leg is folded.*", "{hand} 다리가 접히거나 가려져 있습니다. 두 다리를 펴서 찍어 주세요"),
    (rf"the hem on the {HAND} may be hidden.*", "{hand} 밑단이 소매에 가려진 것 같습니다. 소매를 옆으로 펴 주세요"),
    (r"the front neckline is not certain.*", "앞 목선이 확실하지 않습니다. 확인해 주세요"),
    (r"left and right are confused", "왼쪽과 오른쪽이 바뀌었습니다"),
    (r"the length does not fit the .*", "길이가 너비와 맞지 않습니다"),
    (r"the shoulders do not fit the chest", "어깨가 가슴과 맞지 않습니다"),
    (r"the neck is wider than the shoulders", "목이 어깨보다 넓습니다"),
    (r"the neck is not above the chest.*", "목이 가슴 위에 있지 않습니다. 옷을 똑바로 놓아 주세요"),
    (r"the (?:waistband|hem)'s corners are not on one level.*", "양끝의 높이가 다릅니다. 옷을 똑바로 놓아 주세요"),
)
"""Sentences of the passport, and what they are in Korean; others stay in English."""


def reason_in_both_languages(english: str) -> Sentence:
    """One reason of a grade; the advice to look into the folder is left out where the page shows what is in it."""
    english = english.removesuffix(f": {ADVICE}")
    for pattern, korean in REASONS:
        found = re.fullmatch(pattern, english)
        if found is not None:
            return Sentence(
                english, korean.format(**{name: _say(name, text) for name, text in found.groupdict().items()})
            )
    return Sentence(english, english)


def _say(what: str, text: str) -> str:
    if what == "hand":
        return HANDS[text]
    if what == "points":
        return ", ".join(_say_point(point) for point in text.split(", "))
    return PLACES.get(text, text)


def _say_point(point: str) -> str:
    """Such as `armpit left`."""
    place, _, hand = point.rpartition(" ")
    return f"{HANDS[hand]} {PLACES.get(place, place)}" if hand in HANDS else PLACES.get(point, point)
