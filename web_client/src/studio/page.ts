/** The page of the studio: the place to drop photos, the list, and what is said. */

import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Language } from "../i18n";
import type { Kind, Piece } from "./api";
import { detail } from "./detail";
import { filesDropped, gather } from "./gather";
import { addIcon, folderIcon, meshIcon } from "./icons";
import { FILTERS, leftToBuild, passes, type StudioState } from "./state";
import type { Studio } from "./studio";
import { type Words, wordsOf } from "./words";

export interface Props {
  readonly state: StudioState;
  readonly studio: Studio;
  readonly language: Language;
  readonly t: Words;
}

/** Everything. */
export function page(studio: Studio, language: Language): TemplateResult {
  const props: Props = { state: studio.state, studio, language, t: wordsOf(language) };
  const { state, t } = props;
  return html`
    <header class="top">
      <a class="brand" href="#">${t("page_title")}</a>
      <span class="spread"></span>
      <a class="language" href=${`?lang=${language === "ko" ? "en" : "ko"}${location.hash}`} lang=${language === "ko" ? "en" : "ko"}
        >${language === "ko" ? "English" : "한국어"}</a
      >
      <a class="pill" href="/" target="_blank">${t("to_mirror")}</a>
    </header>
    <p class="unseen" role="status" aria-live="polite">${state.news}</p>
    ${state.phase === "ready" ? (state.open === undefined ? home(props) : detail(state.open, props)) : front(props)}
    ${state.deleted === undefined ? nothing : deleted(state.deleted, props)}
  `;
}

/** What stands there before there is anything to see. */
function front({ state, studio, language, t }: Props): TemplateResult {
  if (state.phase === "loading") return html`<main class="front" aria-busy="true"><p>${t("loading")}</p></main>`;
  if (state.phase === "closed") {
    return html`<main class="front">
      <p role="alert">${state.problem?.sentence[language]}</p>
      <button class="pill strong" @click=${() => void studio.start()}>${t("retry")}</button>
    </main>`;
  }
  const unlock = (event: SubmitEvent) => {
    event.preventDefault();
    void studio.unlock(String(new FormData(event.target as HTMLFormElement).get("key")));
  };
  return html`<main class="front">
    <h1>${t("key_title")}</h1>
    <p>${t("key_body")}</p>
    <form @submit=${unlock}>
      <label>${t("key_label")} <input name="key" type="password" autocomplete="current-password" required /></label>
      <button class="pill strong">${t("key_enter")}</button>
    </form>
  </main>`;
}

function home(props: Props): TemplateResult {
  return html`<main class="home">
    <h1 class="unseen">${props.t("page_title")}</h1>
    ${dropZone(props)} ${progress(props)} ${failures(props)} ${list(props)}
  </main>`;
}

function dropZone({ state, studio, t }: Props): TemplateResult {
  const take = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const found = [...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
    input.value = "";
    studio.add(gather(found));
  };
  return html`<section class="drop ${state.dragging ? "over" : ""} ${state.pieces.length > 0 ? "slim" : ""}" aria-labelledby="drop-title">
    <span class="sign">${addIcon}</span>
    <div>
      <h2 id="drop-title">${state.dragging ? t("drop_now") : t("drop_title")}</h2>
      <p>${t("drop_body")}</p>
    </div>
    <div class="ways">
      <label class="pill strong"
        >${addIcon}${t("choose_files")}
        <input class="unseen" id="files" type="file" multiple accept="image/jpeg,image/png,image/webp,.glb,.csv" @change=${take} />
      </label>
      <label class="pill"
        >${folderIcon}${t("choose_folder")}
        <input class="unseen" id="folder" type="file" webkitdirectory multiple @change=${take} />
      </label>
    </div>
  </section>`;
}

/** What a drop on the page brings. */
export async function takeDrop(event: DragEvent, studio: Studio): Promise<void> {
  if (event.dataTransfer === null) return;
  studio.add(gather(await filesDropped(event.dataTransfer)));
}

