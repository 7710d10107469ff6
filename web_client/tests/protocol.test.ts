import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { HEADER_SIZE, type Message, pack, parse, ProtocolError } from "../src/protocol";

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);
const worn = [
  { id: "rib-knit", open: null, tucked: true },
  { id: "trench", open: false, tucked: false },
];
const status = { poseFound: true, worn, stageMs: { detect: 16.5, fit: 0.75 }, fps: 24.5, dropped: 3 };
const outfit = [
  { id: "chinos" },
  { id: "linen-shirt", tucked: true },
  { id: "trench", open: false },
  { id: "blazer", open: true, tucked: true },
];

/** What each file of wire bytes means; the Python tests say the same. */
const fixtures: readonly (readonly [string, Message])[] = [
  ["frame", { kind: "frame", sequence: 7, captureSecs: 1.25, jpeg }],
  ["preview", { kind: "preview", sequence: 4294967295, captureSecs: 12.5, jpeg }],
  ["wear", { kind: "wear", garments: [{ id: "linen-shirt" }, { id: "rib-knit" }] }],
  ["wear_outfit", { kind: "wear", garments: outfit }],
  ["wear_nothing", { kind: "wear", garments: [] }],
  ["status", { kind: "status", ...status }],
];

function readFixture(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(new URL(`../../tests/fixtures/${name}.bin`, import.meta.url)));
}

/** A packed frame with some of its bytes changed. */
function damaged(change: (bytes: Uint8Array<ArrayBuffer>) => void): ArrayBuffer {
  const bytes = pack({ kind: "frame", sequence: 1, captureSecs: 2, jpeg });
  change(bytes);
  return bytes.buffer;
}

/** A message of the kind with the text as its payload. */
function withPayload(kind: number, text: string): ArrayBuffer {
  const payload = new TextEncoder().encode(text);
  const bytes = new Uint8Array(HEADER_SIZE + payload.length);
  bytes.set([1, kind]);
  bytes[16] = payload.length;
  bytes.set(payload, HEADER_SIZE);
  return bytes.buffer;
}

describe("the wire format", () => {
  test.each(fixtures)("reads the bytes of %s.bin", (name, message) => {
    expect(parse(readFixture(name).buffer)).toEqual(message);
  });

  test.each(fixtures)("writes the bytes of %s.bin", (name, message) => {
    expect(pack(message)).toEqual(readFixture(name));
  });

  test("reads and writes Korean in a notice", () => {
    const notice = parse(readFixture("notice").buffer);
    expect(notice).toMatchObject({ kind: "notice", code: "broken-jpeg" });
    expect(notice.kind === "notice" && notice.sentence.ko).toContain("사진");
    expect(pack(notice)).toEqual(readFixture("notice"));
  });

  test("lays out a frame byte by byte as the protocol says", () => {
    const bytes = pack({ kind: "frame", sequence: 0x01020304, captureSecs: 1, jpeg });
    const header = [1, 1, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 4, 0, 0, 0];
    expect([...bytes]).toEqual([...header, ...jpeg]);
  });

  test("refuses bytes that are not a message, saying why", () => {
    expect(() => parse(new ArrayBuffer(3))).toThrow("at least 20 bytes, not 3");
    expect(() => parse(damaged((bytes) => (bytes[0] = 9)))).toThrow("version 9 is not 1");
    expect(() => parse(damaged((bytes) => (bytes[1] = 77)))).toThrow("kind 77 is not one of 1 to 5");
    expect(() => parse(damaged((bytes) => (bytes[2] = 5)))).toThrow("bytes 2 and 3 hold 5, not 0");
    expect(() => parse(damaged((bytes) => (bytes[16] = 200)))).toThrow("promises 200 bytes, 4 follow");
    expect(() => parse(damaged((bytes) => (bytes[1] = 3)))).toThrow("not JSON");
  });

  test.each([
    ["a list", 3, "[]"],
    ["a wish without garments", 3, "{}"],
    ["a wish for numbers", 3, '{"garments":[1]}'],
    ["a status without figures", 4, '{"pose_found":true,"worn":[],"stage_ms":{}}'],
    ["a notice without words", 5, '{"code":"x"}'],
  ])("refuses %s", (_, kind, text) => {
    expect(() => parse(withPayload(kind, text))).toThrow(ProtocolError);
  });
});
