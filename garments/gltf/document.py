"""The JSON of a glTF file as typed structs: what we read of it, and nothing else."""

from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from garments.errors import RefusedError

Count = Annotated[int, Meta(ge=0, le=2**53)]
"""A size or an index; comparing Python's whole numbers cannot overflow."""
Numbers3 = Annotated[list[float], Meta(min_length=3, max_length=3)]
Numbers4 = Annotated[list[float], Meta(min_length=4, max_length=4)]
Numbers16 = Annotated[list[float], Meta(min_length=16, max_length=16)]
Thing = TypeVar("Thing")
MOST_ITEMS = 400_000
"""Brackets and commas in the JSON; a garment has some thousands."""
MOST = {"nodes": 5_000, "meshes": 2_000, "accessors": 20_000, "buffer_views": 20_000, "images": 64, "buffers": 64}


class Asset(Struct, rename="camel"):
    """Who wrote the file."""

    version: str
    min_version: str | None = None


class Buffer(Struct, rename="camel"):
    """Bytes."""

    byte_length: Count
    uri: str | None = None


class BufferView(Struct, rename="camel"):
    """Part of a buffer."""

    buffer: Count
    byte_length: Count
    byte_offset: Count = 0
    byte_stride: Count | None = None


class SparseIndices(Struct, rename="camel"):
    """Which elements are replaced."""

    buffer_view: Count
    component_type: Count
    byte_offset: Count = 0


class SparseValues(Struct, rename="camel"):
    """What by."""

    buffer_view: Count
    byte_offset: Count = 0


class Sparse(Struct, rename="camel"):
    """Elements that differ from an accessor's view."""

    count: Count
    indices: SparseIndices
    values: SparseValues


class Accessor(Struct, rename="camel"):
    """Numbers in a buffer view."""

    component_type: Count
    count: Count
    type: str
    buffer_view: Count | None = None
    byte_offset: Count = 0
    normalized: bool = False
    sparse: Sparse | None = None


class TextureTransform(Struct, rename="camel"):
    """KHR_texture_transform."""

    offset: Annotated[list[float], Meta(min_length=2, max_length=2)] = field(default_factory=lambda: [0.0, 0.0])
    rotation: float = 0.0
    scale: Annotated[list[float], Meta(min_length=2, max_length=2)] = field(default_factory=lambda: [1.0, 1.0])
    tex_coord: Count | None = None


class TextureInfoExtensions(Struct):
    """What may be said of a texture's place."""

    transform: TextureTransform | None = field(default=None, name="KHR_texture_transform")


class TextureInfo(Struct, rename="camel"):
    """Which texture, and by which coordinates."""

    index: Count
    tex_coord: Count = 0
    extensions: TextureInfoExtensions | None = None


class Metallic(Struct, rename="camel"):
    """The colours of the usual material."""

    base_color_factor: Numbers4 | None = None
    base_color_texture: TextureInfo | None = None


class SpecularGlossiness(Struct, rename="camel"):
    """The colours of an older material."""

    diffuse_factor: Numbers4 | None = None
    diffuse_texture: TextureInfo | None = None


class MaterialExtensions(Struct):
    """What may be said of a material."""

    specular_glossiness: SpecularGlossiness | None = field(default=None, name="KHR_materials_pbrSpecularGlossiness")


class Material(Struct, rename="camel"):
    """What a part is made of."""

    name: str = ""
    pbr_metallic_roughness: Metallic | None = None
    alpha_mode: str = "OPAQUE"
    alpha_cutoff: float = 0.5
    double_sided: bool = False
    extensions: MaterialExtensions | None = None


class Target(Struct):
    """A shape that a part may take."""

    position: Count | None = field(default=None, name="POSITION")


class Primitive(Struct, rename="camel"):
    """Triangles of one material."""

    attributes: dict[str, Count]
    indices: Count | None = None
    material: Count | None = None
    mode: Count = 4
    targets: list[Target] = []
    extensions: dict[str, Any] = {}


class Mesh(Struct, rename="camel"):
    """Parts that belong together."""

    primitives: list[Primitive]
    name: str = ""
    weights: list[float] = []
    extras: Any = None


class Node(Struct, rename="camel"):
    """A place in the scene."""

    children: list[Count] = []
    mesh: Count | None = None
    skin: Count | None = None
    matrix: Numbers16 | None = None
    translation: Numbers3 | None = None
    rotation: Numbers4 | None = None
    scale: Numbers3 | None = None
    name: str = ""


class Skin(Struct, rename="camel"):
    """Joints that move a mesh."""

    joints: list[Count]
    inverse_bind_matrices: Count | None = None


class TextureExtensions(Struct):
    """Other pictures of a texture."""

    webp: "TextureSource | None" = field(default=None, name="EXT_texture_webp")
    basisu: "TextureSource | None" = field(default=None, name="KHR_texture_basisu")


class TextureSource(Struct):
    """Which picture."""

    source: Count


class Texture(Struct, rename="camel"):
    """A picture and how it is sampled."""

    source: Count | None = None
    sampler: Count | None = None
    extensions: TextureExtensions | None = None


class Image(Struct, rename="camel"):
    """A picture."""

    uri: str | None = None
    buffer_view: Count | None = None
    mime_type: str | None = None


class SceneRoots(Struct):
    """The nodes that a scene shows."""

    nodes: list[Count] = []


class Document(Struct, rename="camel"):
    """A whole file."""

    asset: Asset
    extensions_required: list[str] = []
    scene: Count | None = None
    scenes: list[SceneRoots] = []
    nodes: list[Node] = []
    meshes: list[Mesh] = []
    skins: list[Skin] = []
    materials: list[Material] = []
    textures: list[Texture] = []
    images: list[Image] = []
    accessors: list[Accessor] = []
    buffer_views: list[BufferView] = []
    buffers: list[Buffer] = []


def decode_document(text: bytes) -> Document:
    """The file's JSON, once its size and types are in order.

    Raises:
        RefusedError: `mesh-too-complex` or `mesh-broken`.
    """
    items = text.count(b"{") + text.count(b"[") + text.count(b",")
    if items > MOST_ITEMS:
        raise RefusedError("mesh-too-complex", f"The file describes {items:,} things: at most {MOST_ITEMS:,} are read.")
    try:
        document = msgspec.json.decode(text, type=Document)
    except RecursionError:
        raise RefusedError("mesh-broken", "The file's JSON is nested too deeply to be read.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError("mesh-broken", f"The file's JSON is not glTF: {error}.") from None
    for name, most in MOST.items():
        found = len(getattr(document, name))
        if found > most:
            raise RefusedError(
                "mesh-too-complex", f"The file has {found:,} {name.replace('_', ' ')}: at most {most:,} are read."
            )
    return document


def item(things: list[Thing], index: int, what: str) -> Thing:
    """The thing of that number.

    Raises:
        RefusedError: `mesh-broken` when there is no such thing.
    """
    if index >= len(things):
        raise RefusedError("mesh-broken", f"The file refers to {what} {index}, but has {len(things)}.")
    return things[index]
