import { describe, expect, test } from "vitest";
import { HEADER_SIZE, type Message, pack, parse, ProtocolError } from "../src/protocol";

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]);

const messages: readonly Message[] = [
  { kind: "frame", sequence: 7, captureSecs: 1.25, jpeg },
  { kind: "preview", sequence: 4294967295, captureSecs: 12.5, jpeg },
  { kind: "wear", garments: ["linen-shirt", "rib-knit"] },
  { kind: "status", poseFound: true, garments: ["rib-knit"], stageMs: { fit: 0.5 }, fps: 24.5, dropped: 3 },
  { kind: "notice", code: "frame_too_big", sentence: { en: "The picture is too big.", ko: "사진이 너무 커요." } },
];

/** A packed frame with some of its bytes changed. */
function damaged(change: (bytes: Uint8Array<ArrayBuffer>) => void): ArrayBuffer {
  const bytes = pack({ kind: "frame", sequence: 1, captureSecs: 2, jpeg });
  change(bytes);
  return bytes.buffer;
}

describe("the wire format", () => {
  test.each(messages)("carries a $kind there and back unchanged", (message) => {
    expect(parse(pack(message).buffer)).toEqual(message);
  });

  test("lays out a frame byte by byte as the protocol says", () => {
    const bytes = pack({ kind: "frame", sequence: 0x01020304, captureSecs: 1, jpeg });
    const header = [1, 1, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 4, 0, 0, 0];
    expect([...bytes]).toEqual([...header, ...jpeg]);
    expect(HEADER_SIZE).toBe(header.length);
  });

  test("refuses bytes that are not a message, saying why", () => {
    expect(() => parse(new ArrayBuffer(3))).toThrow("at least 20 bytes, not 3");
    expect(() => parse(damaged((b) => (b[0] = 9)))).toThrow("version 9 is not 1");
    expect(() => parse(damaged((b) => (b[1] = 77)))).toThrow("kind 77 is not one of 1 to 5");
    expect(() => parse(damaged((b) => (b[16] = 200)))).toThrow("promises 200 bytes, 4 follow");
    expect(() => parse(damaged((b) => (b[1] = 3)))).toThrow("not JSON");
  });

  test.each([
    ["a list", 3, "[]"],
    ["a wear without garments", 3, "{}"],
    ["a wear of numbers", 3, '{"garments":[1]}'],
    ["a status without figures", 4, '{"pose_found":true,"garments":[],"stage_ms":{}}'],
    ["a notice without words", 5, '{"code":"x"}'],
  ])("refuses %s", (_, kind, text) => {
    const payload = new TextEncoder().encode(text);
    const bytes = new Uint8Array(HEADER_SIZE + payload.length);
    bytes.set([1, kind], 0);
    bytes[16] = payload.length;
    bytes.set(payload, HEADER_SIZE);
    expect(() => parse(bytes.buffer)).toThrow(ProtocolError);
  });
});
