"""What people are told when their input cannot be used, in English and Korean."""

from dataclasses import dataclass

from garments.errors import RefusedError

SENTENCES = {
    "message-too-short": (
        "A message has a header of 20 bytes; this one has {size} bytes in all.",
        "메시지에는 20바이트 머리말이 있어야 합니다. 이 메시지는 모두 {size}바이트입니다.",
    ),
    "wrong-version": (
        "This page speaks version {version} of the protocol, the server speaks version 1: please reload the page.",
        "이 페이지의 통신 버전은 {version}, 서버는 1입니다. 페이지를 새로 고쳐 주세요.",
    ),
    "unknown-kind": (
        "A page sends messages of kind 1 (frame) and 3 (wear), not of kind {kind}.",
        "페이지는 1번(프레임)과 3번(옷) 메시지만 보낼 수 있습니다. {kind}번은 알 수 없습니다.",
    ),
    "wrong-header": (
        "The reserved bytes of a header are 0, not {reserved}.",
        "머리말의 예약된 바이트는 0이어야 합니다. 받은 값은 {reserved}입니다.",
    ),
    "wrong-size": (
        "The header promises a payload of {promised} bytes, but {given} follow.",
        "머리말에는 {promised}바이트라고 적혀 있지만 실제로는 {given}바이트입니다.",
    ),
    "not-binary": (
        "The mirror takes binary messages, not text.",
        "거울은 텍스트가 아니라 이진 메시지를 받습니다.",
    ),
    "bad-wear": (
        'What to wear is said as {{"garments": ["id", {{"id": "id", "open": true, "tucked": false}}, ...]}} in JSON, '
        "with at most {most} garments.",
        '입을 옷은 JSON {{"garments": ["id", {{"id": "id", "open": true, "tucked": false}}, ...]}} 형식으로, '
        "최대 {most}벌까지 보낼 수 있습니다.",
    ),
    "unknown-garment": (
        "There is no garment '{name}'; the catalog has: {known}.",
        "'{name}' 옷은 없습니다. 카탈로그에 있는 옷: {known}.",
    ),
    "garment-unusable": (
        "The garment '{name}' cannot be worn just now; please choose another.",
        "'{name}' 옷은 지금 입어 볼 수 없습니다. 다른 옷을 골라 주세요.",
    ),
    "not-a-jpeg": (
        "The camera picture is not a JPEG.",
        "카메라 사진이 JPEG 형식이 아닙니다.",
    ),
    "broken-jpeg": (
        "The camera picture is damaged or incomplete.",
        "카메라 사진이 손상되었거나 끝까지 오지 않았습니다.",
    ),
    "unusual-jpeg": (
        "The camera picture must be a colour or grey JPEG of 8 bits, not {colours}.",
        "카메라 사진은 8비트 컬러 또는 흑백 JPEG이어야 합니다. 받은 형식: {colours}.",
    ),
    "picture-too-large": (
        "The camera picture has {width} x {height} pixels; at most {most} pixels are taken.",
        "카메라 사진이 {width} x {height} 픽셀입니다. 최대 {most} 픽셀까지 받을 수 있습니다.",
    ),
    "picture-too-small": (
        "The camera picture has {width} x {height} pixels; each side needs at least {least}.",
        "카메라 사진이 {width} x {height} 픽셀입니다. 각 변은 {least} 픽셀 이상이어야 합니다.",
    ),
    "too-many-frames": (
        "More than {most:g} frames a second arrive; the ones above that are dropped.",
        "초당 {most:g}프레임보다 많이 들어와서 넘치는 프레임은 버립니다.",
    ),
    "failed": (
        "Something went wrong with this frame on our side; the mirror goes on.",
        "저희 쪽 문제로 이 프레임을 처리하지 못했습니다. 거울은 계속 작동합니다.",
    ),
    "full": (
        "All {most} places at the mirror are taken; please try again in a moment.",
        "지금은 {most}명이 모두 사용 중입니다. 잠시 후 다시 시도해 주세요.",
    ),
    "foreign-origin": (
        "Pages of {origin} may not use this mirror.",
        "{origin} 페이지에서는 이 거울을 사용할 수 없습니다.",
    ),
    "no-websocket": (
        "The mirror is a WebSocket: connect to it with one.",
        "거울은 WebSocket으로만 연결할 수 있습니다.",
    ),
    "closing": (
        "The server is closing; please come back in a moment.",
        "서버를 종료하는 중입니다. 잠시 후 다시 와 주세요.",
    ),
    "not-found": (
        "There is nothing at this address.",
        "이 주소에는 아무것도 없습니다.",
    ),
    "no-picture": (
        "This garment has no such picture.",
        "이 옷에는 그런 사진이 없습니다.",
    ),
    "pages-not-built": (
        "The pages have not been built yet: run `make setup` and start the server again.",
        "페이지가 아직 만들어지지 않았습니다. `make setup`을 실행한 뒤 서버를 다시 시작해 주세요.",
    ),
}
"""Code -> the sentence in English and in Korean."""
STUDIO_SENTENCES = {
    "studio-closed": (
        "The studio is open on this computer only: to reach it from another, set GEOUL_STUDIO_TOKEN on the server.",
        "스튜디오는 이 컴퓨터에서만 열립니다. 다른 컴퓨터에서 쓰려면 서버에 GEOUL_STUDIO_TOKEN을 설정해 주세요.",
    ),
    "studio-foreign": (
        "Only the studio's own page may change something here.",
        "스튜디오 페이지에서만 바꿀 수 있습니다.",
    ),
    "studio-key": (
        "The studio needs its key: the value of GEOUL_STUDIO_TOKEN.",
        "스튜디오 열쇠가 필요합니다. GEOUL_STUDIO_TOKEN 값을 입력해 주세요.",
    ),
    "too-many-requests": (
        "That was too much at once; please go on in {secs} seconds.",
        "한꺼번에 너무 많이 보냈습니다. {secs}초 뒤에 계속해 주세요.",
    ),
    "queue-full": (
        "{most} garments wait to be built already; please go on when some are done.",
        "만들기를 기다리는 옷이 이미 {most}벌입니다. 몇 벌이 끝난 뒤에 계속해 주세요.",
    ),
    "studio-full": (
        "The studio holds {most} garments, which is the most; please delete some.",
        "스튜디오에는 옷을 {most}벌까지 둘 수 있습니다. 일부를 지워 주세요.",
    ),
    "upload-too-large": (
        "'{name}' has more than {most} MB, which is the most for such a file.",
        "'{name}' 파일이 {most}MB를 넘습니다. 이런 파일은 {most}MB까지 받을 수 있습니다.",
    ),
    "upload-too-slow": (
        "The upload took longer than {secs:g} seconds; please send it again.",
        "올리는 데 {secs:g}초가 넘게 걸렸습니다. 다시 보내 주세요.",
    ),
    "upload-empty": (
        "There is no file in this request: send a photo (JPEG, PNG or WebP) or a GLB.",
        "요청에 파일이 없습니다. 사진(JPEG, PNG, WebP)이나 GLB 파일을 보내 주세요.",
    ),
    "upload-unknown": (
        "'{name}' is neither a JPEG, PNG or WebP photo nor a GLB file.",
        "'{name}' 파일은 JPEG, PNG, WebP 사진도 GLB 파일도 아닙니다.",
    ),
    "upload-not-a-photo": (
        "'{name}' is no JPEG, PNG or WebP photo.",
        "'{name}' 파일은 JPEG, PNG, WebP 사진이 아닙니다.",
    ),
    "bad-request": (
        "This request cannot be read: {why}.",
        "요청을 읽을 수 없습니다: {why}.",
    ),
    "unknown-work": (
        "There is no garment '{name}' in the studio.",
        "스튜디오에 '{name}' 옷이 없습니다.",
    ),
    "unknown-build": (
        "There is no body '{name}': there are {known}.",
        "'{name}' 체형은 없습니다. 있는 체형: {known}.",
    ),
    "not-built": (
        "This garment is not built yet.",
        "이 옷은 아직 만들어지지 않았습니다.",
    ),
    "mesh-has-back": (
        "A 3D file has its own back: leave the photo of the back out.",
        "3D 파일에는 뒷면이 이미 있습니다. 뒷면 사진은 빼 주세요.",
    ),
    "no-kind-yet": (
        "Choose the kind of garment first.",
        "먼저 옷 종류를 골라 주세요.",
    ),
    "no-landmarks-yet": (
        "This garment has no landmarks yet.",
        "이 옷에는 아직 기준점이 없습니다.",
    ),
    "grade-too-low": (
        "A garment of grade D cannot be published: {why}.",
        "D등급 옷은 공개할 수 없습니다: {why}.",
    ),
    "build-lost": (
        "Building this garment took too long or broke off; try again, or send a smaller file.",
        "이 옷을 만들다가 중단되었습니다. 다시 시도하거나 더 작은 파일을 보내 주세요.",
    ),
    "build-failed": (
        "Something went wrong on our side while this garment was built.",
        "저희 쪽 문제로 이 옷을 만들지 못했습니다.",
    ),
}
"""The same for merchandisers."""


@dataclass(frozen=True)
class Sentence:
    """One sentence for people, in both languages."""

    en: str
    ko: str


def say(code: str, **values: object) -> Sentence:
    """The sentence that belongs to a code, with the values filled in."""
    en, ko = SENTENCES.get(code) or STUDIO_SENTENCES[code]
    return Sentence(en.format(**values), ko.format(**values))


class BadInputError(RefusedError):
    """Input from a page or a camera that cannot be used."""

    def __init__(self, code: str, **values: object) -> None:
        self.words = say(code, **values)
        super().__init__(code, self.words.en)


def shorten(text: str) -> str:
    """Text that a stranger sent, short and safe to repeat."""
    safe = "".join(letter if letter.isprintable() else "?" for letter in text[:40])
    return safe + ("..." if len(text) > 40 else "")
