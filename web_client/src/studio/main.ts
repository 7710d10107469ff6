/** The studio's page: puts studio and page together, and listens to the address, to drops and to the keyboard. */

import { render } from "lit";
import { chooseLanguage } from "../i18n";
import { page, takeDrop } from "./page";
import { Studio } from "./studio";
import "./studio.css";
import { wordsOf } from "./words";

const language = chooseLanguage(location.search, navigator.languages);
const t = wordsOf(language);
document.documentElement.lang = language;
document.title = t("page_title");

const root = document.querySelector<HTMLElement>(".studio");
if (root === null) throw new Error("the page has no .studio");
const studio = new Studio(t, requestDrawing);
let drawingRequested = false;

/** Draw the page once for all changes of a moment. */
function requestDrawing(): void {
  if (drawingRequested) return;
  drawingRequested = true;
  queueMicrotask(() => {
    drawingRequested = false;
    if (root !== null) render(page(studio, language), root);
  });
}

let listScroll = 0;

/** Show what the address names: `#/<id>` one garment, else the list. */
async function follow(): Promise<void> {
  const id = /^#\/([\w-]+)$/.exec(location.hash)?.[1];
  const before = studio.state.open?.piece.id;
  if (before === undefined) listScroll = scrollY;
  await studio.show(id);
  await new Promise(requestAnimationFrame);
  if (id !== undefined && id !== before) {
    scrollTo(0, 0);
    document.querySelector<HTMLElement>(".detail .bar a")?.focus({ preventScroll: true });
  } else if (id === undefined && before !== undefined) {
    scrollTo(0, listScroll);
    document.querySelector<HTMLElement>(`[data-piece="${before}"]`)?.focus({ preventScroll: true });
  }
}

addEventListener("hashchange", () => void follow());

addEventListener("dragover", (event) => {
  event.preventDefault();
  studio.drag(true);
});
addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) studio.drag(false);
});
addEventListener("drop", (event) => {
  event.preventDefault();
  studio.drag(false);
  void takeDrop(event, studio);
});

addEventListener("keydown", (event) => {
  const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
  if (typing) return;
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.code === "KeyZ") {
    event.preventDefault();
    studio.undo();
  } else if (event.key === "Escape" && studio.state.open !== undefined) location.hash = "";
});

requestDrawing();
await studio.start();
await follow();
