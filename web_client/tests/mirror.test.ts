import { describe, expect, test, vi } from "vitest";
import { Backoff } from "../src/backoff";
import { troubleOf } from "../src/camera";
import type { Garment, ShopOutfit } from "../src/catalogue";
import { sentSize } from "../src/encode";
import { contain, cover } from "../src/mirror/fit";
import { cardAfter, commandOf } from "../src/mirror/keys";
import { Meter } from "../src/mirror/meter";
import {
  canTuck,
  change,
  coloursOf,
  isAgreed,
  isWhole,
  type Outfit,
  outfitOf,
  putOn,
  takeOff,
  wearColour,
  wishOf,
} from "../src/mirror/outfit";
import { Patience } from "../src/mirror/patience";
import { snapshotName } from "../src/mirror/snapshot";
import { kindsOf } from "../src/mirror/rail";
import { FIRST_STATE, hintOf, type MirrorState, OUTFITS, shownGarments, shownOutfits } from "../src/mirror/state";
import type { FrameSource } from "../src/source";

describe("a frame on the glass", () => {
  const frame = { width: 200, height: 100 };
  const glass = { width: 100, height: 100 };

  test("covers it, cut off on both sides alike", () => {
    expect(cover(frame, glass)).toEqual({ x: -50, y: 0, width: 200, height: 100 });
  });

  test("is whole when contained, with free room on both sides alike", () => {
    expect(contain(frame, glass)).toEqual({ x: 0, y: 25, width: 100, height: 50 });
  });
});

