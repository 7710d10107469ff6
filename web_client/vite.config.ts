import { defineConfig } from "vitest/config";

/** The address of a running `geoul serve`, for `npm run dev`. */
const SERVER = "http://127.0.0.1:8080";

export default defineConfig({
  build: { target: "es2022", sourcemap: false, rollupOptions: { input: ["index.html", "studio.html"] } },
  server: { proxy: { "/api": { target: SERVER, ws: true }, "/demo": SERVER } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
