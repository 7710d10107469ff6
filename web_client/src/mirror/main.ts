/** The mirror page: puts canvas, page and mirror together, and listens to the keyboard. */

import { render } from "lit";
import { watchForCamera } from "../camera";
import { chooseLanguage, say } from "../i18n";
import { Glass } from "./glass";
import { cardAfter, type Command, commandOf } from "./keys";
import { Mirror } from "./mirror";
import "./mirror.css";
import { isWhole, isWorn, type Outfit, outfitOf, putOn, takeOff } from "./outfit";
import { type Actions, page } from "./page";
import { shownGarments, shownOutfits } from "./state";

const language = chooseLanguage(location.search, navigator.languages);
document.documentElement.lang = language;
document.title = say(language, "page_title");

const canvas = find("canvas.glass", HTMLCanvasElement);
const furniture = find(".furniture", HTMLElement);
const fileInput = find("input[type=file]", HTMLInputElement);
canvas.setAttribute("aria-label", say(language, "glass_label"));

const socketUrl = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/mirror`;
const mirror = new Mirror(new Glass(canvas), () => new WebSocket(socketUrl), requestDrawing);

const actions: Actions = {
  wear: (outfit) => {
    walk = undefined;
    mirror.wear(outfit);
  },
  showKind: (kind) => mirror.showKind(kind),
  useCamera: () => void mirror.useCamera(),
  chooseFile: () => fileInput.click(),
  useDemo: () => void mirror.useDemo(),
  takeSnapshot: () => void mirror.takeSnapshot(),
  retryNow: () => mirror.retryNow(),
};

/** Who walks along the rail with the arrows tries piece after piece over what was on before. */
let walk: { readonly card: number; readonly before: Outfit } | undefined;
let drawingRequested = false;

/** Draw the page once for all changes of a moment. */
function requestDrawing(): void {
  if (drawingRequested) return;
  drawingRequested = true;
  queueMicrotask(() => {
    drawingRequested = false;
    render(page(mirror.state, language, actions), furniture);
  });
}

function obey(command: Command): void {
  const cards = railCards().length;
  if (command.kind === "take_off") actions.wear([]);
  else if (command.kind === "snapshot") actions.takeSnapshot();
  else if (command.kind === "readout") mirror.toggleReadout();
  else if (command.kind === "pick") {
    const picked = pick(command.place);
    if (picked === undefined) return;
    actions.wear(picked);
    lookAt(command.place + 1);
  } else {
    const { card: from, before } = walk ?? { card: focusedCard(), before: mirror.state.outfit };
    const card = cardAfter(from, command.direction, Math.max(1, cards), columns());
    mirror.wear(tryOver(before, card - 1) ?? before);
    walk = { card, before };
    lookAt(card);
  }
}

/** What is worn once a card has been pressed; the card of what is worn takes it off. */
function pick(place: number): Outfit | undefined {
  const { outfit, garments = [] } = mirror.state;
  const shownOutfit = shownOutfits(mirror.state)[place];
  if (shownOutfit !== undefined) return isWhole(outfit, shownOutfit) ? [] : outfitOf(shownOutfit);
  const garment = shownGarments(mirror.state)?.[place];
  if (garment === undefined) return undefined;
  return isWorn(outfit, garment.id) ? takeOff(outfit, garment.id, garments) : putOn(outfit, garment, garments);
}

/** What is worn once the piece of a card is tried over an outfit. */
function tryOver(before: Outfit, place: number): Outfit | undefined {
  const shownOutfit = shownOutfits(mirror.state)[place];
  if (shownOutfit !== undefined) return outfitOf(shownOutfit);
  const garment = shownGarments(mirror.state)?.[place];
  return garment === undefined ? undefined : putOn(before, garment, mirror.state.garments ?? []);
}

/** The card that has the keyboard's focus, in itself or in its colours, else the first. */
function focusedCard(): number {
  return Math.max(
    0,
    railCards().findIndex((card) => card.parentElement?.contains(document.activeElement) === true),
  );
}

/** Bring a card into view, and the focus with it if that is on the rail. */
function lookAt(card: number): void {
  const cards = railCards();
  if (cards.includes(document.activeElement as HTMLElement)) cards[card]?.focus({ preventScroll: true });
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  cards[card]?.parentElement?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: calm ? "instant" : "smooth" });
}

function railCards(): readonly HTMLElement[] {
  return [...furniture.querySelectorAll<HTMLElement>("[data-card]")];
}

/** How many cards lie side by side in the rail. */
function columns(): number {
  const tops = railCards().map((card) => card.getBoundingClientRect().top);
  return tops.filter((top) => top === tops[0]).length;
}

function find<T extends Element>(selector: string, type: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof type)) throw new Error(`the page has no ${selector}`);
  return element;
}

addEventListener("keydown", (event) => {
  const command = commandOf(event);
  if (command === undefined || (event.repeat && command.kind !== "move")) return;
  event.preventDefault();
  obey(command);
});

fileInput.addEventListener("change", () => {
  const file = fileInput.files?.[0];
  fileInput.value = "";
  if (file !== undefined) void mirror.useFile(file);
});

// A file dropped on the page is shown; the browser would leave the page for it.
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", (event) => {
  event.preventDefault();
  const file = event.dataTransfer?.files[0];
  if (file !== undefined) void mirror.useFile(file);
});

// A page in the background gets no frames and may lose its connection: be there at once when it is looked at again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  mirror.retryNow();
  void keepAwake();
});

/** Keep the screen lit while the mirror is looked at, where the browser allows that. */
async function keepAwake(): Promise<void> {
  try {
    await navigator.wakeLock?.request("screen");
  } catch {
    // A phone that saves power says no.
  }
}

new ResizeObserver(() => mirror.redraw()).observe(canvas);
requestDrawing();
mirror.start();
void keepAwake();
void mirror.useCamera();
void watchForCamera(() => {
  if (mirror.state.scene.kind === "trouble") actions.useCamera();
});
