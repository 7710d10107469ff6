/** What the keys of the keyboard do. */

export type Command =
  | { readonly kind: "pick"; readonly place: number }
  | { readonly kind: "move"; readonly direction: "left" | "right" | "up" | "down" }
  | { readonly kind: "take_off" }
  | { readonly kind: "snapshot" }
  | { readonly kind: "readout" };

/** The part of a key press that decides. */
export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey">;

/** The command of a key press, if it has one; `code` finds letters on Korean keyboards too. */
export function commandOf(press: KeyPress): Command | undefined {
  if (press.ctrlKey || press.metaKey || press.altKey) return undefined;
  if (press.code === "KeyI") return { kind: "readout" };
  if (press.code === "KeyS") return { kind: "snapshot" };
  if (/^[1-9]$/.test(press.key)) return { kind: "pick", place: Number(press.key) - 1 };
  switch (press.key) {
    case "0":
    case "Escape":
      return { kind: "take_off" };
    case "ArrowLeft":
      return { kind: "move", direction: "left" };
    case "ArrowRight":
      return { kind: "move", direction: "right" };
    case "ArrowUp":
      return { kind: "move", direction: "up" };
    case "ArrowDown":
      return { kind: "move", direction: "down" };
    default:
      return undefined;
  }
}

/**
 * The card that a move leads to, with `columns` cards side by side; card 0 is "take off" and the ends meet.
 *
 * A single row is read left to right, so there up and down do what left and right do.
 */
export function cardAfter(card: number, direction: "left" | "right" | "up" | "down", cards: number, columns: number): number {
  const line = columns < cards ? columns : 1;
  const step = { left: -1, right: 1, up: -line, down: line }[direction];
  return (card + step + cards) % cards;
}
