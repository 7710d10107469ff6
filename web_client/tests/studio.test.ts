/** The studio's own sums: which file belongs to which, tables, uploads that wait, and words. */

import { describe, expect, it } from "vitest";
import { RefusedError, type Piece } from "../src/studio/api";
import { type Found, gather } from "../src/studio/gather";
import { leftToBuild, passes, withPiece } from "../src/studio/state";
import { cellsOf, changed, csvOf, gridOf, hasHeader, pasted } from "../src/studio/table";
import { Uploads } from "../src/studio/uploads";
import { measureName, pointName, wordsOf } from "../src/studio/words";

const found = (...paths: string[]): Found[] =>
  paths.map((path) => ({ path, file: new File(["x"], path.split("/").at(-1) ?? "") }));

const piece = (part: Partial<Piece>): Piece => ({
  id: "g1",
  state: "built",
  title: { en: "Tee", ko: "티" },
  kind: "t-shirt",
  kind_is_given: false,
  materials: null,
  reason: null,
  grade: "A",
  reasons: [],
  publishable: true,
  is_mesh: false,
  has_back: false,
  version: 1,
  photo: "",
  easel: "",
  thumb: "",
  preview: "",
  ...part,
});

describe("gather", () => {
  it("joins a front with its back and its size table", () => {
    const [article, ...others] = gather(found("s/shirt.jpg", "s/shirt-back.png", "s/shirt.csv"));
    expect(others).toEqual([]);
    expect([article?.front.name, article?.back?.name, article?.sizes?.name]).toEqual(["shirt.jpg", "shirt-back.png", "shirt.csv"]);
  });

  it("knows backs and fronts by Korean names too, as a Mac writes them", () => {
    const [article] = gather(found("셔츠_앞.jpg", "셔츠_뒤.jpg".normalize("NFD")));
    expect([article?.front.name, article?.back?.name.normalize("NFC")]).toEqual(["셔츠_앞.jpg", "셔츠_뒤.jpg"]);
  });

  it("does not join across folders", () => {
    expect(gather(found("a/tee.jpg", "b/tee-back.jpg")).map(({ name, back }) => [name, back])).toEqual([
      ["tee-back.jpg", undefined],
      ["tee.jpg", undefined],
    ]);
  });

  it("leaves out what is no photo, and what is hidden", () => {
    expect(gather(found("notes.md", ".DS_Store", "__x/.thumbs/tee.jpg", "coat.glb")).map(({ name }) => name)).toEqual(["coat.glb"]);
  });
});

describe("size table", () => {
  const columns = ["chest_cm", "length_cm"];

  it("has every column of the kind and a row to write in", () => {
    expect(gridOf("size,length_cm\nM,70\n", columns)).toEqual({
      columns: ["size", ...columns],
      rows: [
        ["M", "", "70"],
        ["", "", ""],
      ],
    });
  });

  it("goes out as it came in", () => {
    expect(csvOf(gridOf("size,length_cm\nM,70\n", columns))).toBe('"size","length_cm"\n"M","70"\n');
    expect(csvOf(gridOf("", columns))).toBe("");
  });

  it("takes a pasted block from the cell on, and grows", () => {
    const grid = pasted(gridOf("", columns), 0, 0, cellsOf("M\t104\t70\tx\nL\t108\t72\tx"));
    expect(grid.rows).toEqual([
      ["M", "104", "70"],
      ["L", "108", "72"],
      ["", "", ""],
    ]);
  });

  it("tells names of columns from sizes", () => {
    expect(hasHeader(cellsOf("사이즈\t가슴\nM\t104"))).toBe(true);
    expect(hasHeader(cellsOf("M\t104,5\nL\t108"))).toBe(false);
    expect(hasHeader(cellsOf("M"))).toBe(false);
  });

  it("never changes the old grid", () => {
    const old = gridOf("size,length_cm\nM,70\n", columns);
    expect(changed(old, 0, 2, "71").rows[0]).toEqual(["M", "", "71"]);
    expect(old.rows[0]).toEqual(["M", "", "70"]);
  });
});

describe("uploads", () => {
  const article = (name: string) => ({ name, front: new File(["x"], name), back: undefined, sizes: undefined });
  const refusal = (status: number) => new RefusedError(status, { code: "x", sentence: { en: "No.", ko: "안 돼요." } }, 7);
  const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

  it("sends all, two at a time", async () => {
    let away = 0;
    let most = 0;
    const uploads = new Uploads(
      async () => {
        most = Math.max(most, ++away);
        await Promise.resolve();
        away -= 1;
      },
      () => {},
    );
    uploads.add(["a", "b", "c", "d", "e"].map(article));
    await settled();
    expect([uploads.progress.sent, uploads.progress.all, uploads.isBusy, most]).toEqual([5, 5, false, 2]);
  });

  it("waits as long as the server says and tries again", async () => {
    const waits: number[] = [];
    let tries = 0;
    const uploads = new Uploads(
      async () => {
        if (++tries < 3) throw refusal(429);
      },
      () => {},
      async (secs) => void waits.push(secs),
    );
    uploads.add([article("a")]);
    await settled();
    expect([waits, uploads.progress.sent]).toEqual([[7, 7], 1]);
  });

  it("names what was not taken, and goes on", async () => {
    let tries = 0;
    const uploads = new Uploads(
      async () => {
        if (++tries === 1) throw refusal(415);
      },
      () => {},
    );
    uploads.add([article("a"), article("b")]);
    await settled();
    expect(uploads.progress.failures.map(({ name }) => name)).toEqual(["a"]);
    expect(uploads.progress.sent).toBe(1);
  });
});

describe("list", () => {
  it("puts what is new first and changes what is there in its place", () => {
    const [a, b, c] = ["a", "b", "c"].map((id) => piece({ id }));
    expect(withPiece([a!, b!], c!).map(({ id }) => id)).toEqual(["c", "a", "b"]);
    expect(withPiece([a!, b!], piece({ id: "b", version: 2 })).map(({ version }) => version)).toEqual([1, 2]);
  });

  it("asks to check what is refused or doubtful", () => {
    const states = [piece({ grade: "C" }), piece({}), piece({ state: "refused", grade: null }), piece({ state: "published" })];
    expect(states.map((one) => passes(one, "check"))).toEqual([true, false, true, false]);
    expect(states.map((one) => passes(one, "published"))).toEqual([false, false, false, true]);
    expect(leftToBuild([piece({ state: "queued" }), piece({ state: "building" }), piece({})])).toBe(2);
  });
});

describe("words", () => {
  it("names points and measures in both languages", () => {
    expect([pointName("en", "cuff_outer_left"), pointName("ko", "cuff_outer_left")]).toEqual([
      "Cuff, outer, left",
      "왼쪽 소매 끝 바깥",
    ]);
    expect([pointName("en", "neck_front"), pointName("en", "new_point_right")]).toEqual(["Neckline, front", "new point, right"]);
    expect(measureName("ko", "chest_cm")).toBe("가슴둘레");
  });

  it("fills values in", () => {
    expect(wordsOf("ko")("sending", { sent: "1", all: "2" })).toBe("2개 중 1개 보냄");
  });
});