test("frames are sent at 1280 pixels at most, and enlarged only if they are tiny", () => {
  expect(sentSize({ width: 4000, height: 3000 })).toEqual({ width: 1280, height: 960 });
  expect(sentSize({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
  expect(sentSize({ width: 1, height: 1 })).toEqual({ width: 64, height: 64 });
  expect(sentSize({ width: 10000, height: 1 })).toEqual({ width: 1280, height: 64 });
});

describe("keys", () => {
  const press = (key: string, code = "", ctrlKey = false) => ({ key, code, ctrlKey, metaKey: false, altKey: false });

  test("have one command each", () => {
    expect(commandOf(press("3"))).toEqual({ kind: "pick", place: 2 });
    expect(commandOf(press("0"))).toEqual({ kind: "take_off" });
    expect(commandOf(press("Escape"))).toEqual({ kind: "take_off" });
    expect(commandOf(press("ArrowUp"))).toEqual({ kind: "move", direction: "up" });
    expect(commandOf(press("x", "KeyX"))).toBeUndefined();
  });

  test("work while the keyboard writes Korean", () => {
    expect(commandOf(press("ㄴ", "KeyS"))).toEqual({ kind: "snapshot" });
    expect(commandOf(press("ㅑ", "KeyI"))).toEqual({ kind: "readout" });
  });

  test("leave the browser's own shortcuts alone", () => {
    expect(commandOf(press("s", "KeyS", true))).toBeUndefined();
  });

  test("walk along a row and through a grid, round the ends", () => {
    expect(cardAfter(0, "right", 5, 5)).toBe(1);
    expect(cardAfter(4, "right", 5, 5)).toBe(0);
    expect(cardAfter(0, "up", 5, 5)).toBe(4);
    expect(cardAfter(1, "down", 6, 2)).toBe(3);
    expect(cardAfter(1, "up", 6, 2)).toBe(5);
  });
});

test("waits double up to eight seconds, shortened by half at most, and start over after a success", () => {
  const backoff = new Backoff(() => 0);
  expect([1, 2, 3, 4, 5, 6, 7].map(() => backoff.next())).toEqual([0.5, 1, 2, 4, 8, 8, 8]);
  backoff.reset();
  expect(backoff.next()).toBe(0.5);
  expect(new Backoff(() => 0.999).next()).toBeCloseTo(0.25, 2);
});

test("figures tell previews a second and their middle delay", () => {
  const meter = new Meter();
  expect(meter.read(0)).toBeUndefined();
  for (let i = 0; i <= 20; i += 1) meter.note(10 + i / 20, 10 + i / 20 - (i === 3 ? 5 : 0.08));
  const figures = meter.read(11);
  expect(figures?.fps).toBeCloseTo(21, 5);
  expect(figures?.latencyMs).toBeCloseTo(80, 5);
  expect(meter.read(60)).toBeUndefined();
});

test("patience tells of a wrong that lasts, once, and of its end at once", () => {
  vi.useFakeTimers();
  const tell = vi.fn();
  const patience = new Patience(1000, tell);
  patience.note(true);
  vi.advanceTimersByTime(900);
  patience.note(false);
  vi.advanceTimersByTime(900);
  expect(tell).not.toHaveBeenCalledWith(true);
  patience.note(true);
  patience.note(true);
  vi.advanceTimersByTime(1000);
  patience.note(true);
  expect(tell.mock.calls).toEqual([[false], [true]]);
  patience.note(false);
  expect(tell).toHaveBeenLastCalledWith(false);
  vi.useRealTimers();
});

test("a snapshot is named after its time", () => {
  expect(snapshotName(new Date(2026, 0, 2, 3, 4, 5))).toBe("geoul-2026-01-02-03.04.05.jpg");
});

test.each([
  ["NotAllowedError", "denied"],
  ["SecurityError", "denied"],
  ["NotReadableError", "busy"],
  ["AbortError", "busy"],
  ["NotFoundError", "no_camera"],
  ["OverconstrainedError", "no_camera"],
])("a camera that answers %s is %s", (name, trouble) => {
  expect(troubleOf(new DOMException("", name))).toBe(trouble);
});

/** A garment of the shop. */
function piece(id: string, kind: string, layer: number, covers: readonly string[] = ["upper"]): Garment {
  const title = { en: kind, ko: kind };
  return { id, kind, kind_title: title, covers, layer, opens: layer >= 30, title, photo: "", group: null, colour: null };
}

/** A garment that is one of several colours of a piece. */
function coloured(id: string, group: string): Garment {
  return { ...piece(id, "t-shirt", 22), group, colour: { en: id, ko: id, hex: "#123456" } };
}

describe("an outfit", () => {
  const lower = ["lower"];
  const both = ["lower", "upper"];
  const garments = [
    piece("tank", "sleeveless-top", 20),
    piece("tee", "t-shirt", 22),
    piece("shirt", "shirt", 30),
    piece("knit", "knit", 40),
    piece("jacket", "jacket", 60),
    piece("coat", "coat", 70, both),
    piece("jeans", "trousers", 10, lower),
    piece("skirt", "skirt", 12, lower),
    piece("dress", "dress", 26, both),
  ];
  const wear = (...ids: readonly string[]) =>
    ids.reduce<Outfit>((outfit, id) => putOn(outfit, garments.find((one) => one.id === id) as Garment, garments), []);
  const ids = (outfit: Outfit) => outfit.map((wish) => wish.id);

  test("takes one piece after the other in layers", () => {
    expect(ids(wear("jacket", "jeans", "tee", "shirt", "knit", "coat"))).toHaveLength(6);
  });

  test("gives up what was in the place of a new piece", () => {
    expect(ids(wear("jeans", "skirt"))).toEqual(["skirt"]);
    expect(ids(wear("tee", "jacket", "tank"))).toEqual(["jacket", "tank"]);
    expect(ids(wear("shirt", "skirt", "coat", "dress"))).toEqual(["coat", "dress"]);
    expect(ids(wear("dress", "jacket", "jeans"))).toEqual(["jacket", "jeans"]);
    expect(ids(wear("tee", "tee"))).toEqual(["tee"]);
  });

  test("is tucked in only while there is something to be tucked into", () => {
    const [, tee, shirt, , jacket] = garments as [Garment, Garment, Garment, Garment, Garment];
    const dressed = wear("jeans", "shirt", "jacket");
    expect(canTuck(shirt, dressed, garments)).toBe(true);
    expect(canTuck(jacket, dressed, garments)).toBe(false);
    expect(canTuck(tee, wear("coat"), garments)).toBe(false);
    const tucked = change(dressed, "shirt", { tucked: true });
    expect(tucked).toContainEqual({ id: "shirt", tucked: true });
    expect(putOn(tucked, tee, garments)).toContainEqual({ id: "shirt", tucked: true });
    expect(takeOff(tucked, "jeans", garments)).toEqual([{ id: "shirt" }, { id: "jacket" }]);
  });

  test("is what the server says when they do not agree", () => {
    const worn = [
      { id: "tee", open: null, tucked: true },
      { id: "jacket", open: false, tucked: false },
    ];
    expect(isAgreed(wear("jacket", "tee"), worn)).toBe(true);
    expect(isAgreed(wear("jacket"), worn)).toBe(false);
    expect(isAgreed(wear("jacket", "shirt"), worn)).toBe(false);
    expect(worn.map(wishOf)).toEqual([{ id: "tee", tucked: true }, { id: "jacket", open: false }]);
  });

  test("is chosen from one kind or from all", () => {
    const state = { ...FIRST_STATE, garments };
    expect(kindsOf(garments).map((one) => one.kind)[0]).toBe("trousers");
    expect(kindsOf(garments)).toHaveLength(9);
    expect(shownGarments(state)).toHaveLength(9);
    expect(shownGarments({ ...state, kind: "dress" })?.map((one) => one.id)).toEqual(["dress"]);
    expect(shownGarments({ ...state, kind: "toga" })).toHaveLength(9);
    expect(shownGarments(FIRST_STATE)).toBeUndefined();
  });
});

describe("a piece in several colours", () => {
  const jeans = piece("jeans", "trousers", 10, ["lower"]);
  const [white, navy, red] = [coloured("white", "tee"), coloured("navy", "tee"), coloured("red", "tee")];
  const bare = { ...piece("bare", "t-shirt", 22), group: "tee" };
  const garments = [white, jeans, navy, red, bare];
  const shown = (outfit: Outfit, kind?: string) =>
    shownGarments({ ...FIRST_STATE, garments, outfit, kind })?.map((one) => one.id);

  test("has one card, in the worn colour or else the first", () => {
    expect(shown([])).toEqual(["white", "jeans", "bare"]);
    expect(shown([{ id: "red" }], "t-shirt")).toEqual(["red", "bare"]);
    expect(coloursOf(red, garments)).toEqual([white, navy, red]);
    expect(coloursOf(jeans, garments)).toEqual([jeans]);
    expect(coloursOf(bare, garments)).toEqual([bare]);
  });

  test("changes its colour and is worn as before", () => {
    const outfit = [{ id: "white", tucked: true }, { id: "jeans" }];
    expect(wearColour(outfit, navy, garments)).toEqual([{ id: "navy", tucked: true }, { id: "jeans" }]);
    expect(wearColour([{ id: "jeans" }], navy, garments)).toEqual([{ id: "jeans" }, { id: "navy" }]);
    expect(wearColour([{ id: "bare" }], navy, garments)).toEqual([{ id: "navy" }]);
  });
});

describe("an outfit of the shop", () => {
  const weekend: ShopOutfit = { id: "weekend", title: { en: "Weekend", ko: "주말" }, garments: ["jeans", "tee"] };
  const outfits = [weekend];
  const garments = [piece("tee", "t-shirt", 22), piece("jeans", "trousers", 10, ["lower"])];

  test("is put on whole, and known when it is", () => {
    expect(outfitOf(weekend)).toEqual([{ id: "jeans" }, { id: "tee" }]);
    expect(isWhole([{ id: "tee", tucked: true }, { id: "jeans" }], weekend)).toBe(true);
    expect(isWhole([{ id: "tee" }], weekend)).toBe(false);
    expect(isWhole([{ id: "tee" }, { id: "skirt" }], weekend)).toBe(false);
  });

  test("hangs on the rail in place of the garments, while the shop has one", () => {
    const state = { ...FIRST_STATE, garments, outfits, kind: OUTFITS };
    expect(shownOutfits(state)).toBe(outfits);
    expect(shownGarments(state)).toEqual([]);
    expect(shownOutfits({ ...state, kind: undefined })).toEqual([]);
    expect(shownGarments({ ...state, outfits: [] })).toHaveLength(2);
  });
});

describe("the hint", () => {
  const source: FrameSource = { kind: "camera", mirrored: true, pauseSecs: 0, image: () => undefined, close: () => {} };
  const garments = [piece("tee", "t-shirt", 22)];
  const showing: MirrorState = { ...FIRST_STATE, scene: { kind: "showing", source }, garments };

  test("invites until something was picked", () => {
    expect(hintOf(showing)).toEqual({ kind: "pick_hint" });
    expect(hintOf({ ...showing, picked: true })).toBeUndefined();
    expect(hintOf({ ...showing, garments: [] })).toBeUndefined();
  });

  test("asks the visitor to step back only while something is worn", () => {
    const missed = { ...showing, personMissed: true, picked: true };
    expect(hintOf(missed)).toBeUndefined();
    expect(hintOf({ ...missed, outfit: [{ id: "tee" }] })).toEqual({ kind: "no_person" });
    const picture: FrameSource = { ...source, kind: "picture" };
    const scene = { kind: "showing", source: picture } as const;
    expect(hintOf({ ...missed, outfit: [{ id: "tee" }], scene })).toEqual({ kind: "no_person_in_file" });
  });

  test("speaks of a lost server before all else but fresh news", () => {
    const lost = { ...showing, personMissed: true, outfit: [{ id: "tee" }], serverMissed: true };
    expect(hintOf(lost)).toEqual({ kind: "server_lost" });
    const notice = { kind: "page", key: "demo_missing", values: {} } as const;
    expect(hintOf({ ...lost, notice })).toEqual({ kind: "notice", notice });
    expect(hintOf({ ...FIRST_STATE, serverMissed: true })).toEqual({ kind: "server_lost" });
  });
});
