/** From what was dropped or chosen to articles: a front with its back and its size table. */

/** A file with the folders that it lay in. */
export interface Found {
  readonly path: string;
  readonly file: File;
}

export interface Article {
  readonly name: string;
  readonly front: File;
  readonly back: File | undefined;
  readonly sizes: File | undefined;
}

const PHOTO = /\.(jpe?g|png|webp)$/i;
const FRONT = /\.(jpe?g|png|webp|glb)$/i;
const TABLE = /\.(csv|tsv|txt)$/i;
const BACK = /[-_\s.(]*(back|rear|뒤|뒷면|후면|뒷모습)\)?$/i;
const SIDE = /[-_\s.(]*(front|앞|앞면|정면)\)?$/i;
const SIZES = /[-_\s.(]*(sizes?|사이즈|치수|치수표)\)?$/i;

/** All files among what was dropped, those in folders too. */
export async function filesDropped(carried: DataTransfer): Promise<readonly Found[]> {
  // The entries must be asked for before the first wait: the browser forgets them afterwards.
  const entries = [...carried.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const plain = [...carried.files];
  if (entries.every((entry) => entry === null)) return plain.map((file) => ({ path: file.name, file }));
  const found = await Promise.all(entries.map((entry) => (entry === null ? [] : walk(entry))));
  return found.flat();
}

async function walk(entry: FileSystemEntry): Promise<readonly Found[]> {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const inside: FileSystemEntry[] = [];
  // A folder is told in parts, the last of which is empty.
  for (;;) {
    const part = await new Promise<readonly FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) break;
    inside.push(...part);
  }
  return (await Promise.all(inside.map(walk))).flat();
}

/** Files as articles, by name; a back or a size table joins the front that it is named after. */
export function gather(found: readonly Found[]): readonly Article[] {
  const seen = found.filter(({ path }) => !path.split("/").some((part) => part.startsWith(".")));
  const backs = new Map<string, File>();
  const tables = new Map<string, File>();
  const fronts: { readonly key: string; readonly file: File }[] = [];
  for (const { path, file } of seen) {
    const stem = path.normalize("NFC").replace(/\.[^./]+$/, "");
    if (TABLE.test(path)) tables.set(keyOf(stem.replace(SIZES, "")), file);
    else if (PHOTO.test(path) && BACK.test(stem)) backs.set(keyOf(stem.replace(BACK, "")), file);
    else if (FRONT.test(path)) fronts.push({ key: keyOf(stem), file });
  }
  const articles = fronts.map(({ key, file }) => {
    const back = backs.get(key);
    backs.delete(key);
    return { name: file.name, front: file, back, sizes: tables.get(key) };
  });
  // A back without a front is shown on its own, so that nothing is lost without a word.
  const lone = [...backs.values()].map((file) => ({ name: file.name, front: file, back: undefined, sizes: undefined }));
  return [...articles, ...lone].sort((a, b) => a.name.localeCompare(b.name));
}

function keyOf(stem: string): string {
  return stem.replace(SIDE, "").toLowerCase();
}

/** An article as the form that is sent. */
export function formOf(article: Article): FormData {
  const form = new FormData();
  form.append("photo", article.front, article.front.name);
  if (article.back !== undefined) form.append("back", article.back, article.back.name);
  if (article.sizes !== undefined) form.append("sizes", article.sizes, article.sizes.name);
  return form;
}
