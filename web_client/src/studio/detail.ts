/** One garment: its photo with the landmarks, how it turns on three bodies, and everything that can be said of it. */

import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { Point } from "./api";
import "./editor";
import { againIcon, backIcon, binIcon, undoIcon } from "./icons";
import { badge, picture, type Props } from "./page";
import { type Open, pointsOf } from "./state";
import "./turntable";
import { measureName } from "./words";

/** The view of the open garment. */
export function detail(open: Open, props: Props): TemplateResult {
  const { piece } = open;
  const { studio, language, t } = props;
  const rename = (event: Event) => studio.setTitle((event.target as HTMLInputElement).value);
  return html`<main class="detail" data-open=${piece.id} aria-busy=${open.busy}>
    <nav class="bar">
      <a class="quiet" href="#">${backIcon}${t("back_to_list")}</a>
      <input class="name" aria-label=${t("title_label")} .value=${live(piece.title[language])} maxlength="80" @change=${rename} />
      ${badge(piece, t)}
      <span class="state ${piece.state}">${t(`state_${piece.state}`)}</span>
      <span class="spread"></span>
      ${publishSwitch(open, props)}
      <button class="quiet" @click=${() => void studio.throwAway()}>${binIcon}${t("delete")}</button>
    </nav>
    ${open.problem === undefined ? nothing : html`<p class="problem" role="alert">${open.problem.sentence[language]}</p>`}
    ${piece.reason === null ? nothing : html`<p class="problem" role="alert">${piece.reason.sentence[language]}</p>`}
    <div class="halves">
      ${photoPart(open, props)}
      <div class="facts-part">${turnPart(open, props)} ${assessment(open, props)} ${kindPart(open, props)} ${sizesPart(open, props)}</div>
    </div>
  </main>`;
}

function publishSwitch({ piece, busy }: Open, { studio, t }: Props): TemplateResult {
  const isOut = piece.state === "published";
  const blocked = !isOut && !piece.publishable;
  const why = piece.grade === "D" ? t("publish_blocked_d") : t("publish_blocked_build");
  return html`<button
    class="switch"
    role="switch"
    aria-checked=${isOut}
    aria-disabled=${blocked}
    title=${blocked ? why : ""}
    @click=${() => (blocked && piece.grade !== "D") || busy ? undefined : studio.setPublished(!isOut)}
  >
    <i></i>${t("publish")}
  </button>`;
}

function photoPart(open: Open, { state, studio, language, t }: Props): TemplateResult {
  const { piece } = open;
  if (piece.is_mesh) {
    return html`<section class="photo-part"><div class="plain">${picture(piece)}</div><p class="hint">${t("points_none")}</p></section>`;
  }
  const moved = Object.keys(open.moved).length > 0;
  const took = open.tookSecs === undefined ? "" : t("rebuilt", { secs: open.tookSecs.toFixed(1) });
  return html`<section class="photo-part" aria-labelledby="points-title">
    <div class="line">
      <h2 id="points-title">${t("points_label")}</h2>
      <span class="spread"></span>
      <span class="took">${open.busy || moved ? html`<i class="spinner"></i>${t("rebuilding")}` : took}</span>
      <button class="quiet" ?disabled=${open.past.length === 0} @click=${() => studio.undo()}>${undoIcon}${t("undo")}</button>
      <button class="quiet" ?disabled=${open.busy || state.phase !== "ready"} @click=${() => studio.findAgain()}>
        ${againIcon}${t("find_again")}
      </button>
    </div>
    <landmark-editor
      .photo=${piece.easel}
      .points=${pointsOf(open)}
      .line=${piece.landmarks?.neck_opening_photo_px ?? null}
      .language=${language}
      @moved=${(event: CustomEvent<Record<string, Point>>) => studio.move(event.detail)}
    ></landmark-editor>
    <p class="hint">${t("points_hint")}</p>
  </section>`;
}

function turnPart({ piece }: Open, { language, t }: Props): TemplateResult | typeof nothing {
  if (piece.state !== "built" && piece.state !== "published") return nothing;
  return html`<section class="turn-part" aria-label=${t("turn_label")}>
    <turn-table .piece=${piece} .language=${language}></turn-table>
  </section>`;
}