function progress({ state, t }: Props): TemplateResult | typeof nothing {
  const { sent, all, failures } = state.progress;
  const left = leftToBuild(state.pieces);
  const sending = sent + failures.length < all;
  if (!sending && left === 0) return nothing;
  const done = sending ? sent / Math.max(all, 1) : undefined;
  return html`<div class="progress" role="status">
    <span>${sending ? t("sending", { sent: String(sent), all: String(all) }) : ""} ${left > 0 ? t("building", { left: String(left) }) : ""}</span>
    <progress .value=${done ?? 0} ?hidden=${done === undefined} max="1" aria-hidden="true"></progress>
  </div>`;
}

function failures({ state, studio, language, t }: Props): TemplateResult | typeof nothing {
  if (state.progress.failures.length === 0) return nothing;
  return html`<section class="failures" role="alert">
    <h2>${t("not_taken")}</h2>
    <ul>
      ${state.progress.failures.map(({ name, problem }) => html`<li><b>${name}</b> ${problem.sentence[language]}</li>`)}
    </ul>
    <button class="quiet" @click=${() => studio.dismissFailures()}>${t("dismiss")}</button>
  </section>`;
}

function list(props: Props): TemplateResult {
  const { state, studio, t } = props;
  if (state.pieces.length === 0) return html`<p class="nothing">${t("list_empty")}</p>`;
  const shown = state.pieces.filter((piece) => passes(piece, state.filter));
  return html`<section aria-label=${t("list_label")}>
    <div class="filters" role="group" aria-label=${t("filter_label")}>
      ${FILTERS.map((filter) => {
        const count = state.pieces.filter((piece) => passes(piece, filter)).length;
        return html`<button aria-pressed=${filter === state.filter} @click=${() => studio.filter(filter)}>
          ${t(`filter_${filter}`)} <span>${count}</span>
        </button>`;
      })}
    </div>
    ${shown.length === 0 ? html`<p class="nothing">${t("list_none")}</p>` : nothing}
    <ul class="pieces">
      ${repeat(
        shown,
        (piece) => piece.id,
        (piece) => html`<li>${card(piece, props)}</li>`,
      )}
    </ul>
  </section>`;
}

function card(piece: Piece, { state, language, t }: Props): TemplateResult {
  const busy = piece.state === "queued" || piece.state === "building";
  const why = piece.reason === null ? piece.reasons[1]?.[language] : piece.reason.sentence[language];
  return html`<a class="piece ${piece.state}" href=${`#/${piece.id}`} data-piece=${piece.id}>
    <span class="photo"
      >${picture(piece)}
      ${badge(piece, t)}
    </span>
    <span class="title">${piece.title[language]}</span>
    <span class="facts"
      ><span class="state ${piece.state}">${busy ? html`<i class="spinner"></i>` : nothing}${t(`state_${piece.state}`)}</span>
      <span>${kindTitle(piece, state.kinds, language)}</span></span
    >
    ${why === undefined || busy ? nothing : html`<span class="why">${why}</span>`}
  </a>`;
}

/** What it looks like: its photo, or for a mesh the garment once there is one. */
export function picture(piece: Piece): TemplateResult {
  if (piece.is_mesh && piece.grade === null) return meshIcon;
  const address = piece.is_mesh ? piece.preview : piece.version === 0 ? piece.photo : piece.thumb;
  return html`<img src=${address} alt="" loading="lazy" />`;
}

/** The grade on its own colour. */
export function badge(piece: Piece, t: Words): TemplateResult | typeof nothing {
  if (piece.grade === null) return nothing;
  return html`<b class="grade ${piece.grade}" aria-label=${t("grade", { grade: piece.grade })}>${piece.grade}</b>`;
}

/** What kind of garment it is, in words. */
export function kindTitle(piece: Piece, kinds: readonly Kind[], language: Language): string {
  return kinds.find((kind) => kind.name === piece.kind)?.title[language] ?? piece.kind ?? "";
}

function deleted(piece: Piece, { studio, language, t }: Props): TemplateResult {
  return html`<div class="toast" role="status">
    <span>${t("deleted", { title: piece.title[language] })}</span>
    <button class="pill" @click=${() => void studio.takeBack()}>${t("undo")}</button>
  </div>`;
}
