"""The command line: `geoul --help` lists what it can do.

Each command imports what it needs: the libraries of all together take over a second, which the processes of
`build-all`, who read this file as well, would wait for.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from garments.errors import RefusedError
from server.commands import bench

BAD_INPUT = 2
"""Exit code of bad use and of bad input."""

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Geoul, a live fitting mirror."
)
garment_app = typer.Typer(no_args_is_help=True, help="Make garments from product photos.")
app.add_typer(garment_app, name="garment")


@app.command("serve")
def serve_command(
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen at.", min=0, max=65535)] = 8080,
    data: Annotated[Path, typer.Option(help="Folder of the shop's own data.")] = Path("data"),
) -> None:
    """Start the service with its demo shop, and print its address."""
    from server.commands import serve

    serve.serve(host, port, data)


@app.command("tryon")
def tryon_command(
    person: Annotated[Path | None, typer.Option(help="Picture or video of a person.")] = None,
    garment: Annotated[
        list[str] | None,
        typer.Option(
            help="Garment folder, catalogue id or product photo; repeat for what is worn together, in any order."
        ),
    ] = None,
    category: Annotated[
        str | None, typer.Option(help="Kind of a product photo; proposed from the photo when left out.")
    ] = None,
    is_open: Annotated[
        bool | None,
        typer.Option("--open/--closed", help="How to wear what opens in front; as its photo shows it when left out."),
    ] = None,
    tucked: Annotated[
        bool, typer.Option("--tucked/--untucked", help="Tuck the innermost top into the trousers or the skirt.")
    ] = False,
    size: Annotated[str | None, typer.Option(help="Size, from the garment's size table.")] = None,
    height: Annotated[float | None, typer.Option(help="The person's height in cm.", min=50, max=250)] = None,
    out: Annotated[Path | None, typer.Option(help="Picture or video to write; with --persons a folder.")] = None,
    mask: Annotated[Path | None, typer.Option(help="Write the garment's visible area.")] = None,
    body_mask: Annotated[Path | None, typer.Option(help="Write the fitted body's silhouette.")] = None,
    json: Annotated[Path | None, typer.Option(help="Write what was found.")] = None,
    persons: Annotated[Path | None, typer.Option(help="Folder of pictures: every person by every garment.")] = None,
    garments: Annotated[Path | None, typer.Option(help="Folder of product photos or garment folders.")] = None,
    sheet: Annotated[Path | None, typer.Option(help="Write a contact sheet, persons by garments.")] = None,
) -> None:
    """Put garments on a picture, a folder of pictures or a video."""
    from server.commands import tryon

    if out is None:
        raise RefusedError("no-output", "say where to write with --out")
    if persons is not None or garments is not None:
        if persons is None or garments is None or person is not None or garment:
            raise RefusedError("bad-use", "--persons and --garments go together, without --person and --garment")
        tryon.try_on_folders(persons, garments, out, category=category, sheet=sheet)
        return
    if person is None or not garment:
        raise RefusedError("bad-use", "give --person and --garment, or --persons and --garments")
    outputs = tryon.Outputs(out, mask, body_mask, json)
    manner = tryon.Manner(is_open, tucked)
    tryon.try_on(person, garment, outputs, category=category, size=size, height_cm=height, manner=manner)


@app.command("parse")
def parse_command(
    persons: Annotated[Path, typer.Option(help="Folder of pictures.")],
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
) -> None:
    """Label every pixel of the people in a folder of pictures."""
    from server.commands import parse

    parse.parse_folder(persons, out)


@app.command("bench")
def bench_command(
    name: Annotated[str, typer.Argument(help="Which benchmark: " + ", ".join(bench.NAMES) + ".")] = "frame",
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Measure speed or steadiness."""
    bench.run(name, as_json=json)


@garment_app.command("build")
def build_command(
    photo: Annotated[Path, typer.Argument(help="Product photo or mesh (.glb).")],
    out: Annotated[Path, typer.Option(help="Folder to write to.")],
    category: Annotated[
        str | None,
        typer.Option(help="Kind of garment; see `geoul garment kinds`. Proposed from the photo when left out."),
    ] = None,
    back: Annotated[Path | None, typer.Option(help="Photo of the back.")] = None,
    sizes: Annotated[Path | None, typer.Option(help="Size table, CSV.")] = None,
    materials: Annotated[str | None, typer.Option(help="What it is made of, kept as given.")] = None,
    title: Annotated[str | None, typer.Option(help="What the shop calls it.")] = None,
    colour: Annotated[str | None, typer.Option(help="What the shop calls this colour.")] = None,
    group: Annotated[str | None, typer.Option(help="Garments of one group are one article in several colours.")] = None,
    colours: Annotated[
        str | None, typer.Option(help="Further colours to dye it in, such as 'navy,#c0392b': DIR/variants/navy.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the passport.")] = False,
) -> None:
    """Make a garment folder from a product photo or a mesh."""
    from garments.passport import Said
    from server.commands import garment

    said = Said(title, materials, colour, group)
    garment.build(photo, category, out, back=back, sizes=sizes, said=said, colours=colours, as_json=json)


@garment_app.command("build-all")
def build_all_command(
    source: Annotated[Path, typer.Argument(help="Folder of photos, or a feed (.csv) that names them.")],
    out: Annotated[Path, typer.Option(help="Folder to write to: one folder a garment, report.csv and report.html.")],
    workers: Annotated[int | None, typer.Option(help="Processes; one a core when left out.", min=1, max=64)] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Make the garments of a whole season; what is up to date stays as it is."""
    from server.commands import garment

    raise typer.Exit(garment.build_folder(source, out, workers=workers, as_json=json))


@garment_app.command("dressed")
def dressed_command(
    worn: Annotated[
        list[str],
        typer.Option("--garment", help="Garment folder, catalogue id, product photo or mesh; repeat for layers."),
    ],
    out: Annotated[Path, typer.Option(help="The .glb file to write.")],
    category: Annotated[str | None, typer.Option(help="Kind of a product photo or mesh.")] = None,
) -> None:
    """Write a body in its clothes as one GLB."""
    from server.commands import garment

    garment.write_dressed(worn, out, category=category)


@garment_app.command("kinds")
def kinds_command(json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False) -> None:
    """List the kinds of garments that can be made."""
    from server.commands import garment

    garment.list_kinds(as_json=json)


def main() -> None:
    """Run the command line; bad input ends with one line and exit code 2."""
    try:
        app()
    except RefusedError as refusal:
        print(f"geoul: {refusal}", file=sys.stderr)
        sys.exit(BAD_INPUT)
    except OSError as problem:
        print(f"geoul: {problem.filename or 'file'}: {problem.strerror or problem}", file=sys.stderr)
        sys.exit(BAD_INPUT)


if __name__ == "__main__":
    main()