function assessment({ piece }: Open, { t, language }: Props): TemplateResult | typeof nothing {
  const colours = piece.passport?.colours ?? [];
  const quality = piece.passport?.quality?.value;
  if (piece.reasons.length === 0 && colours.length === 0) return nothing;
  return html`<section>
    <h2>${t("why_label")}</h2>
    <ul class="reasons">
      ${piece.reasons.map((reason) => html`<li>${reason[language]}</li>`)}
    </ul>
    <dl>
      ${quality === undefined ? nothing : html`<dt>${t("quality_label")}</dt><dd>${Math.round(100 * quality)} %</dd>`}
      ${colours.length === 0
        ? nothing
        : html`<dt>${t("colours_label")}</dt>
            <dd class="swatches">
              ${colours.map(
                (colour) => html`<span><i .style=${`background: ${colour.hex}`}></i>${language === "ko" ? colour.name_ko : colour.name_en}</span>`,
              )}
            </dd>`}
    </dl>
  </section>`;
}

function kindPart({ piece, busy }: Open, { state, studio, language, t }: Props): TemplateResult {
  const choose = (event: Event) => studio.setKind((event.target as HTMLSelectElement).value);
  const give = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = "";
    if (file !== undefined) studio.giveBack(file);
  };
  return html`<section class="kind-part">
    <label
      ><span>${t("kind_label")}</span>
      <select @change=${choose} ?disabled=${busy} data-kind>
        ${piece.kind === null ? html`<option selected disabled>${t("kind_unknown")}</option>` : nothing}
        ${state.kinds.map((kind) => html`<option value=${kind.name} ?selected=${kind.name === piece.kind}>${kind.title[language]}</option>`)}
      </select>
      ${piece.kind !== null && !piece.kind_is_given ? html`<small>${t("kind_proposed")}</small>` : nothing}
    </label>
    <label
      ><span>${t("materials_label")}</span>
      <input
        .value=${live(piece.materials ?? "")}
        placeholder=${t("materials_hint")}
        maxlength="200"
        @change=${(event: Event) => studio.setMaterials((event.target as HTMLInputElement).value)}
      />
    </label>
    ${piece.is_mesh
      ? nothing
      : html`<div class="back">
          <span>${t("back_label")}</span>
          <label class="pill"
            >${piece.has_back ? t("back_has") : t("back_add")}
            <input class="unseen" type="file" accept="image/jpeg,image/png,image/webp" @change=${give} />
          </label>
        </div>`}
  </section>`;
}

function sizesPart(open: Open, props: Props): TemplateResult | typeof nothing {
  const { studio, t } = props;
  if (open.piece.kind === null) return nothing;
  return html`<section class="sizes-part" aria-labelledby="sizes-title">
    <h2 id="sizes-title">${t("sizes_label")}</h2>
    <div class="scroll">${grid(open, props)}</div>
    <p class="hint">${t("sizes_hint")}</p>
    <button class="pill strong" ?disabled=${!open.gridChanged || open.busy} @click=${() => studio.saveSizes()}>${t("sizes_save")}</button>
  </section>`;
}

function grid({ grid }: Open, { studio, language, t }: Props): TemplateResult {
  const paste = (event: ClipboardEvent, row: number, column: number) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    studio.pasteTable(row, column, text);
  };
  const walk = (event: KeyboardEvent, row: number, column: number) => {
    const down = { ArrowUp: -1, ArrowDown: 1, Enter: 1 }[event.key];
    if (down === undefined) return;
    event.preventDefault();
    const table = (event.currentTarget as HTMLElement).closest("table");
    table?.querySelector<HTMLInputElement>(`[data-cell="${row + down},${column}"]`)?.focus();
  };
  return html`<table>
    <thead>
      <tr>
        ${grid.columns.map((column) => html`<th scope="col">${measureName(language, column)}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${grid.rows.map(
        (cells, row) =>
          html`<tr>
            ${cells.map((cell, column) => {
              const name = measureName(language, grid.columns[column] ?? "");
              return html`<td>
                <input
                  data-cell=${`${row},${column}`}
                  aria-label=${column === 0 ? t("size_name") : t("size_cell", { size: cells[0] || String(row + 1), column: name })}
                  inputmode=${column === 0 ? "text" : "decimal"}
                  .value=${live(cell)}
                  @input=${(event: Event) => studio.changeCell(row, column, (event.target as HTMLInputElement).value)}
                  @paste=${(event: ClipboardEvent) => paste(event, row, column)}
                  @keydown=${(event: KeyboardEvent) => walk(event, row, column)}
                />
              </td>`;
            })}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
