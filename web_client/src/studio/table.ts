/** The size table as a grid of texts. */

export interface Grid {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The grid of a table in CSV, with all columns that its kind may have and an empty row to write in. */
export function gridOf(csv: string, columns: readonly string[]): Grid {
  const all = ["size", ...columns];
  const [header, ...rows] = cellsOf(csv);
  const at = all.map((column) => header?.indexOf(column) ?? -1);
  return padded({ columns: all, rows: rows.map((row) => at.map((place) => row[place] ?? "")) });
}

/** Cells of a text from a spreadsheet: tabs, semicolons or commas between them. */
export function cellsOf(text: string): readonly (readonly string[])[] {
  const between = text.includes("\t") ? "\t" : text.includes(";") ? ";" : ",";
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  return lines.map((line) => line.split(between).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1")));
}

/** Whether a pasted text has column names above its numbers. */
export function hasHeader(cells: readonly (readonly string[])[]): boolean {
  const [first = []] = cells;
  return cells.length > 1 && first.slice(1).some((cell) => cell !== "" && Number.isNaN(Number(cell.replace(",", "."))));
}

/** The grid with a block of cells put in from a place on; what does not fit is left out. */
export function pasted(grid: Grid, row: number, column: number, cells: readonly (readonly string[])[]): Grid {
  const rows = grid.rows.map((old) => [...old]);
  cells.forEach((line, down) => {
    const target = (rows[row + down] ??= grid.columns.map(() => ""));
    line.forEach((cell, right) => {
      if (column + right < target.length) target[column + right] = cell;
    });
  });
  return padded({ ...grid, rows });
}

/** The grid with one cell changed. */
export function changed(grid: Grid, row: number, column: number, text: string): Grid {
  return pasted(grid, row, column, [[text]]);
}

/** The table as CSV: rows with something in them, columns with some number. */
export function csvOf(grid: Grid): string {
  const rows = grid.rows.filter((row) => row.some((cell) => cell.trim() !== ""));
  if (rows.length === 0) return "";
  const used = grid.columns.map((_, column) => column === 0 || rows.some((row) => row[column]?.trim()));
  const line = (cells: readonly string[]) =>
    cells
      .filter((_, column) => used[column])
      .map((cell) => `"${cell.trim().replaceAll('"', '""')}"`)
      .join(",");
  return [grid.columns, ...rows].map(line).join("\n") + "\n";
}

function padded(grid: Grid): Grid {
  const last = grid.rows.at(-1);
  if (last !== undefined && last.every((cell) => cell === "")) return grid;
  return { ...grid, rows: [...grid.rows, grid.columns.map(() => "")] };
}
