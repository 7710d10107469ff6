"""What a garment is refused for, in Korean too."""

from garments.errors import RefusedError
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
