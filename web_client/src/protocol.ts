/** The messages between the mirror page and the server, byte by byte as `docs/protocol.md` says. No I/O. */

export const VERSION = 1;
export const HEADER_SIZE = 20;

/** What a message is, by its second byte. */
export const Kind = { frame: 1, preview: 2, wear: 3, status: 4, notice: 5 } as const;

export type Sentence = Readonly<Record<"en" | "ko", string>>;

/** A camera frame on its way to the server: JPEG as the camera sees, not mirrored. */
export interface FrameMessage {
  readonly kind: "frame";
  readonly sequence: number;
  /** Seconds of the sender's own monotonic clock. */
  readonly captureSecs: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/** The dressed frame, with the sequence and the capture time of the frame that it shows. */
export interface PreviewMessage {
  readonly kind: "preview";
  readonly sequence: number;
  readonly captureSecs: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

/** One garment that the shopper wants to wear, and how. */
export interface Wish {
  readonly id: string;
  /** With its front open; left out, as its photo shows it. */
  readonly open?: boolean;
  /** Into the trousers or the skirt. */
  readonly tucked?: boolean;
}

/** What the shopper wants to wear from the next frame on, in any order; an empty list is nothing. */
export interface WearMessage {
  readonly kind: "wear";
  readonly garments: readonly Wish[];
}

/** One garment that is on, and how. */
export interface WornGarment {
  readonly id: string;
  /** With its front open; null for what does not open. */
  readonly open: boolean | null;
  readonly tucked: boolean;
}

/** How the session goes: sent on every change and once a second. */
export interface StatusMessage {
  readonly kind: "status";
  readonly poseFound: boolean;
  /** What is worn by now, from the skin outwards. */
  readonly worn: readonly WornGarment[];
  readonly stageMs: Readonly<Record<string, number>>;
  readonly fps: number;
  readonly dropped: number;
}

/** One sentence for the shopper, with a code for programs. */
export interface NoticeMessage {
  readonly kind: "notice";
  readonly code: string;
  readonly sentence: Sentence;
}

export type ServerMessage = PreviewMessage | StatusMessage | NoticeMessage;
export type ClientMessage = FrameMessage | WearMessage;
export type Message = ClientMessage | ServerMessage;

/** Raised on bytes that are not a message; the sentence names the value and the rule. */
export class ProtocolError extends Error {}

interface Envelope {
  readonly sequence?: number;
  readonly captureSecs?: number;
}

/** The bytes of one message. */
export function pack(message: Message): Uint8Array<ArrayBuffer> {
  switch (message.kind) {
    case "frame":
    case "preview":
      return packBytes(Kind[message.kind], message.jpeg, message);
    case "wear":
      return packJson(Kind.wear, { garments: message.garments.map(writeWish) });
    case "status":
      return packJson(Kind.status, {
        pose_found: message.poseFound,
        garments: message.worn.map((one) => one.id),
        worn: message.worn,
        stage_ms: message.stageMs,
        fps: message.fps,
        dropped: message.dropped,
      });
    case "notice":
      return packJson(Kind.notice, { code: message.code, sentence: message.sentence });
  }
}

/** The message that the bytes hold. */
export function parse(bytes: ArrayBuffer): Message {
  if (bytes.byteLength < HEADER_SIZE) {
    throw new ProtocolError(`a message has at least ${HEADER_SIZE} bytes, not ${bytes.byteLength}`);
  }
  const view = new DataView(bytes);
  const version = view.getUint8(0);
  if (version !== VERSION) throw new ProtocolError(`version ${version} is not ${VERSION}`);
  const reserved = view.getUint16(2, true);
  if (reserved !== 0) throw new ProtocolError(`bytes 2 and 3 hold ${reserved}, not 0`);
  const size = view.getUint32(16, true);
  if (bytes.byteLength !== HEADER_SIZE + size) {
    throw new ProtocolError(`the header promises ${size} bytes, ${bytes.byteLength - HEADER_SIZE} follow`);
  }
  return parsePayload(view.getUint8(1), new Uint8Array(bytes, HEADER_SIZE, size), view);
}

function parsePayload(kind: number, payload: Uint8Array<ArrayBuffer>, view: DataView): Message {
  const envelope = { sequence: view.getUint32(4, true), captureSecs: view.getFloat64(8, true) };
  switch (kind) {
    case Kind.frame:
      return { kind: "frame", ...envelope, jpeg: payload };
    case Kind.preview:
      return { kind: "preview", ...envelope, jpeg: payload };
    case Kind.wear:
      return { kind: "wear", garments: readList(readJson(payload)["garments"], readWish) };
    case Kind.status:
      return readStatus(readJson(payload));
    case Kind.notice:
      return readNotice(readJson(payload));
    default:
      throw new ProtocolError(`kind ${kind} is not one of 1 to 5`);
  }
}

function packBytes(kind: number, payload: Uint8Array, envelope: Envelope): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_SIZE + payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, kind);
  view.setUint32(4, envelope.sequence ?? 0, true);
  view.setFloat64(8, envelope.captureSecs ?? 0, true);
  view.setUint32(16, payload.byteLength, true);
  bytes.set(payload, HEADER_SIZE);
  return bytes;
}

function packJson(kind: number, value: unknown): Uint8Array<ArrayBuffer> {
  return packBytes(kind, new TextEncoder().encode(JSON.stringify(value)), {});
}

function readJson(payload: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    throw new ProtocolError("the payload is not JSON");
  }
  return readRecord(value);
}

function readRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolError("the payload is not a JSON object");
  }
  return value as Record<string, unknown>;
}

function readStatus(value: Record<string, unknown>): StatusMessage {
  const stages = Object.entries(readRecord(value["stage_ms"])).map(([stage, ms]) => [stage, readNumber(ms)] as const);
  return {
    kind: "status",
    poseFound: value["pose_found"] === true,
    worn: readList(value["worn"], readWorn),
    stageMs: Object.fromEntries(stages),
    fps: readNumber(value["fps"]),
    dropped: readNumber(value["dropped"]),
  };
}

function readNotice(value: Record<string, unknown>): NoticeMessage {
  const sentence = readRecord(value["sentence"]);
  return {
    kind: "notice",
    code: readString(value["code"]),
    sentence: { en: readString(sentence["en"]), ko: readString(sentence["ko"]) },
  };
}

function readString(value: unknown): string {
  if (typeof value !== "string") throw new ProtocolError(`${JSON.stringify(value)} is not a text`);
  return value;
}

function readNumber(value: unknown): number {
  if (typeof value !== "number") throw new ProtocolError(`${JSON.stringify(value)} is not a number`);
  return value;
}

function readList<T>(value: unknown, read: (one: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw new ProtocolError(`${JSON.stringify(value)} is not a list`);
  return value.map(read);
}

/** The wish as JSON, in its shortest form. */
function writeWish({ id, open, tucked }: Wish): unknown {
  if (open === undefined && tucked !== true) return id;
  return { id, ...(open === undefined ? {} : { open }), ...(tucked === true ? { tucked } : {}) };
}

function readWish(value: unknown): Wish {
  if (typeof value === "string") return { id: value };
  const { id, open, tucked } = readRecord(value);
  return {
    id: readString(id),
    ...(typeof open === "boolean" ? { open } : {}),
    ...(typeof tucked === "boolean" ? { tucked } : {}),
  };
}

function readWorn(value: unknown): WornGarment {
  const { id, open, tucked } = readRecord(value);
  return { id: readString(id), open: typeof open === "boolean" ? open : null, tucked: tucked === true };
}
